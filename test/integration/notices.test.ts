/** Warnings before a deadline, and stalls: what their schedules do when they fire, and what follows. */
import { beforeEach, expect, test } from '@jest/globals';
import { sendNotice } from '../../lib/dispatcher/notices';
import { listEvents } from '../../lib/events/store';
import { readInbox } from '../../lib/messages/inbox';
import { viewTracker } from '../../lib/trackers/tracker';
import { agent, createWorld, type World } from '../support/world';
import {
  arrive,
  createSyncPoint,
  createTracker,
  endSyncPoint,
  endTracker,
  loadTracker,
  moveDeadline,
  readTracker,
  reportProgress,
} from '../support/operations';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const START = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

/** Turns the clock to the schedule of this number and lets it fire, with what follows. */
async function fire(id: string, number = -1, times = 1): Promise<string[]> {
  const due = world.noticesOf(id).at(number);
  if (!due) throw new Error(`there is no schedule ${number} for ${id}`);
  world.clock.nowMs = Math.max(world.clock.nowMs, due.atMs);
  const outcomes: string[] = [];
  for (let time = 0; time < times; time++) outcomes.push(await sendNotice(world.dispatcher, due.payload));
  await world.dispatchAll();
  return outcomes;
}

const inboxOf = async (agentId: string, type: string) =>
  (await readInbox(world, agentId, { unacknowledged: false, limit: 100 })).items.filter(
    ({ content }) => content.type === type,
  );
const eventsOf = async (id: string) =>
  (await listEvents(world.table, { kind: 'PT', id, createdAtMs: 0 }, { limit: 100 })).items.filter(({ type }) =>
    /^PROGRESS_(STALLED|RESUMED)$/.test(type),
  );

test('before the deadline those pending and the creator are told who is missing, once though it fires twice', async () => {
  const deadlineMs = START + 60_000;
  const input = { id: 'p', name: 'm', participants: ['a', 'b', 'c'], deadline: iso(deadlineMs), warnSeconds: 20 };
  await createSyncPoint(world, agent('creator'), input);
  await world.dispatchAll(2);
  expect(world.noticesOf('p').map(({ atMs }) => atMs)).toEqual([deadlineMs - 20_000]);
  await arrive(world, agent('b'), 'p');

  expect(await fire('p', 0, 2)).toEqual(['warned', 'warned']);

  for (const pending of ['a', 'c', 'creator']) {
    expect(await inboxOf(pending, 'SYNC_POINT_DEADLINE_NEAR')).toMatchObject([
      {
        priority: 'HIGH',
        requiresAcknowledgment: false,
        timestamp: iso(deadlineMs - 20_000),
        content: { deadline: iso(deadlineMs), missingParticipants: ['a', 'c'], missingCount: 2 },
      },
    ]);
  }
  expect(await inboxOf('b', 'SYNC_POINT_DEADLINE_NEAR')).toEqual([]);
});

test('a moved deadline is warned of, and the one before is not; after the end nobody is warned', async () => {
  const [first, second] = [START + 60_000, START + 90_000];
  const input = { id: 'p', name: 'm', participants: ['a', 'b'], deadline: iso(first), warnSeconds: 20 };
  await createSyncPoint(world, agent('creator'), input);
  await world.dispatchAll();
  const [old] = world.noticesOf('p');
  await moveDeadline(world, agent('creator'), 'p', { deadline: iso(second) });
  await world.dispatchAll(2);
  expect(world.noticesOf('p').map(({ atMs }) => atMs)).toEqual([second - 20_000]);

  // The old schedule may have fired before it was removed.
  world.clock.nowMs = first - 20_000;
  expect(old && (await sendNotice(world.dispatcher, old.payload))).toBe('nothing-to-do');
  expect(await inboxOf('a', 'SYNC_POINT_DEADLINE_NEAR')).toEqual([]);
  const [due] = world.noticesOf('p');
  expect(await fire('p', 0)).toEqual(['warned']);
  expect(await inboxOf('a', 'SYNC_POINT_DEADLINE_NEAR')).toMatchObject([{ content: { deadline: iso(second) } }]);

  await endSyncPoint(world, agent('creator'), 'p', { as: 'cancelled' });
  await world.dispatchAll();
  expect(world.noticesOf('p')).toEqual([]);
  expect(due && (await sendNotice(world.dispatcher, due.payload))).toBe('nothing-to-do');
});

const trackerOf = async () => viewTracker((await readTracker(world, agent('creator'), 't')).tracker, world.now(), null);
const report = (agentId: string, step: number, data?: unknown) =>
  reportProgress(world, agent(agentId), 't', { step, data });

test('a tracker in which nothing moves is stalled until it moves again, and is watched from then on', async () => {
  const input = { id: 't', name: 'import', totalSteps: 10, participants: ['a', 'b', 'c'], stallSeconds: 60 };
  await createTracker(world, agent('creator'), input);
  await world.dispatchAll(2);
  expect(world.noticesOf('t')).toEqual([{ payload: { kind: 'STALL', id: 't' }, atMs: START + 60_000 }]);
  world.clock.advance(30_000);
  await report('a', 3);
  await world.dispatchAll();

  // A report calls no Scheduler: the schedule looks when it fires, and sets itself again.
  expect(world.noticesOf('t')).toHaveLength(1);
  expect(await fire('t')).toEqual(['rescheduled']);
  expect(world.noticesOf('t').map(({ atMs }) => atMs)).toEqual([START + 60_000, START + 90_000]);
  expect(await eventsOf('t')).toEqual([]);
  // The same step once more moves nothing.
  world.clock.advance(20_000);
  await report('a', 3);
  await report('a', 3, { still: 'here' });
  expect(await fire('t', -1, 2)).toEqual(['stalled', 'nothing-to-do']);

  const stalledSince = iso(START + 30_000);
  expect(await trackerOf()).toMatchObject({ status: 'active', stalledSince });
  expect(await eventsOf('t')).toMatchObject([
    { type: 'PROGRESS_STALLED', agentId: 'system', timestampMs: START + 90_000, details: { stalledSince } },
  ]);
  expect(await inboxOf('creator', 'PROGRESS_STALLED')).toMatchObject([
    {
      priority: 'HIGH',
      content: { trackerId: 't', stalledSince, behindParticipants: ['b', 'c', 'a'], behindCount: 3 },
    },
  ]);
  expect(await inboxOf('a', 'PROGRESS_STALLED')).toEqual([]);

  const movedMs = START + 100_000;
  world.clock.nowMs = movedMs;
  await report('b', 1);
  await world.dispatchAll(2);
  expect((await trackerOf()).stalledSince).toBeNull();
  expect(await eventsOf('t')).toMatchObject([
    { type: 'PROGRESS_STALLED' },
    { type: 'PROGRESS_RESUMED', agentId: 'system', timestampMs: movedMs, details: { stalledSince } },
  ]);
  expect(world.noticesOf('t').at(-1)?.atMs).toBe(movedMs + 60_000);

  // A second stall is another event and another message.
  expect(await fire('t')).toEqual(['stalled']);
  expect((await eventsOf('t')).map(({ type }) => type)).toEqual([
    'PROGRESS_STALLED',
    'PROGRESS_RESUMED',
    'PROGRESS_STALLED',
  ]);
  expect(await inboxOf('creator', 'PROGRESS_STALLED')).toHaveLength(2);
});

test('a stall that is marked behind a report is taken back', async () => {
  await createTracker(world, agent('creator'), {
    id: 't',
    name: 'import',
    totalSteps: 10,
    participants: ['a'],
    stallSeconds: 60,
  });
  await world.dispatchAll();
  world.clock.nowMs = START + 60_000;
  // The report, with what follows, comes between the look that finds the tracker stalled and the mark.
  const send = async (command: { constructor: { name: string } }): Promise<unknown> => {
    if (command.constructor.name === 'UpdateCommand') {
      await report('a', 1);
      await world.dispatchAll();
    }
    return world.table.client.send(command as never);
  };
  const table = { ...world.table, client: { send } as unknown as World['table']['client'] };

  expect(await sendNotice({ ...world.dispatcher, table }, { kind: 'STALL', id: 't' })).toBe('stalled');
  expect(await eventsOf('t')).toEqual([]);
  await world.dispatchAll();

  expect((await loadTracker(world.table, 't'))?.header.stalledSinceMs).toBeNull();
  expect((await eventsOf('t')).map(({ type }) => type)).toEqual(['PROGRESS_STALLED', 'PROGRESS_RESUMED']);
});

test('a check for a stall that fires early sets one of another name, which its own deletion leaves alone', async () => {
  await createTracker(world, agent('creator'), { id: 't', name: 'import', totalSteps: 10, stallSeconds: 60 });
  await world.dispatchAll();
  world.clock.nowMs = START + 60_000 - 1;

  expect(await sendNotice(world.dispatcher, { kind: 'STALL', id: 't' })).toBe('rescheduled');

  expect(world.noticesOf('t').map(({ atMs }) => atMs)).toEqual([START + 60_000, START + 61_000]);
  expect(await fire('t')).toEqual(['stalled']);
});

test('a tracker that has ended is not stalled, and its schedule ends with it', async () => {
  await createTracker(world, agent('creator'), { id: 't', name: 'import', totalSteps: 10, stallSeconds: 60 });
  await world.dispatchAll();
  await endTracker(world, agent('creator'), 't', { as: 'completed' });
  await world.dispatchAll();

  expect(await fire('t')).toEqual(['nothing-to-do']);
  expect(world.noticesOf('t')).toHaveLength(1);
  expect(await eventsOf('t')).toEqual([]);
  expect((await trackerOf()).stalledSince).toBeNull();
});
