/** Failures, excuses, quorums and `endWhen: everyone`, by what agents and readers are told. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MusterError } from '../../lib/common/errors';
import { listEvents } from '../../lib/events/store';
import { readInbox } from '../../lib/messages/inbox';
import { listParticipants } from '../../lib/rosters/list-participants';
import type { RosterCache } from '../../lib/rosters/service';
import type { CreateSyncPoint } from '../../lib/sync-points/routes';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { openMeteredTable } from '../support/metered-table';
import {
  arrive,
  createSyncPoint,
  endSyncPoint,
  excuseFrom,
  failAt,
  loadSyncPoint,
  readSyncPoint,
  waitForEnd,
} from '../support/operations';
import { admin, agent, createWorld, uuidLikeIds, type World } from '../support/world';

let world: World;
const rosters: RosterCache = new Map();

beforeEach(async () => {
  world = await createWorld();
  rosters.clear();
});

const create = async (input: Partial<CreateSyncPoint> & Pick<CreateSyncPoint, 'participants'>): Promise<string> =>
  (await createSyncPoint(world, agent('creator'), { name: 'meeting', ...input })).syncPoint.id;
const arriveAs = (id: string, agentId: string) => arrive({ ...world, rosters }, agent(agentId), id);
const failAs = (id: string, agentId: string, reason?: string) =>
  failAt({ ...world, rosters }, agent(agentId), id, { reason });
const excuseAs = (id: string, by: string, agentId: string, reason?: string) =>
  excuseFrom({ ...world, rosters }, agent(by), id, agentId, reason);
const view = async (id: string) => viewSyncPoint((await readSyncPoint(world, admin, id)).syncPoint);
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof MusterError ? error.code : String(error)),
  );
const eventsOf = async (id: string) =>
  (await listEvents(world.table, { kind: 'SP', id, createdAtMs: 0 }, { limit: 100 })).items;
const inboxTypes = async (agentId: string): Promise<string[]> =>
  (await readInbox(world, agentId, { unacknowledged: false, limit: 100 })).items.map(({ content }) => content.type);

describe('a quorum', () => {
  test('on one page: the arrival that makes it is the ending, by one write, and further ones are refused', async () => {
    const participants = uuidLikeIds(20);
    const id = await create({ participants, quorum: 3 });
    const statuses: string[] = [];
    world.table.meter.reset();
    for (const participant of participants.slice(0, 3)) statuses.push((await arriveAs(id, participant)).status);

    expect(statuses).toEqual(['waiting', 'waiting', 'completed']);
    expect([...world.table.meter.requests]).toEqual([['UpdateItemCommand', 3]]);
    expect(await codeOf(arriveAs(id, participants[3] ?? ''))).toBe('sync-point.not-waiting');
    expect(await codeOf(failAs(id, participants[3] ?? ''))).toBe('sync-point.not-waiting');
    expect(await codeOf(endSyncPoint(world, agent('creator'), id, { as: 'cancelled' }))).toBe('sync-point.not-waiting');
    // A repeat is answered also after the end.
    expect(await arriveAs(id, participants[0] ?? '')).toMatchObject({ repeated: true, status: 'completed' });
    expect(await view(id)).toMatchObject({
      status: 'completed',
      endedBy: 'system',
      arrivedParticipants: participants.slice(0, 3),
      missingParticipants: participants.slice(3),
    });
  });

  test('over pages: the next reader is told at once, and what follows is that of every ending', async () => {
    const participants = uuidLikeIds(60);
    const id = await create({ participants, quorum: 25 });
    await world.dispatchAll();
    world.clock.advance(10);
    for (const participant of participants.slice(0, 24)) await arriveAs(id, participant);
    expect((await view(id)).status).toBe('waiting');
    world.clock.advance(10);
    await arriveAs(id, participants[24] ?? '');

    expect(await view(id)).toMatchObject({ status: 'completed', endedBy: 'system', endReason: null });
    expect(await codeOf(arriveAs(id, participants[25] ?? ''))).toBe('sync-point.not-waiting');
    await world.dispatchAll();
    expect((await loadSyncPoint(world.table, id))?.header).toMatchObject({ status: 'completed' });
    for (const who of ['creator', participants[0] ?? '', participants[59] ?? '']) {
      expect((await inboxTypes(who)).at(-1)).toBe('SYNC_POINT_COMPLETED');
    }
  });

  test('over pages: without any reader the dispatcher ends it', async () => {
    const participants = uuidLikeIds(60);
    const id = await create({ participants, quorum: 25 });
    for (const participant of participants.slice(0, 25)) await arriveAs(id, participant);
    await world.dispatchAll(2);

    expect((await loadSyncPoint(world.table, id))?.header).toMatchObject({ status: 'completed' });
    expect((await eventsOf(id)).filter(({ type }) => type === 'SYNC_POINT_COMPLETED')).toMatchObject([
      { agentId: 'system', details: { arrivedCount: 25, missingCount: 35, failedCount: 0, excusedCount: 0 } },
    ]);
    expect(await inboxTypes('creator')).toEqual(['SYNC_POINT_COMPLETED']);
  });

  test.each([
    ['decided', 'failed'],
    ['everyone', 'waiting'],
  ] as const)('that has become impossible, where it ends when %s: %s', async (endWhen, status) => {
    const id = await create({ participants: ['a', 'b', 'c', 'd'], quorum: 3, endWhen });
    expect(await failAs(id, 'a', 'no disk')).toMatchObject({ status: 'waiting' });
    await world.dispatchAll();
    world.clock.advance(1);
    expect(await failAs(id, 'b', 'no memory')).toMatchObject({ status });

    expect(await view(id)).toMatchObject({ status, failedParticipants: ['a', 'b'] });
    expect(await codeOf(arriveAs(id, 'c'))).toBe(status === 'failed' ? 'sync-point.not-waiting' : 'ok');
    await world.dispatchAll();
    // The first failure ended nothing, so the creator gets a message about it.
    const types = await inboxTypes('creator');
    expect(types[0]).toBe('AGENT_FAILED');
    expect(types.includes('SYNC_POINT_FAILED')).toBe(status === 'failed');
  });
});

describe('one failure among 1,000', () => {
  test('without a quorum ends it at once: a waiter is told by its next look, and who and why', async () => {
    const participants = uuidLikeIds(1_000);
    const failing = participants[700] ?? '';
    const clock = { table: world.table, now: Date.now };
    const { syncPoint: created } = await createSyncPoint(clock, agent('creator'), { name: 'm', participants });
    const waiter = { table: openMeteredTable(world.table), now: Date.now };
    const { syncPoint } = await readSyncPoint(waiter, agent('creator'), created.id);
    const waiting = waitForEnd(waiter, syncPoint, 20_000);

    const answer = await failAt(clock, agent(failing), created.id, { reason: 'the disk is full', data: { free: 0 } });
    waiter.table.meter.reset();
    const told = viewSyncPoint(await waiting);

    expect(answer).toMatchObject({ repeated: false, status: 'failed' });
    expect(told).toMatchObject({
      status: 'failed',
      failedParticipants: [failing],
      endReason: 'the disk is full',
      endedBy: 'system',
    });
    // A look that was under way, the next look, all pages, and the reason.
    expect(waiter.table.meter.requests.get('BatchGetItemCommand') ?? 0).toBeLessThanOrEqual(4);
    for (const late of [participants[0] ?? '', participants[999] ?? '']) {
      expect(await codeOf(arrive(clock, agent(late), created.id))).toBe('sync-point.not-waiting');
    }
  });
});

describe('a failure', () => {
  test('repeated is answered like the first, with another reason or after an arrival it is refused', async () => {
    const id = await create({ participants: ['a', 'b', 'c'], quorum: 1, endWhen: 'everyone' });
    const first = await failAs(id, 'a', 'no disk');
    await arriveAs(id, 'b');
    world.clock.advance(5);

    expect(await failAs(id, 'a', 'no disk')).toEqual({ ...first, repeated: true });
    expect(await failAs(id, 'a')).toEqual({ ...first, repeated: true });
    expect(await codeOf(failAs(id, 'a', 'no memory'))).toBe('sync-point.failed-otherwise');
    expect(await codeOf(arriveAs(id, 'a'))).toBe('sync-point.failed-otherwise');
    expect(await codeOf(failAs(id, 'b'))).toBe('sync-point.arrived-otherwise');
    expect(await codeOf(failAs(id, 'creator'))).toBe('sync-point.not-participant');
    expect(await codeOf(failAs(id, 'stranger'))).toBe('sync-point.not-found');
    const { items } = await listParticipants(
      world.table,
      (await readSyncPoint(world, admin, id)).syncPoint,
      {},
      () => ({}),
    );
    expect(items).toEqual([
      { agentId: 'a', outcome: 'failed', at: first.failedAt, reason: 'no disk' },
      { agentId: 'b', outcome: 'arrived', at: first.failedAt, reason: null },
      { agentId: 'c', outcome: 'pending', at: null, reason: null },
    ]);
  });
});

describe('until everyone has an outcome, with a quorum of 7 of 10', () => {
  const participants = Array.from({ length: 10 }, (_, index) => `agent-${index}`);
  const deadline = '2026-03-01T12:00:10.000Z';

  test.each([
    [6, 'expired', null],
    [7, 'completed', deadline],
  ])('and %i arrivals it is %s, exactly at the deadline', async (count, status, completedAt) => {
    const id = await create({ participants, quorum: 7, endWhen: 'everyone', deadline });
    for (const participant of participants.slice(0, count)) {
      expect(await arriveAs(id, participant)).toMatchObject({ status: 'waiting' });
    }
    await world.dispatchAll();
    world.clock.nowMs = Date.parse(deadline) - 1;
    expect((await view(id)).status).toBe('waiting');
    world.clock.advance(1);

    expect(await view(id)).toMatchObject({ status, endedAt: deadline, completedAt, endedBy: 'system' });
    expect(await codeOf(arriveAs(id, 'agent-9'))).toBe(
      status === 'expired' ? 'sync-point.expired' : 'sync-point.not-waiting',
    );
    await world.dispatchAll();
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      type: `SYNC_POINT_${status.toUpperCase()}`,
      details: { arrivedCount: count, missingCount: 10 - count },
    });
  });

  test('it ends before the deadline once nobody is pending: completed, or failed with too few', async () => {
    for (const [arrivals, status] of [
      [7, 'completed'],
      [6, 'failed'],
    ] as const) {
      const id = await create({ participants, quorum: 7, endWhen: 'everyone', deadline });
      for (const participant of participants.slice(0, arrivals)) await arriveAs(id, participant);
      const others = participants.slice(arrivals);
      const last = [];
      for (const participant of others) last.push((await failAs(id, participant)).status);
      expect(last).toEqual(others.map((_, index) => (index === others.length - 1 ? status : 'waiting')));
      expect((await view(id)).status).toBe(status);
    }
  });
});

describe.each([
  [1, ['a', 'b', 'c']],
  [5, uuidLikeIds(45)],
] as const)('on %i pages, excusing', (_pageCount, participants) => {
  const last = participants.at(-1) ?? '';

  test('the last one pending completes; who is excused is not waited for', async () => {
    const id = await create({ participants: [...participants] });
    for (const participant of participants.slice(0, -1)) await arriveAs(id, participant);

    const excused = await excuseAs(id, 'creator', last, 'its node is gone');

    expect(excused).toMatchObject({ agentId: last, repeated: false, status: 'completed' });
    expect(await view(id)).toMatchObject({
      status: 'completed',
      endedBy: 'system',
      excusedParticipants: [last],
      missingParticipants: [],
    });
    expect(await excuseAs(id, 'creator', last, 'once more')).toEqual({ ...excused, repeated: true });
    await world.dispatchAll();
    expect((await eventsOf(id)).filter(({ type }) => type === 'AGENT_EXCUSED')).toMatchObject([
      { agentId: 'creator', details: { agentId: last, reason: 'its node is gone' } },
    ]);
    expect((await loadSyncPoint(world.table, id))?.header.status).toBe('completed');
  });

  test('one at first: the others complete without it, and it cannot arrive any more', async () => {
    const id = await create({ participants: [...participants] });
    expect(await excuseAs(id, 'creator', last)).toMatchObject({ status: 'waiting', repeated: false });
    expect(await excuseAs(id, 'creator', last)).toMatchObject({ status: 'waiting', repeated: true });
    expect(await codeOf(arriveAs(id, last))).toBe('sync-point.excused');
    const statuses = [];
    for (const participant of participants.slice(0, -1)) statuses.push((await arriveAs(id, participant)).status);
    expect(statuses.indexOf('completed')).toBe(participants.length - 2);
  });

  test('is for the creator and admins, and of participants who are pending', async () => {
    const id = await create({ participants: [...participants] });
    await arriveAs(id, participants[0]);
    expect(await codeOf(excuseAs(id, participants[1], last))).toBe('auth.forbidden');
    expect(await codeOf(excuseAs(id, 'stranger', last))).toBe('sync-point.not-found');
    expect(await codeOf(excuseAs(id, 'creator', 'nobody'))).toBe('request.invalid');
    expect(await codeOf(excuseAs(id, 'creator', participants[0]))).toBe('sync-point.arrived-otherwise');
    expect(await excuseFrom({ ...world, rosters }, admin, id, last)).toMatchObject({ repeated: false });
    expect(await view(id)).toMatchObject({ status: 'waiting', excusedParticipants: [last] });
  });
});
