import { beforeEach, describe, expect, test } from '@jest/globals';
import { putAgentForTest, removeItems } from '../support/agents';
import { dispatchChange } from '../../lib/dispatcher/dispatch-change';
import { listEvents } from '../../lib/events/event-repository';
import { acknowledge, readInbox } from '../../lib/messages/inbox-repository';
import { arrive } from '../../lib/sync-points/arrive';
import { createSyncPoint } from '../../lib/sync-points/create-sync-point';
import { endSyncPoint, moveDeadline } from '../../lib/sync-points/end-sync-point';
import { listSyncPoints } from '../../lib/sync-points/list-sync-points';
import { loadSyncPoint } from '../../lib/sync-points/sync-point-repository';
import { membershipPartition } from '../../lib/table/keys';
import { agent, createWorld, uuidLikeIds, type World } from '../support/world';
import { scanAll } from '../support/test-table';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const create = async (participants: string[], deadline?: string): Promise<string> => {
  const input = { name: 'meeting', participants, ...(deadline !== undefined && { deadline }) };
  return (await createSyncPoint(world.table, world.clock.now, agent('creator'), input, undefined)).id;
};

const arriveAs = (id: string, agentId: string) =>
  arrive(world.table, world.clock.now, new Map(), agent(agentId), id, undefined);

const eventTypes = async (id: string): Promise<string[]> =>
  (await listEvents(world.table, 'SP', id, 0, { limit: 100 })).items.map((event) => event.type);

const inboxTypes = async (agentId: string): Promise<string[]> =>
  (await readInbox(world.table, agentId, { unacknowledged: false })).items.map((message) => message.content.type);

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
    const [message] = (await readInbox(world.table, 'a', { unacknowledged: true })).items;
    expect(message).toMatchObject({
      sender: { id: 'creator', name: 'Orchestrator' },
      recipients: [{ id: 'a', name: 'a' }],
      priority: 'MEDIUM',
      requiresAcknowledgment: true,
      content: { type: 'SYNC_POINT_NOTIFICATION', syncPointId: id, name: 'meeting', description: null, deadline: null },
    });
    await acknowledge(world.table, world.clock.now, 'a', message?.id ?? '');
    expect(creation.length).toBeGreaterThan(0);
    for (const change of creation) await dispatchChange(world.dispatcher, change);
    expect((await readInbox(world.table, 'a', { unacknowledged: true })).items).toEqual([]);

    world.clock.advance(10);
    await endSyncPoint(world.table, world.clock.now, agent('creator'), id, 'cancelled', 'no longer needed');
    await world.dispatchAll(times);

    expect(await eventTypes(id)).toEqual(['SYNC_POINT_CREATED', 'SYNC_POINT_CANCELLED']);
    expect((await readInbox(world.table, 'a', { unacknowledged: true })).items).toEqual([]);
    const [, cancelled] = (await readInbox(world.table, 'a', { unacknowledged: false })).items;
    expect(cancelled).toMatchObject({
      requiresAcknowledgment: false,
      content: { type: 'SYNC_POINT_CANCELLED', reason: 'no longer needed', cancelledBy: 'creator' },
    });
  });

  test('a moved deadline is one event over many pages, and the schedule follows', async () => {
    const participants = uuidLikeIds(45);
    const id = await create(participants, '2026-03-01T13:00:00.000Z');
    await moveDeadline(world.table, world.clock.now, agent('creator'), id, '2026-03-01T14:00:00.000Z');
    world.clock.advance(10);
    await moveDeadline(world.table, world.clock.now, agent('creator'), id, '2026-03-01T12:30:00.000Z');
    await world.dispatchAll(times);

    const { items } = await listEvents(world.table, 'SP', id, 0, {});
    expect(items.map((event) => [event.type, event.details['deadline']])).toEqual([
      ['SYNC_POINT_CREATED', '2026-03-01T13:00:00.000Z'],
      ['SYNC_POINT_DEADLINE_CHANGED', '2026-03-01T14:00:00.000Z'],
      ['SYNC_POINT_DEADLINE_CHANGED', '2026-03-01T12:30:00.000Z'],
    ]);
    expect(world.schedulesOf(id)).toEqual([Date.parse('2026-03-01T12:30:00.000Z')]);
    const syncPoint = await loadSyncPoint(world.table, id);
    expect(new Set(syncPoint?.pages.map((page) => page.deadlineMs))).toEqual(
      new Set([Date.parse('2026-03-01T12:30:00.000Z')]),
    );
  });
});

test('lists show the sync points of participant and creator, newest first, and forget removed ones', async () => {
  const older = await create(['a', 'b']);
  world.clock.advance(10);
  const newer = await create(['a', 'creator']);
  await world.dispatchAll();
  const list = async (agentId: string, filter = {}): Promise<string[]> => {
    const { items } = await listSyncPoints(world.table, world.clock.now, agent(agentId), filter);
    return items.map((syncPoint) => syncPoint.header.id);
  };
  expect(await list('a')).toEqual([newer, older]);
  expect(await list('b')).toEqual([older]);
  expect(await list('creator', { role: 'participant' })).toEqual([newer]);
  expect(await list('creator', { role: 'creator' })).toEqual([newer, older]);
  expect(await list('creator', { status: 'completed' })).toEqual([]);
  expect(await list('stranger')).toEqual([]);

  const page = await listSyncPoints(world.table, world.clock.now, agent('a'), { limit: 1 });
  const rest = await listSyncPoints(world.table, world.clock.now, agent('a'), {
    limit: 1,
    cursor: page.nextCursor ?? '',
  });
  expect([page, rest].map(({ items }) => items[0]?.header.id)).toEqual([newer, older]);
  expect(rest.nextCursor).toBeNull();
});

test('the end of retention takes the memberships along', async () => {
  for (const participants of [['a', 'b'], uuidLikeIds(45)]) {
    const id = await create(participants);
    await endSyncPoint(world.table, world.clock.now, agent('creator'), id, 'cancelled', undefined);
    await world.dispatchAll();
    const left = (await scanAll(world.table)).filter((item) => String(item['pk']).startsWith(`SP#${id}`));
    expect(left.every((item) => item['expiresAtSeconds'] !== undefined)).toBe(true);
    await removeItems(world.table, left);
    await world.dispatchAll();
    const agents = new Set([...participants, 'creator'].map(membershipPartition));
    expect((await scanAll(world.table)).filter((item) => agents.has(String(item['pk'])))).toEqual([]);
  }
});
