import type { CreateTracker, ReportProgress } from '../../lib/trackers/routes';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MusterError } from '../../lib/common/errors';
import { listEvents } from '../../lib/events/store';
import { readInbox } from '../../lib/messages/inbox';
import { listReports } from '../../lib/trackers/list-reports';
import { moveTerms } from '../../lib/rosters/end';
import { listRosters } from '../../lib/rosters/list';
import { participantsOf } from '../../lib/rosters/roster';
import { viewTracker } from '../../lib/trackers/tracker';
import type { RosterCache } from '../../lib/rosters/service';
import { mapConcurrently } from '../../lib/common/concurrency';
import { controlRequests } from '../support/request-control';
import { admin, agent, createWorld, uuidLikeIds, type World } from '../support/world';
import { sized } from '../support/size';
import { createTracker, endTracker, readTracker, reportProgress, trackerService } from '../support/operations';

let world: World;
const rosters: RosterCache = new Map();
/** As the world's clock starts. */
const START = Date.parse('2026-03-01T12:00:00.000Z');

beforeEach(async () => {
  world = await createWorld();
  rosters.clear();
});

const create = async (input: Partial<CreateTracker>): Promise<string> => {
  const body = { name: 'migration', totalSteps: 10, ...input };
  return (await createTracker(world, agent('creator'), body, undefined)).progressTracker.id;
};

const report = (id: string, agentId: string, input: ReportProgress) =>
  reportProgress({ ...world, rosters }, agent(agentId), id, input);

const read = async (id: string) => {
  const { tracker } = await readTracker(world, admin, id);
  return viewTracker(tracker, world.clock.now(), null);
};

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof MusterError ? error.code : `no MusterError: ${String(error)}`;
};

const eventsOf = async (id: string): Promise<string[]> =>
  (await listEvents(world.table, { kind: 'PT', id, createdAtMs: 0 }, { limit: 100 })).items.map(
    (event) => `${event.type} ${event.agentId}`,
  );

const inboxTypes = async (agentId: string): Promise<string[]> =>
  (await readInbox(world, agentId, { unacknowledged: false, limit: 100 })).items.map((message) => message.content.type);

test('participants set their own step and the creator the overall one, which is also its own', async () => {
  const id = await create({ participants: ['creator', 'a', 'b'] });
  await report(id, 'a', { step: 3 });
  await report(id, 'creator', { step: 5 });
  expect(await read(id)).toMatchObject({
    participants: ['creator', 'a', 'b'],
    currentStep: 5,
    participantProgress: { creator: 5, a: 3, b: 0 },
    participantPercent: { creator: 50, a: 30, b: 0 },
    percent: 50,
    status: 'active',
  });
});

test('the creator reaching the total completes; later reports are refused and change nothing', async () => {
  const id = await create({ participants: ['a'] });
  world.clock.advance(1_000);
  const last = await report(id, 'creator', { step: 10 });
  expect(last).toMatchObject({ status: 'completed', currentStep: 10 });
  expect(await codeOf(report(id, 'a', { step: 1, data: 'late' }))).toBe('progress-tracker.not-active');
  expect(await codeOf(report(id, 'creator', { step: 2 }))).toBe('progress-tracker.not-active');
  expect(await codeOf(endTracker(world, agent('creator'), id, { as: 'cancelled' }))).toBe(
    'progress-tracker.not-active',
  );
  expect(await read(id)).toMatchObject({
    status: 'completed',
    percent: 100,
    participantProgress: { a: 0 },
    completedAt: last.reportedAt,
    etaSeconds: null,
  });
});

test('steps may go back unless the tracker is monotonic; ifStep guards against a stale view', async () => {
  const free = await create({ participants: ['a'] });
  await report(free, 'a', { step: 4 });
  await report(free, 'a', { step: 2, ifStep: 4 });
  expect(await codeOf(report(free, 'a', { step: 3, ifStep: 4 }))).toBe('progress-tracker.step-mismatch');
  expect((await read(free)).participantProgress).toEqual({ a: 2 });

  const monotonic = await create({ participants: ['a'], monotonic: true });
  await report(monotonic, 'a', { step: 4 });
  await report(monotonic, 'a', { step: 4 });
  expect(await codeOf(report(monotonic, 'a', { step: 3 }))).toBe('progress-tracker.step-went-back');
  expect(await codeOf(report(monotonic, 'creator', { step: 11 }))).toBe('request.invalid');
  expect(await codeOf(report(monotonic, 'a', { step: 11 }))).toBe('request.invalid');
  expect(await codeOf(report(monotonic, 'stranger', { step: 1 }))).toBe('progress-tracker.not-found');
});

test('reports and their data can be read at once after the answer, and once the log has them still once each', async () => {
  const id = await create({ participants: ['a', 'b'] });
  const sent = [
    ['a', 1, { page: 1 }],
    ['b', 1, null],
    ['creator', 2, undefined],
    ['a', 2, 0],
  ] as const;
  for (const [agentId, step, data] of sent) {
    world.clock.advance(10);
    await report(id, agentId, { step, data });
  }
  const readReports = async () => {
    const { tracker } = await readTracker(world, admin, id);
    const { items } = await listReports(world.table, tracker, {});
    return items.map((item) => [item.agentId, item.step, 'data' in item ? item.data : 'none']);
  };
  const latest = await readReports();
  expect(latest).toEqual([
    ['b', 1, null],
    ['creator', 2, 'none'],
    ['a', 2, 0],
  ]);
  await world.dispatchAll(2);
  expect(await readReports()).toEqual([['a', 1, { page: 1 }], ...latest]);
});

describe.each([1, 2])('every change delivered %i times', (times) => {
  test('events once each; notifications to all but the updater', async () => {
    const id = await create({ participants: ['creator', 'a', 'b'] });
    await world.dispatchAll(times);
    world.clock.advance(10);
    await report(id, 'a', { step: 1 });
    world.clock.advance(10);
    await report(id, 'creator', { step: 5 });
    await world.dispatchAll(times);
    world.clock.advance(10);
    await report(id, 'creator', { step: 10 });
    await world.dispatchAll(times);

    expect(await eventsOf(id)).toEqual([
      'PROGRESS_TRACKER_CREATED creator',
      'PROGRESS_UPDATED a',
      'PROGRESS_UPDATED creator',
      'PROGRESS_UPDATED creator',
      'PROGRESS_TRACKER_COMPLETED creator',
    ]);
    expect(await inboxTypes('creator')).toEqual(['PROGRESS_TRACKER_NOTIFICATION']);
    const { items } = await readInbox(world, 'a', { unacknowledged: false });
    expect(items.map(({ content }) => [content.type, content['currentStep'], content['completed']])).toEqual([
      ['PROGRESS_TRACKER_NOTIFICATION', undefined, undefined],
      ['PROGRESS_UPDATE_NOTIFICATION', 5, false],
      ['PROGRESS_UPDATE_NOTIFICATION', 10, true],
    ]);
    const { items: listed } = await listRosters(trackerService(world), agent('b'), { status: ['completed'] });
    expect(listed.map((tracker) => tracker.header.id)).toEqual([id]);
  });

  test('a cancelled tracker tells participants and creator, with the reason', async () => {
    const id = await create({ participants: ['a'] });
    await endTracker(world, agent('creator'), id, { as: 'cancelled', reason: 'not needed' });
    await endTracker(world, agent('creator'), id, { as: 'cancelled', reason: 'again' });
    await world.dispatchAll(times);
    expect(await eventsOf(id)).toEqual(['PROGRESS_TRACKER_CREATED creator', 'PROGRESS_TRACKER_CANCELLED creator']);
    expect(await inboxTypes('creator')).toEqual(['PROGRESS_TRACKER_CANCELLED']);
    expect(await read(id)).toMatchObject({ status: 'cancelled', endReason: 'not needed', endedBy: 'creator' });
  });
});

/** Participants over several pages. */
const MANY = sized({ quick: 60, complete: 200 });

test('everyone: the last participant to reach the total completes, exactly once, from many at once', async () => {
  const participants = uuidLikeIds(MANY);
  const id = await create({ participants, completeWhen: 'everyone' });
  await mapConcurrently(participants, 32, (participant) => report(id, participant, { step: 9 }));
  expect((await read(id)).percent).toBe(90);
  const answers = await mapConcurrently(participants, 64, (participant) => report(id, participant, { step: 10 }));
  expect(answers.some((answer) => answer.status === 'completed')).toBe(true);
  await world.dispatchAll(2);
  const endings = (await listEvents(world.table, { kind: 'PT', id, createdAtMs: 0 }, { limit: 1_000 })).items.filter(
    (event) => event.type === 'PROGRESS_TRACKER_COMPLETED',
  );
  expect(endings).toHaveLength(1);
  expect(await read(id)).toMatchObject({ status: 'completed', percent: 100 });
});

test('everyone: what follows reads each page a few times at most, however many are finished together', async () => {
  const participants = uuidLikeIds(MANY);
  const id = await create({ participants, completeWhen: 'everyone' });
  await world.dispatchAll();
  const [first = '', ...others] = participants;
  await report(id, first, { step: 10 });
  // They die before they look at other pages, so that the dispatcher has to complete the tracker.
  const control = controlRequests(world.table);
  for (const participant of others) await control.dyingAfter(1, () => report(id, participant, { step: 10 }));
  world.table.meter.reset();

  await world.dispatchAll();

  // About a tenth as many pages, which each of ten batches at once may have to look at before one of them has told the
  // others: 520 to 620 units for 200 participants, by how the batches meet. If every change looked at every page it
  // would be 20 times as many as there are participants.
  expect(world.table.meter.readUnits).toBeLessThanOrEqual(4 * participants.length);
  expect((await read(id)).status).toBe('completed');
});

test('everyone: who has reached the total is through and does not go back', async () => {
  const id = await create({ participants: ['a', 'creator'], completeWhen: 'everyone', totalSteps: 2 });
  const reached = await report(id, 'a', { step: 2 });
  world.clock.advance(10);
  expect(await codeOf(report(id, 'a', { step: 1 }))).toBe('progress-tracker.finished');
  expect(await report(id, 'a', { step: 2 })).toEqual({ ...reached, repeated: true });
  expect(await read(id)).toMatchObject({ arrivedParticipants: ['a'], participantProgress: { a: 2, creator: 0 } });

  expect(await report(id, 'creator', { step: 2 })).toMatchObject({ status: 'completed', currentStep: 2 });
  expect(await report(id, 'a', { step: 2 })).toMatchObject({ status: 'completed', repeated: true });
  await world.dispatchAll();
  expect(await eventsOf(id)).toEqual([
    'PROGRESS_TRACKER_CREATED creator',
    'PROGRESS_UPDATED a',
    'PROGRESS_UPDATED creator',
    'PROGRESS_TRACKER_COMPLETED system',
  ]);
});

test('a total that is set already is no change', async () => {
  const id = await create({ participants: ['a', 'b'], totalSteps: 4 });
  const before = await read(id);
  const set = (totalSteps: number) =>
    moveTerms(trackerService(world), agent('creator'), id, () => ({ totalSteps, deadlineMs: null }));
  await set(4);
  expect(await read(id)).toEqual(before);
  await set(5);
  expect(await read(id)).toEqual({ ...before, totalSteps: 5, version: before.version + 1 });
  await world.dispatchAll();
  expect(await eventsOf(id)).toEqual(['PROGRESS_TRACKER_CREATED creator', 'PROGRESS_TRACKER_CHANGED creator']);
});

test('a report of the same step without data is a sign of life: no event, no message, also after the end', async () => {
  const id = await create({ participants: ['a'], stallSeconds: 60 });
  const first = await report(id, 'a', { step: 3, data: { page: 1 } });
  world.clock.advance(30_000);
  for (const again of [{ step: 3 }, { step: 3, data: { page: 1 } }, { step: 3, ifStep: 0 }]) {
    expect(await report(id, 'a', again)).toEqual({ ...first, repeated: true });
  }
  const { tracker } = await readTracker(world, admin, id);
  expect(participantsOf(tracker)).toMatchObject([{ reportedAtMs: START, seenAtMs: START + 30_000 }]);
  // It moves nothing, so it does not put off a stall.
  world.clock.advance(30_000);
  expect((await read(id)).stalledSince).toBe(first.reportedAt);
  expect(await report(id, 'a', { step: 3, data: { page: 2 } })).toMatchObject({ repeated: false });
  world.clock.advance(10);
  await report(id, 'creator', { step: 10 });
  expect(await report(id, 'creator', { step: 10 })).toMatchObject({ status: 'completed', repeated: true });
  expect(await report(id, 'a', { step: 3 })).toMatchObject({ status: 'completed', repeated: true });

  await world.dispatchAll();
  expect(await eventsOf(id)).toEqual([
    'PROGRESS_TRACKER_CREATED creator',
    'PROGRESS_UPDATED a',
    'PROGRESS_UPDATED a',
    'PROGRESS_UPDATED creator',
    'PROGRESS_TRACKER_COMPLETED creator',
  ]);
  expect(await inboxTypes('a')).toEqual(['PROGRESS_TRACKER_NOTIFICATION', 'PROGRESS_UPDATE_NOTIFICATION']);
});

const HERD = sized({ quick: 200, complete: 1_000 });

test.each([undefined, { page: 1 }])(
  `${HERD} participants report at once, one write unit each and one for data %p`,
  async (data) => {
    const participants = uuidLikeIds(HERD);
    const id = await create({ participants });
    await report(id, participants[0] ?? '', { step: 1 });
    world.table.meter.reset();
    await mapConcurrently(participants, 64, (participant) => report(id, participant, { step: 2, data }));
    expect(world.table.meter.writeUnits).toBe(data === undefined ? HERD : 2 * HERD);
    const { participantProgress } = await read(id);
    expect(Object.values(participantProgress)).toEqual(participants.map(() => 2));
  },
);

test('a creation is repeatable by id and by key, and another body is refused', async () => {
  const body = { id: 'tracker-1', name: 'n', totalSteps: 3, participants: ['a'] };
  const first = await createTracker(world, agent('creator'), body, undefined);
  await report('tracker-1', 'a', { step: 2 });
  world.clock.advance(5);
  expect(first.repeated).toBe(false);
  const again = await createTracker(world, agent('creator'), body, undefined);
  expect(again).toMatchObject({ repeated: true, progressTracker: await read('tracker-1') });
  expect(again.progressTracker.participantProgress).toEqual({ a: 2 });
  const other = createTracker(world, agent('creator'), { ...body, totalSteps: 4 }, undefined);
  expect(await codeOf(other)).toBe('progress-tracker.exists');
});

test('two reports of one agent in the same millisecond can be read', async () => {
  const id = await create({ participants: ['a'] });
  await report(id, 'a', { step: 1 });
  await report(id, 'a', { step: 2 });
  await world.dispatchAll();
  const { tracker } = await readTracker(world, admin, id);
  const { items } = await listReports(world.table, tracker, {});
  expect(items.map((item) => item.step).sort()).toEqual([1, 2]);
});
