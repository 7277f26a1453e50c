import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { atExpression } from '../../lib/deadlines/schedules';
import { inOrderPerKey } from '../../lib/dispatcher/in-order-per-key';
import { derivedId, EVENT_TYPES, newEvent, rankOf } from '../../lib/events/event';
import type { Message } from '../../lib/messages/message';
import { publishNotification } from '../../lib/messages/publish-notification';
import { creationNotification, endingNotification } from '../../lib/messages/sync-point-notifications';
import { expiryAfter } from '../../lib/retention';
import type { Decision } from '../../lib/rosters/decision';
import { pageFromItem, newPageItem } from '../../lib/rosters/page-expressions';
import { SINGLE_PAGE } from '../../lib/rosters/page';
import type { SyncPoint } from '../../lib/sync-points/sync-point';
import { pageKey } from '../../lib/table/keys';
import type { Table } from '../../lib/table/table';

const AT = Date.parse('2026-03-01T12:00:00.000Z');

describe('ids of events', () => {
  test('are the same for the same change and differ for any other', () => {
    const make = (type: 'AGENT_ARRIVED' | 'SYNC_POINT_CREATED', id: string, by: string, atMs: number, move = 0) =>
      newEvent(type, id, by, atMs, {}, move).id;
    expect(make('AGENT_ARRIVED', 'x', 'a', AT)).toBe(make('AGENT_ARRIVED', 'x', 'a', AT));
    const ids = [
      make('AGENT_ARRIVED', 'x', 'a', AT),
      make('SYNC_POINT_CREATED', 'x', 'a', AT),
      make('AGENT_ARRIVED', 'y', 'a', AT),
      make('AGENT_ARRIVED', 'x', 'b', AT),
      make('AGENT_ARRIVED', 'x', 'a', AT + 1),
      make('AGENT_ARRIVED', 'x', 'a', AT, 1),
      // Joined without separators these would be one.
      make('AGENT_ARRIVED', 'xa', '', AT),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are UUIDs of version 7 in the order of time', () => {
    const ids = Array.from({ length: 50 }, (_, ms) => derivedId(AT + ms, 'event', ms % 7));
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('within a millisecond a beginning ranks before a step and a step before an ending', () => {
    const ranks = Object.fromEntries(EVENT_TYPES.map((type) => [type, rankOf(type)]));
    expect(ranks).toMatchObject({
      SYNC_POINT_CREATED: 0,
      AGENT_REGISTERED: 0,
      AGENT_ARRIVED: 1,
      SYNC_POINT_DEADLINE_CHANGED: 1,
      SYNC_POINT_COMPLETED: 2,
      SYNC_POINT_CANCELLED: 2,
      SYNC_POINT_EXPIRED: 2,
      AGENT_DEACTIVATED: 2,
    });
  });
});

test.each([
  [0, 'at(2026-03-01T12:00:00)'],
  [1, 'at(2026-03-01T12:00:01)'],
  [999, 'at(2026-03-01T12:00:01)'],
  [1_000, 'at(2026-03-01T12:00:01)'],
])('a schedule %i ms later is %s: never before the deadline', (laterMs, expression) => {
  expect(atExpression(AT + laterMs)).toBe(expression);
});

test('retention ends so many days later, in seconds', () => {
  expect(expiryAfter(AT + 999, 90)).toBe(AT / 1_000 + 90 * 86_400);
});

describe('work in order per key', () => {
  test('runs keys at once and one key in order, also after a failure', async () => {
    const log: string[] = [];
    const gates = new Map<string, () => void>();
    const run = inOrderPerKey(async (name: string) => {
      log.push(`start ${name}`);
      await new Promise<void>((resolve) => gates.set(name, resolve));
      log.push(`end ${name}`);
      if (name === 'a1') throw new Error('a1 failed');
    });
    const runs = Promise.allSettled([run('a', 'a1'), run('a', 'a2'), run('b', 'b1')]);
    await nextTurn();
    expect(log).toEqual(['start a1', 'start b1']);
    gates.get('a1')?.();
    await nextTurn();
    expect(log).toEqual(['start a1', 'start b1', 'end a1', 'start a2']);
    gates.get('b1')?.();
    gates.get('a2')?.();
    expect((await runs).map((one) => one.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
});

const syncPoint = (participants: string[], arrived: Record<string, number> = {}): SyncPoint => ({
  header: {
    id: 'release',
    name: 'Release',
    description: 'All green?',
    metadata: null,
    participantCount: participants.length,
    ...SINGLE_PAGE,
    createdBy: 'orchestrator',
    createdAtMs: AT,
    firstDeadlineMs: AT + 60_000,
    deadlineMs: AT + 90_000,
    moves: 1,
    status: 'waiting',
    endedAtMs: null,
    endedBy: null,
    endReason: null,
    requestHash: '',
  },
  pages: [
    pageFromItem({
      ...pageKey('SP', 'release', 0),
      ...newPageItem(participants, SINGLE_PAGE, AT + 90_000),
      arrived,
    }),
  ],
  participants,
});
const decision = (ending: Decision['ending'], given: Partial<Decision> = {}): Decision => ({
  ending,
  endedAtMs: AT + 5,
  endedBy: 'system',
  reason: null,
  ...given,
});

describe('notifications of a sync point', () => {
  test('the creation goes to the participants, with the first deadline, to be acknowledged', () => {
    const created = creationNotification(syncPoint(['a', 'b']));
    expect(created).toMatchObject({
      senderId: 'orchestrator',
      recipientIds: ['a', 'b'],
      timestamp: '2026-03-01T12:00:00.000Z',
      priority: 'MEDIUM',
      requiresAcknowledgment: true,
      content: {
        type: 'SYNC_POINT_NOTIFICATION',
        syncPointId: 'release',
        name: 'Release',
        description: 'All green?',
        deadline: '2026-03-01T12:01:00.000Z',
      },
    });
    expect(creationNotification(syncPoint(['a', 'b'])).id).toBe(created.id);
  });

  test.each([
    [
      ['a', 'b'],
      ['a', 'b', 'orchestrator'],
    ],
    [
      ['a', 'orchestrator'],
      ['a', 'orchestrator'],
    ],
  ])('an ending goes to participants and creator, each once: %j', (participants, recipientIds) => {
    const cancelled = decision('cancelled', { endedBy: 'orchestrator', reason: 'broken build' });
    expect(endingNotification(syncPoint(participants), cancelled)).toMatchObject({
      senderId: 'orchestrator',
      recipientIds,
      requiresAcknowledgment: false,
      content: { type: 'SYNC_POINT_CANCELLED', reason: 'broken build', cancelledBy: 'orchestrator', name: 'Release' },
    });
  });

  test('completion and expiry say who arrived, in order of arrival', () => {
    const point = syncPoint(['a', 'b', 'c'], { c: AT + 1, a: AT + 2 });
    expect(endingNotification(point, decision('expired')).content).toMatchObject({
      type: 'SYNC_POINT_EXPIRED',
      arrivedParticipants: ['c', 'a'],
      arrivedCount: 2,
      participantCount: 3,
      deadline: '2026-03-01T12:01:30.000Z',
    });
    expect(endingNotification(point, decision('completed', { reason: 'good enough' })).content).toMatchObject({
      type: 'SYNC_POINT_COMPLETED',
      reason: 'good enough',
    });
  });
});

describe('publishing', () => {
  const publish = async (recipientIds: string[], name = 'x') => {
    const published: { message: Message; envelopeId: string }[] = [];
    const agents = (keys: { pk: string }[]) =>
      keys.map(({ pk }) => ({ id: pk.slice('AGENT#'.length), name, tokens: {} }));
    const send = (command: { input: { RequestItems: Record<string, { Keys: { pk: string }[] }> } }) =>
      Promise.resolve({ Responses: { t: agents(command.input.RequestItems['t']?.Keys ?? []) } });
    const table = { name: 't', client: { send } } as unknown as Table;
    const notification = creationNotification(syncPoint(recipientIds));
    await publishNotification(
      table,
      (message, envelopeId) => {
        published.push({ message, envelopeId });
        return Promise.resolve();
      },
      notification,
      'release',
    );
    return { published, id: notification.id };
  };
  const ids = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => String(index).padStart(length, '0'));

  test.each([1, 500, 501, 1_200])('reaches each of %i recipients once, at most 500 at a time', async (count) => {
    const recipients = ids(count, 36);
    const { published, id } = await publish(recipients);
    expect(published).toHaveLength(Math.ceil(count / 500));
    expect(published.flatMap(({ message }) => message.recipients.map((party) => party.id)).sort()).toEqual(recipients);
    expect(published.every(({ message }) => message.id === id)).toBe(true);
    expect(new Set(published.map(({ envelopeId }) => envelopeId)).size).toBe(published.length);
  });

  test('stays below what SNS takes, with the longest ids and names', async () => {
    const recipients = ids(1_500, 64);
    const { published } = await publish(recipients, '\u0001'.repeat(200));
    expect(published.flatMap(({ message }) => message.recipients)).toHaveLength(1_500);
    for (const { message } of published) {
      const attribute = JSON.stringify(message.recipients.map((party) => party.id));
      expect(Buffer.byteLength(JSON.stringify(message)) + Buffer.byteLength(attribute)).toBeLessThan(200 * 1_024);
    }
  });
});
