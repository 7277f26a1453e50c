import { beforeEach, describe, expect, test } from '@jest/globals';
import { putAgentForTest, removeItems } from '../support/agents';
import { dispatchChange } from '../../lib/dispatcher/dispatch';
import { listEvents } from '../../lib/events/store';
import { acknowledge } from '../../lib/messages/acknowledge';
import { readInbox } from '../../lib/messages/inbox';
import { listRosters } from '../../lib/rosters/list';
import { versionOf } from '../../lib/rosters/roster';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { registerAgent } from '../../lib/agents/register';
import { membershipPartition } from '../../lib/table/keys';
import { admin, agent, createWorld, uuidLikeIds, type World } from '../support/world';
import { scanAll } from '../support/test-table';
import {
  arrive,
  createSyncPoint,
  endSyncPoint,
  loadSyncPoint,
  moveDeadline,
  readSyncPoint,
  syncPointService,
  waitForEnd,
} from '../support/operations';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const create = async (participants: string[], deadline?: string): Promise<string> => {
  const input = { name: 'meeting', participants, ...(deadline !== undefined && { deadline }) };
  return (await createSyncPoint(world, agent('creator'), input, undefined)).syncPoint.id;
};

const arriveAs = (id: string, agentId: string) =>
  arrive({ ...world, rosters: new Map() }, agent(agentId), id, undefined);

const eventTypes = async (id: string): Promise<string[]> =>
  (await listEvents(world.table, { kind: 'SP', id, createdAtMs: 0 }, { limit: 100 })).items.map((event) => event.type);

const inboxTypes = async (agentId: string): Promise<string[]> =>
  (await readInbox(world, agentId, { unacknowledged: false })).items.map((message) => message.content.type);

describe.each([1, 2])('every change delivered %i times', (times) => {
  test('a completed sync point has each event once and tells everybody once', async () => {
    const id = await create(['a', 'b'], '2026-03-01T13:00:00.000Z');
    await world.dispatchAll(times);
    expect(world.schedulesOf(id)).toEqual([Date.parse('2026-03-01T13:00:00.000Z')]);
    world.clock.advance(10);
    await arriveAs(id, 'b');
    world.clock.advance(10);
    await arriveAs(id, 'a');
    await world.dispatchAll(times);

    expect(await eventTypes(id)).toEqual([
      'SYNC_POINT_CREATED',
      'AGENT_ARRIVED',
      'AGENT_ARRIVED',
      'SYNC_POINT_COMPLETED',
    ]);
    for (const participant of ['a', 'b']) {
      expect(await inboxTypes(participant)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_COMPLETED']);
    }
    expect(await inboxTypes('creator')).toEqual(['SYNC_POINT_COMPLETED']);
    expect(world.schedulesOf(id)).toEqual([]);
    expect((await loadSyncPoint(world.table, id))?.header).toMatchObject({ status: 'completed' });
  });

  test('a cancelled one says who and why, and an acknowledgement survives the replay', async () => {
    await putAgentForTest(world, 'creator', 'Orchestrator');
    const id = await create(['a', 'b']);
    const creation = await world.dispatchAll(times);
    const [message] = (await readInbox(world, 'a', { unacknowledged: true })).items;
    expect(message).toMatchObject({
      sender: { id: 'creator', name: 'Orchestrator' },
      recipients: [{ id: 'a', name: 'a' }],
      priority: 'MEDIUM',
      requiresAcknowledgment: true,
      content: { type: 'SYNC_POINT_NOTIFICATION', syncPointId: id, name: 'meeting', description: null, deadline: null },
    });
    await acknowledge(world, 'a', message?.id ?? '', undefined);
    expect(creation.length).toBeGreaterThan(0);
    for (const change of creation) await dispatchChange(world.dispatcher, change);
    expect((await readInbox(world, 'a', { unacknowledged: true })).items).toEqual([]);

    world.clock.advance(10);
    await endSyncPoint(world, agent('creator'), id, { as: 'cancelled', reason: 'no longer needed' });
    await world.dispatchAll(times);

    expect(await eventTypes(id)).toEqual(['SYNC_POINT_CREATED', 'SYNC_POINT_CANCELLED']);
    const [cancelled, ...others] = (await readInbox(world, 'a', { unacknowledged: true })).items;
    expect(others).toEqual([]);
    expect(cancelled).toMatchObject({
      requiresAcknowledgment: false,
      content: { type: 'SYNC_POINT_CANCELLED', reason: 'no longer needed', cancelledBy: 'creator' },
    });
  });

  test('a moved deadline is one event over many pages, and the schedule follows', async () => {
    const participants = uuidLikeIds(45);
    const id = await create(participants, '2026-03-01T13:00:00.000Z');
    await moveDeadline(world, agent('creator'), id, { deadline: '2026-03-01T14:00:00.000Z' });
    world.clock.advance(10);
    const moved = await moveDeadline(world, agent('creator'), id, { deadline: '2026-03-01T12:30:00.000Z' });
    const repeated = await moveDeadline(world, agent('creator'), id, { deadline: '2026-03-01T12:30:00.000Z' });
    expect(versionOf(repeated.pages)).toBe(versionOf(moved.pages));
    await world.dispatchAll(times);

    const { items } = await listEvents(world.table, { kind: 'SP', id, createdAtMs: 0 }, {});
    expect(items.map((event) => [event.type, event.details['deadline']])).toEqual([
      ['SYNC_POINT_CREATED', '2026-03-01T13:00:00.000Z'],
      ['SYNC_POINT_DEADLINE_CHANGED', '2026-03-01T14:00:00.000Z'],
      ['SYNC_POINT_DEADLINE_CHANGED', '2026-03-01T12:30:00.000Z'],
    ]);
    expect(world.schedulesOf(id)).toEqual([Date.parse('2026-03-01T12:30:00.000Z')]);
    const deadlinesOf = async () =>
      new Set((await loadSyncPoint(world.table, id))?.pages.map((page) => page.terms.deadlineMs));
    expect(await deadlinesOf()).toEqual(new Set([Date.parse('2026-03-01T12:30:00.000Z')]));

    world.clock.advance(10);
    await moveDeadline(world, agent('creator'), id, { deadline: null });
    await world.dispatchAll(times);
    const { items: all } = await listEvents(world.table, { kind: 'SP', id, createdAtMs: 0 }, {});
    expect(all.at(-1)).toMatchObject({
      type: 'SYNC_POINT_DEADLINE_CHANGED',
      details: { deadline: null, previousDeadline: '2026-03-01T12:30:00.000Z' },
    });
    expect(world.schedulesOf(id)).toEqual([]);
    expect(await deadlinesOf()).toEqual(new Set([null]));
  });
});

test('a creation that is dispatched late sets no schedule for a deadline that was taken away since', async () => {
  const id = await create(['a', 'b'], '2026-03-01T13:00:00.000Z');
  const [creation] = await world.dispatchAll();
  await moveDeadline(world, agent('creator'), id, { deadline: null });
  await world.dispatchAll();
  if (!creation) throw new Error('no change of the creation');
  await dispatchChange(world.dispatcher, creation);
  expect(world.schedulesOf(id)).toEqual([]);
});

test('agents may be called like the sort keys of other items', async () => {
  const repeat = { key: undefined, callersToken: 'token-of-an-admin' };
  for (const id of ['AGENT', 'SENT', 'OVERALL', 'HEADER', 'PAGE', 'ROSTER']) {
    await registerAgent(world, admin, { id, name: id }, repeat);
  }
  await world.dispatchAll();
  expect(world.onBus.map((event) => [event.type, event.relatedId])).toHaveLength(6);
});

test('a wait goes on at its own pace when the deadline that it knew has been taken away', async () => {
  const service = { table: world.table, now: Date.now };
  const input = { name: 'm', participants: ['a', 'b'], deadline: new Date(Date.now() + 300).toISOString() };
  const { syncPoint: view } = await createSyncPoint(service, agent('creator'), input, undefined);
  const { syncPoint } = await readSyncPoint(service, agent('creator'), view.id);
  const waiting = waitForEnd(service, syncPoint, 1_200);
  await moveDeadline(service, agent('creator'), view.id, { deadline: null });
  world.table.meter.reset();
  expect(viewSyncPoint(await waiting)).toMatchObject({ status: 'waiting', deadline: null });
  // Looks 50 to 400 ms apart.
  expect(world.table.meter.requests.get('BatchGetItemCommand')).toBeLessThan(15);
});

test('lists show the sync points of participant and creator, newest first, and forget removed ones', async () => {
  const older = await create(['a', 'b']);
  world.clock.advance(10);
  const newer = await create(['a', 'creator']);
  await world.dispatchAll();
  const list = async (agentId: string, filter = {}): Promise<string[]> => {
    const { items } = await listRosters(syncPointService(world), agent(agentId), filter);
    return items.map((syncPoint) => syncPoint.header.id);
  };
  expect(await list('a')).toEqual([newer, older]);
  expect(await list('b')).toEqual([older]);
  expect(await list('creator', { role: 'participant' })).toEqual([newer]);
  expect(await list('creator', { role: 'creator' })).toEqual([newer, older]);
  expect(await list('creator', { status: ['completed'] })).toEqual([]);
  expect(await list('stranger')).toEqual([]);

  const page = await listRosters(syncPointService(world), agent('a'), { limit: 1 });
  const rest = await listRosters(syncPointService(world), agent('a'), {
    limit: 1,
    cursor: page.nextCursor ?? '',
  });
  expect([page, rest].map(({ items }) => items[0]?.header.id)).toEqual([newer, older]);
  expect(rest.nextCursor).toBeNull();
});

test('the end of retention takes the memberships along', async () => {
  for (const participants of [['a', 'b'], uuidLikeIds(45)]) {
    const id = await create(participants);
    await endSyncPoint(world, agent('creator'), id, { as: 'cancelled' });
    await world.dispatchAll();
    const left = (await scanAll(world.table)).filter((item) => String(item['pk']).startsWith(`SP#${id}`));
    expect(left.every((item) => item['expiresAtSeconds'] !== undefined)).toBe(true);
    await removeItems(world.table, left);
    await world.dispatchAll();
    const agents = new Set([...participants, 'creator'].map(membershipPartition));
    expect((await scanAll(world.table)).filter((item) => agents.has(String(item['pk'])))).toEqual([]);
  }
});
