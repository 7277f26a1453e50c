import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import { eventBridgeSchedules } from '../../lib/schedules/schedules';
import { sendMessage } from '../../lib/messages/send';
import { inScope } from '../../lib/common/scope';
import { formatTraceparent, traceOfRequest } from '../../lib/common/trace';
import { type Sent, sendThroughTheRealPublishers } from '../support/real-publishers';
import { scanAll } from '../support/test-table';
import { agent, createWorld, uuidLikeIds, type World } from '../support/world';
import {
  arrive,
  createSyncPoint,
  createTracker,
  endSyncPoint,
  endTracker,
  moveDeadline,
  reportProgress,
  messageService,
} from '../support/operations';

let world: World;
let sent: Sent;

beforeEach(async () => {
  world = await createWorld();
  sent = sendThroughTheRealPublishers(world);
});

/** Runs a request with a trace of its own; answers what stands in its `traceparent`. */
async function request(act: () => Promise<unknown>): Promise<string> {
  const trace = traceOfRequest(undefined);
  world.clock.advance(1);
  await inScope({ trace, fields: {} }, act);
  return formatTraceparent(trace);
}

const cloudEventOf = (text: string | undefined) =>
  JSON.parse(text ?? '{}') as { traceparent?: string; data: { content?: { type: string } } };

/** `type by agent` → traceparent of the events on the bus. */
const eventTraces = () =>
  Object.fromEntries(
    sent.entries.map(({ DetailType, Detail }: PutEventsRequestEntry) => {
      const event = cloudEventOf(Detail) as { traceparent?: string; data: { agentId?: string } };
      return [`${DetailType ?? ''} by ${event.data.agentId ?? ''}`, event.traceparent];
    }),
  );

/** Type → traceparent of the messages on the topic; body and attribute say the same. */
const messageTraces = (): Record<string, string | undefined> =>
  Object.fromEntries(
    sent.publishes.map(({ Message, MessageAttributes }) => {
      const { traceparent, data } = cloudEventOf(Message);
      expect(MessageAttributes?.['traceparent']).toEqual({ DataType: 'String', StringValue: traceparent });
      return [data.content?.type ?? '', traceparent] as const;
    }),
  );

const now = () => world.clock.now();

describe('the trace of a request', () => {
  test('is in the events and messages of its own change, though a page holds but the last', async () => {
    const creation = await request(() =>
      createSyncPoint(
        { table: world.table, now },
        agent('lead'),
        { id: 'm', name: 'm', participants: ['a', 'b'] },
        undefined,
      ),
    );
    const first = await request(() =>
      arrive({ table: world.table, now, rosters: new Map() }, agent('a'), 'm', undefined),
    );
    const last = await request(() =>
      arrive({ table: world.table, now, rosters: new Map() }, agent('b'), 'm', undefined),
    );
    await world.dispatchAll(2);

    expect(eventTraces()).toEqual({
      'SYNC_POINT_CREATED by lead': creation,
      'AGENT_ARRIVED by a': first,
      'AGENT_ARRIVED by b': last,
      'SYNC_POINT_COMPLETED by system': last,
    });
    expect(messageTraces()).toEqual({ SYNC_POINT_NOTIFICATION: creation, SYNC_POINT_COMPLETED: last });
  });

  test('goes through several pages, a move and an ending by hand', async () => {
    const participants = uuidLikeIds(30);
    const deadline = '2026-03-01T13:00:00.000Z';
    await request(() =>
      createSyncPoint(
        { table: world.table, now },
        agent('lead'),
        { id: 'm', name: 'm', participants, deadline },
        undefined,
      ),
    );
    const move = await request(() =>
      moveDeadline({ table: world.table, now }, agent('lead'), 'm', { deadline: '2026-03-01T14:00:00.000Z' }),
    );
    await world.dispatchAll();
    const ending = await request(() =>
      endSyncPoint({ table: world.table, now }, agent('lead'), 'm', { as: 'cancelled' }),
    );
    await world.dispatchAll();

    expect(eventTraces()).toMatchObject({
      'SYNC_POINT_DEADLINE_CHANGED by lead': move,
      'SYNC_POINT_CANCELLED by lead': ending,
    });
    expect(messageTraces()['SYNC_POINT_CANCELLED']).toBe(ending);
  });

  test('is in what follows from reports, the cancelling of a tracker and a sent message', async () => {
    const tracker = { id: 't', name: 't', totalSteps: 9, participants: ['a'] };
    const creation = await request(() => createTracker({ table: world.table, now }, agent('lead'), tracker, undefined));
    const report = await request(() =>
      reportProgress({ table: world.table, now, rosters: new Map() }, agent('a'), 't', { step: 1 }),
    );
    const overall = await request(() =>
      reportProgress({ table: world.table, now, rosters: new Map() }, agent('lead'), 't', { step: 2 }),
    );
    await world.dispatchAll();
    const cancelling = await request(() =>
      endTracker({ table: world.table, now }, agent('lead'), 't', { as: 'cancelled' }),
    );
    const message = { recipients: ['a'], content: { type: 'HELLO' } };
    const sending = await request(() =>
      sendMessage(messageService({ table: world.table, now }), agent('lead'), message, undefined),
    );
    await world.dispatchAll();

    expect(eventTraces()).toEqual({
      'PROGRESS_TRACKER_CREATED by lead': creation,
      'PROGRESS_UPDATED by a': report,
      'PROGRESS_UPDATED by lead': overall,
      'PROGRESS_TRACKER_CANCELLED by lead': cancelling,
    });
    expect(messageTraces()).toEqual({
      PROGRESS_TRACKER_NOTIFICATION: creation,
      PROGRESS_UPDATE_NOTIFICATION: overall,
      PROGRESS_TRACKER_CANCELLED: cancelling,
      HELLO: sending,
    });
  });

  test('does not stay on what retention is going to remove', async () => {
    await request(() =>
      createSyncPoint(
        { table: world.table, now },
        agent('lead'),
        { id: 'm', name: 'm', participants: ['a', 'b'] },
        undefined,
      ),
    );
    for (const id of ['a', 'b'])
      await request(() => arrive({ table: world.table, now, rosters: new Map() }, agent(id), 'm', undefined));
    await world.dispatchAll();

    const items = (await scanAll(world.table)).filter(({ pk }) => pk === 'SP#m');
    expect(items.map((item) => [item['sk'], 'trace' in item, 'expiresAtSeconds' in item])).toEqual([
      ['HEADER', false, true],
      ['PAGE#00', false, true],
    ]);
  });

  test('goes with the schedule of a deadline', async () => {
    const inputs: { Target: { Input: string } }[] = [];
    const client = {
      send: ({ input }: { input: { Target: { Input: string } } }) => {
        inputs.push(input);
        return Promise.resolve({});
      },
    } as unknown as SchedulerClient;
    const settings = { groupName: 'g', targetArn: 't', reminderTargetArn: 'r', roleArn: 'o', deadLetterArn: 'd' };
    Object.assign(world.dispatcher, { schedules: eventBridgeSchedules(client, settings, now) });

    const creation = await request(() =>
      createSyncPoint(
        { table: world.table, now },
        agent('lead'),
        { id: 'm', name: 'm', participants: ['a', 'b'], deadline: '2026-03-01T13:00:00.000Z' },
        undefined,
      ),
    );
    await world.dispatchAll();

    expect(JSON.parse(inputs[0]?.Target.Input ?? '')).toEqual({ kind: 'SP', id: 'm', traceparent: creation });
  });
});
