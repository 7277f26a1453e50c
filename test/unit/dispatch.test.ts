import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { atExpression } from '../../lib/schedules/schedules';
import { inOrderPerKey, sharedPerKey } from '../../lib/dispatcher/in-order';
import { derivedId, EVENT_TYPES, newEvent, rankOf } from '../../lib/events/event';
import type { Message } from '../../lib/messages/message';
import { publishNotification } from '../../lib/messages/publish';
import {
  creationNotification,
  deadlineChangedNotification,
  deadlineNearNotification,
  endingNotification,
  failureNotification,
  overallStepNotification,
  stalledNotification,
} from '../../lib/dispatcher/notifications/roster';
import { expiryAfter } from '../../lib/common/retention';
import type { Decision } from '../../lib/rosters/decision';
import type { Entry } from '../../lib/rosters/entry';
import type { RosterHeader } from '../../lib/rosters/header';
import { UNREPORTED } from '../../lib/rosters/page-writes';
import type { Roster } from '../../lib/rosters/roster';
import type { Table } from '../../lib/table/table';
import {
  ALL_MUST_ARRIVE,
  arrivedAt,
  CREATOR_DECIDES,
  excusedAt,
  failedAt,
  pageOf,
  reportedAt,
  rosterOf,
} from '../support/made-rosters';

const AT = Date.parse('2026-03-01T12:00:00.000Z');

describe('ids of events', () => {
  test('are the same for the same change and differ for any other', () => {
    const make = (type: 'AGENT_ARRIVED' | 'SYNC_POINT_CREATED', id: string, by: string, atMs: number, move = 0) =>
      newEvent({ type, relatedId: id, agentId: by, timestampMs: atMs, details: {} }, move).id;
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
      AGENT_FAILED: 1,
      AGENT_EXCUSED: 1,
      SYNC_POINT_DEADLINE_CHANGED: 1,
      PROGRESS_STALLED: 1,
      PROGRESS_RESUMED: 2,
      PROGRESS_TRACKER_CHANGED: 1,
      SYNC_POINT_COMPLETED: 3,
      SYNC_POINT_FAILED: 3,
      PROGRESS_TRACKER_FAILED: 3,
      PROGRESS_TRACKER_EXPIRED: 3,
      SYNC_POINT_CANCELLED: 3,
      SYNC_POINT_EXPIRED: 3,
      AGENT_DEACTIVATED: 3,
      AGENT_REACTIVATED: 1,
      AGENT_LOST: 1,
      AGENT_RETURNED: 2,
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
    const inOrder = inOrderPerKey();
    const work = async (name: string): Promise<void> => {
      log.push(`start ${name}`);
      await new Promise<void>((resolve) => gates.set(name, resolve));
      log.push(`end ${name}`);
      if (name === 'a1') throw new Error('a1 failed');
    };
    const run = (key: string, name: string) => inOrder(key, () => work(name));
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

test('looks at one roster are one after the other, and those asked for meanwhile are one more', async () => {
  const looks: string[] = [];
  const gates: (() => void)[] = [];
  const look = sharedPerKey();
  const ask = (key: string) =>
    look(key, async () => {
      looks.push(key);
      await new Promise<void>((resolve) => gates.push(resolve));
    });
  const first = ask('a');
  await nextTurn();
  const others = [ask('a'), ask('a'), ask('b')];
  await nextTurn();
  expect(looks).toEqual(['a', 'b']);
  gates[0]?.();
  await first;
  await nextTurn();
  expect(looks).toEqual(['a', 'b', 'a']);
  for (const open of gates) open();
  await Promise.all(others);
  // One that is asked for after it has begun must see what happened since.
  const last = ask('a');
  await nextTurn();
  expect(looks).toEqual(['a', 'b', 'a', 'a']);
  gates.at(-1)?.();
  await last;
});

/** Whoever has not got an entry is pending. Created with a deadline a minute ahead, which was moved once. */
const syncPoint = (
  participants: readonly string[],
  entries: Readonly<Record<string, Entry>> = {},
  header: Partial<RosterHeader> = {},
): Roster =>
  rosterOf(
    'SP',
    pageOf(Object.fromEntries(participants.map((id) => [id, entries[id] ?? UNREPORTED])), {
      terms: { deadlineMs: AT + 90_000, totalSteps: null },
      moves: 1,
    }),
    {
      description: 'All green?',
      createdAtMs: AT,
      firstTerms: { deadlineMs: AT + 60_000, totalSteps: null },
      ...header,
    },
  );

const tracker = (
  entries: Readonly<Record<string, Entry>>,
  {
    everyone = false,
    overall = UNREPORTED,
    header = {},
  }: { everyone?: boolean; overall?: Entry; header?: object } = {},
): Roster =>
  rosterOf(
    'PT',
    pageOf(entries, {
      overall: { agentId: 'orchestrator', entry: overall, participates: 'orchestrator' in entries },
      rule: everyone ? ALL_MUST_ARRIVE : CREATOR_DECIDES,
      terms: { deadlineMs: null, totalSteps: 10 },
    }),
    { id: 'build', name: 'Build', createdAtMs: AT, ...header },
  );

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
      priority: 'MEDIUM',
      requiresAcknowledgment: false,
      content: { type: 'SYNC_POINT_CANCELLED', reason: 'broken build', cancelledBy: 'orchestrator', name: 'Release' },
    });
  });

  test.each(['completed', 'failed', 'expired', 'cancelled'] as const)(
    'an ending says who has arrived and who failed, by time, and who is missing: %s',
    (ending) => {
      const entries = { c: arrivedAt(AT + 1), a: arrivedAt(AT + 2), b: failedAt(AT + 3), d: excusedAt(AT + 4) };
      const { content } = endingNotification(syncPoint(['a', 'b', 'c', 'd', 'e'], entries), decision(ending));
      expect(content).toMatchObject({
        type: `SYNC_POINT_${ending.toUpperCase()}`,
        arrivedParticipants: ['c', 'a'],
        arrivedCount: 2,
        failedParticipants: ['b'],
        failedCount: 1,
        missingParticipants: ['e'],
        missingCount: 1,
        participantCount: 5,
      });
    },
  );

  test('an ending names the first 20 of each, and counts all', () => {
    const ids = Array.from({ length: 25 }, (_, index) => `agent-${String(index).padStart(2, '0')}`);
    const { content } = endingNotification(syncPoint(ids), decision('expired'));
    expect(content).toMatchObject({ missingParticipants: ids.slice(0, 20), missingCount: 25, arrivedParticipants: [] });
  });

  test('an ending has no empty list of who failed or is missing, but the counts', () => {
    const completed = endingNotification(syncPoint(['a'], { a: arrivedAt(AT + 1) }), decision('completed'));
    expect(completed.content).toMatchObject({ failedCount: 0, missingCount: 0 });
    expect(Object.keys(completed.content)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(failed|missing)Participants$/)]),
    );
  });

  test('an ending says why, if somebody said so', () => {
    const contentOf = (point: Roster, ended: Decision) => endingNotification(point, ended).content;
    const point = syncPoint(['a', 'b']);
    expect(contentOf(point, decision('completed', { reason: 'good enough' }))).toMatchObject({ reason: 'good enough' });
    expect(contentOf({ ...point, firstFailure: 'disk full' }, decision('failed'))).toMatchObject({
      reason: 'disk full',
    });
    expect(contentOf(point, decision('completed'))).not.toHaveProperty('reason');
    expect(contentOf(point, decision('expired'))).toMatchObject({ deadline: '2026-03-01T12:01:30.000Z' });
  });

  test('a moved deadline concerns those pending', () => {
    const from = { deadlineMs: AT + 60_000, totalSteps: null };
    const move = { number: 1, by: 'orchestrator', atMs: AT + 9, from };
    const entries = { a: arrivedAt(AT + 1), b: failedAt(AT + 1), c: excusedAt(AT + 1) };
    const moved = (deadlineMs: number | null) =>
      deadlineChangedNotification(syncPoint(['a', 'b', 'c', 'd'], entries), move, deadlineMs);
    expect(moved(AT + 90_000)).toMatchObject({
      senderId: 'orchestrator',
      recipientIds: ['d'],
      priority: 'MEDIUM',
      content: {
        type: 'SYNC_POINT_DEADLINE_CHANGED',
        deadline: '2026-03-01T12:01:30.000Z',
        previousDeadline: '2026-03-01T12:01:00.000Z',
      },
    });
    expect(moved(null).content['deadline']).toBeNull();
  });

  test('a near deadline concerns those pending and the creator, and names who is missing', () => {
    const point = syncPoint(['a', 'b', 'c'], { a: arrivedAt(AT + 1) }, { warnSeconds: 30 });
    expect(deadlineNearNotification(point, AT + 90_000)).toMatchObject({
      senderId: 'system',
      recipientIds: ['b', 'c', 'orchestrator'],
      timestamp: '2026-03-01T12:01:00.000Z',
      priority: 'HIGH',
      content: { type: 'SYNC_POINT_DEADLINE_NEAR', missingParticipants: ['b', 'c'], missingCount: 2 },
    });
  });

  test('a failure that was not the ending is told to the creator, with the reason', () => {
    const failed = { agentId: 'a', atMs: AT + 3 };
    const point = syncPoint(['a', 'b'], { a: failedAt(AT + 3) });
    const details = { json: undefined, reason: 'disk full', by: undefined };
    expect(failureNotification(point, failed, { ...details, by: 'system' })).toMatchObject({ senderId: 'system' });
    expect(failureNotification(point, failed, details)).toMatchObject({
      senderId: 'a',
      recipientIds: ['orchestrator'],
      priority: 'HIGH',
      content: { type: 'AGENT_FAILED', syncPointId: 'release', agentId: 'a', reason: 'disk full' },
    });
  });
});

describe('notifications of a progress tracker', () => {
  test('the creation needs no acknowledgement', () => {
    const created = creationNotification(tracker({ a: UNREPORTED, b: UNREPORTED }));
    expect(created).toMatchObject({
      recipientIds: ['a', 'b'],
      priority: 'LOW',
      requiresAcknowledgment: false,
      content: { type: 'PROGRESS_TRACKER_NOTIFICATION', trackerId: 'build', totalSteps: 10 },
    });
  });

  test('an overall step goes to the participants but the creator', () => {
    const roster = tracker({ a: UNREPORTED, orchestrator: UNREPORTED });
    expect(overallStepNotification(roster, { agentId: 'orchestrator', step: 4, atMs: AT })).toMatchObject({
      senderId: 'orchestrator',
      recipientIds: ['a'],
      content: { type: 'PROGRESS_UPDATE_NOTIFICATION', currentStep: 4, totalSteps: 10, completed: false },
    });
  });

  test('the completion is the last update: by the creator to the others, by everyone also to the creator', () => {
    const byCreator = tracker({ a: UNREPORTED, orchestrator: UNREPORTED }, { overall: reportedAt(10, AT) });
    expect(endingNotification(byCreator, decision('completed', { endedBy: 'orchestrator' }))).toMatchObject({
      recipientIds: ['a'],
      content: { type: 'PROGRESS_UPDATE_NOTIFICATION', currentStep: 10, completed: true },
    });
    const all = { a: arrivedAt(AT), b: arrivedAt(AT) };
    const byEveryone = tracker(all, { everyone: true, overall: reportedAt(9, AT) });
    expect(endingNotification(byEveryone, decision('completed'))).toMatchObject({
      senderId: 'system',
      recipientIds: ['a', 'b', 'orchestrator'],
      content: { type: 'PROGRESS_UPDATE_NOTIFICATION', currentStep: 9, completed: true },
    });
  });

  test.each(['failed', 'expired', 'cancelled'] as const)(
    'another ending goes to participants and creator: %s',
    (ending) => {
      expect(endingNotification(tracker({ a: UNREPORTED }), decision(ending))).toMatchObject({
        recipientIds: ['a', 'orchestrator'],
        priority: 'LOW',
        content: { type: `PROGRESS_TRACKER_${ending.toUpperCase()}`, missingParticipants: ['a'] },
      });
    },
  );

  test('a stall tells the creator who is behind, those furthest from the total first', () => {
    const entries = { a: reportedAt(7, AT + 5), b: UNREPORTED, c: reportedAt(3, AT + 2), d: failedAt(AT + 1) };
    const roster = tracker(entries, { header: { stallSeconds: 60 } });
    expect(stalledNotification(roster, AT + 5)).toMatchObject({
      recipientIds: ['orchestrator'],
      timestamp: '2026-03-01T12:01:00.005Z',
      priority: 'HIGH',
      content: {
        type: 'PROGRESS_STALLED',
        stalledSince: '2026-03-01T12:00:00.005Z',
        behindParticipants: ['b', 'c', 'a'],
        behindCount: 3,
      },
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
      {
        table,
        publish: (message, envelopeId) => {
          published.push({ message, envelopeId });
          return Promise.resolve();
        },
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
