/** What a loss means for the sync points and trackers that wait for the agent. */
import { beforeEach, expect, test } from '@jest/globals';
import { checkIn } from '../../lib/agents/check-in';
import { mapConcurrently } from '../../lib/common/concurrency';
import { sendNotice } from '../../lib/dispatcher/notices';
import { readInbox } from '../../lib/messages/inbox';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import type { CreateSyncPoint } from '../../lib/sync-points/routes';
import {
  arrive,
  createSyncPoint,
  createTracker,
  endSyncPoint,
  excuseFrom,
  failAt,
  loadSyncPoint,
  moveDeadline,
  readSyncPoint,
  readTracker,
  reportProgress,
} from '../support/operations';
import { sized } from '../support/size';
import { agent, createWorld, uuidLikeIds, type World } from '../support/world';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const START = Date.parse('2026-03-01T12:00:00.000Z');
const LOST_AT = START + 30_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const creator = agent('creator');

const create = (id: string, given: Partial<CreateSyncPoint> = {}, by = creator) =>
  createSyncPoint(world, by, { id, name: id, participants: ['a', 'b', 'c'], ...given });

/** `a` checks in once, and its schedule finds it lost half a second late; nothing is dispatched yet. */
async function lose(): Promise<void> {
  const [due] = world.noticesOf('a');
  if (!due) throw new Error('the agent has not checked in');
  world.clock.nowMs = LOST_AT + 500;
  await sendNotice(world.dispatcher, due.payload);
}

async function checkInNow(): Promise<void> {
  await checkIn(world, 'a', 30);
  await world.dispatchAll();
}

const toldOf = async (agentId: string): Promise<string[]> =>
  (await readInbox(world, agentId, { unacknowledged: false, limit: 100 })).items
    .filter(({ content }) => content.type === 'AGENT_LOST')
    .map(({ content }) => String(content['syncPointId'] ?? content['trackerId']));

test('with tell, the creators of what waits for the lost agent are told, once', async () => {
  await checkInNow();
  await create('waits');
  await create('only-others', { participants: ['b', 'c'] });
  await create('arrived');
  await arrive(world, agent('a'), 'arrived');
  await create('failed', { endWhen: 'everyone' });
  await failAt(world, agent('a'), 'failed');
  await create('excused');
  await excuseFrom(world, creator, 'excused', 'a');
  await create('ended');
  await endSyncPoint(world, creator, 'ended', { as: 'cancelled' });
  await create('expired', { deadline: iso(LOST_AT) });
  await create('its-own', {}, agent('a'));
  const tracker = { name: 'm', totalSteps: 5, participants: ['a', 'b'] };
  await createTracker(world, creator, { ...tracker, id: 'tracker' });
  await createTracker(world, creator, { ...tracker, id: 'at-the-total' });
  await reportProgress(world, agent('a'), 'at-the-total', { step: 5 });
  await createTracker(world, creator, { ...tracker, id: 'everyone', completeWhen: 'everyone' });
  await world.dispatchAll();
  world.clock.nowMs = LOST_AT;
  await create('at-that-moment');
  world.clock.nowMs = LOST_AT + 1;
  await create('later');
  await world.dispatchAll();

  await lose();
  await world.dispatchAll(3);

  expect((await toldOf('creator')).sort()).toEqual(['at-that-moment', 'everyone', 'tracker', 'waits']);
  for (const other of ['a', 'b']) expect(await toldOf(other)).toEqual([]);
  const { items } = await readInbox(world, 'creator', { unacknowledged: false, limit: 100 });
  expect(
    items.find(({ content }) => content['syncPointId'] === 'waits' && content.type === 'AGENT_LOST'),
  ).toMatchObject({
    sender: { id: 'system' },
    priority: 'HIGH',
    requiresAcknowledgment: false,
    timestamp: iso(LOST_AT),
    content: { type: 'AGENT_LOST', syncPointId: 'waits', name: 'waits', agentId: 'a', lostAt: iso(LOST_AT) },
  });
  // Still waited for: it may come back.
  expect((await readSyncPoint(world, creator, 'waits')).syncPoint.pages[0]?.entries.get('a')?.outcome).toBe('pending');
});

test('with fail, the loss is a failure of the agent, with its reason', async () => {
  await checkInNow();
  await create('p', { whenLost: 'fail' });
  await createTracker(world, creator, {
    id: 't',
    name: 't',
    totalSteps: 5,
    participants: ['a', 'b'],
    whenLost: 'fail',
  });
  await world.dispatchAll();
  await lose();
  await world.dispatchAll(3);

  const reason = `lost: no check-in since ${iso(START)}, promised every 30 s`;
  expect(viewSyncPoint((await readSyncPoint(world, creator, 'p')).syncPoint)).toMatchObject({
    whenLost: 'fail',
    status: 'failed',
    failedParticipants: ['a'],
    endReason: reason,
  });
  const { tracker } = await readTracker(world, creator, 't');
  expect(tracker.pages[0]?.entries.get('a')?.outcome).toBe('failed');
  const failed = world.onBus.filter(({ type }) => type === 'AGENT_FAILED');
  expect(new Set(failed.map(({ relatedId, details }) => `${relatedId} ${String(details['reason'])}`))).toEqual(
    new Set([`p ${reason}`, `t ${reason}`]),
  );
  expect(new Set(failed.map(({ id }) => id)).size).toBe(2);
  expect(await toldOf('creator')).toEqual([]);
});

test('the failure of a lost agent finds its page among many', async () => {
  const participants = ['a', ...uuidLikeIds(40)];
  await checkInNow();
  await create('large', { participants, whenLost: 'fail', endWhen: 'everyone' });
  await createTracker(world, agent('a'), {
    ...{ id: 'own', name: 'own', totalSteps: 5, participants, whenLost: 'fail', completeWhen: 'everyone' },
  });
  await world.dispatchAll();
  await lose();
  await world.dispatchAll(2);

  expect(viewSyncPoint((await readSyncPoint(world, creator, 'large')).syncPoint)).toMatchObject({
    status: 'waiting',
    failedParticipants: ['a'],
  });
  expect((await readTracker(world, agent('a'), 'own')).tracker.header.status).toBe('failed');
});

test('an arrival or an ending between the loss and its handling stands', async () => {
  await checkInNow();
  for (const whenLost of ['tell', 'fail'] as const) {
    await create(`${whenLost}-arrived`, { whenLost });
    await create(`${whenLost}-expired`, { whenLost, deadline: iso(LOST_AT + 600) });
    await create(`${whenLost}-moved`, { whenLost, deadline: iso(LOST_AT + 600) });
  }
  await world.dispatchAll();
  await lose();
  for (const whenLost of ['tell', 'fail']) {
    await arrive(world, agent('a'), `${whenLost}-arrived`, { done: true });
    await moveDeadline(world, creator, `${whenLost}-moved`, { deadlineSeconds: 600 });
  }
  world.clock.nowMs = LOST_AT + 700;
  await world.dispatchAll(2);

  expect(await toldOf('creator')).toEqual(['tell-moved']);
  const outcomes = await Promise.all(
    ['arrived', 'expired', 'moved'].map(async (name) => {
      const roster = await loadSyncPoint(world.table, `fail-${name}`);
      return roster?.pages[0]?.entries.get('a')?.outcome;
    }),
  );
  expect(outcomes).toEqual(['arrived', 'pending', 'failed']);
});

test.each(['loss first', 'creation first'])(
  'a sync point created just before a loss is found by one of the two: %s',
  async (order) => {
    await checkInNow();
    await create('tell');
    await create('fail', { whenLost: 'fail' });
    await create('without', { participants: ['b', 'c'] });
    const creations = await world.readChanges();
    await lose();
    const losses = await world.readChanges();
    const batches = order === 'loss first' ? [losses, creations] : [creations, losses];
    for (const changes of batches) await world.dispatch(changes);
    await world.dispatchAll(2);

    expect(await toldOf('creator')).toEqual(['tell']);
    expect((await readSyncPoint(world, creator, 'fail')).syncPoint.header.status).toBe('failed');
  },
);

test('a return before the loss was noticed changes nothing of what follows from it', async () => {
  await checkInNow();
  await create('p');
  await world.dispatchAll();
  world.clock.nowMs = LOST_AT + 10_000;
  await checkIn(world, 'a', 30);
  await world.dispatchAll(2);

  expect(await toldOf('creator')).toEqual(['p']);
});

test('an agent in hundreds of sync points is looked at in a few requests, and each is handled once', async () => {
  await checkInNow();
  const ids = Array.from({ length: sized({ quick: 130, complete: 450 }) }, (_, index) => `p-${index}`);
  await mapConcurrently(ids, 8, (id) => create(id));
  await create('ended');
  await endSyncPoint(world, creator, 'ended', { as: 'cancelled' });
  await world.dispatchAll();
  await lose();
  world.published.length = 0;
  world.table.meter.reset();
  await world.dispatchAll();

  expect(world.published.map(({ content }) => content['syncPointId']).sort()).toEqual([...ids].sort());
  // Rounds of 100 memberships, one of them of trackers: a Query, the headers, and the pages of those that are open.
  const rounds = Math.ceil((ids.length + 1) / 100);
  expect(world.table.meter.requests.get('QueryCommand')).toBe(rounds + 1);
  const names = ids.length;
  expect(world.table.meter.requests.get('BatchGetItemCommand')).toBe(2 * rounds + names);
});
