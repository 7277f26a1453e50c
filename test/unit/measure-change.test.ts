import { describe, expect, test } from '@jest/globals';
import { measurementsOf } from '../../lib/dispatcher/measure';
import { measureDelivery } from '../../lib/messages/deliver';
import type { Message } from '../../lib/messages/message';
import { encodeReport } from '../../lib/rosters/entry';
import { headerToItem } from '../../lib/rosters/header';
import { pageFromItem } from '../../lib/rosters/page-writes';
import { headerKey, pageKey } from '../../lib/table/keys';
import type { Item } from '../../lib/table/table';
import { ALL_MUST_ARRIVE, CREATOR_DECIDES, rosterOf, syncPointPage, trackerPage } from '../support/made-rosters';

const AT = Date.parse('2026-03-01T12:00:00.000Z');
const ARRIVED = 'pIbYA@Yk';
const FAILED = 'tIbYA@Yk';
const EXCUSED = 'xIbYA@Yk';

const changeOf = (key: { pk: string; sk: string }, before: Item | null, after: Item | null, changedAtMs = AT) =>
  measurementsOf({
    ...key,
    before: before && { ...key, ...before },
    after: after && { ...key, ...after },
    changedAtMs,
  });

const countsOf = (measured: ReturnType<typeof changeOf>): object =>
  Object.fromEntries(measured.map(({ metric, value }) => [metric, value]));

describe('of a sync point', () => {
  const page = syncPointPage();
  const header = headerToItem('SP', rosterOf('SP', pageFromItem(page), { id: 'm', createdAtMs: AT }).header);
  const ended = (status: string) => ({ ...header, status, endedAt: AT + 500, endedBy: 'system' });
  const who = (a: string, b = '-'): Item => ({ ...page, who: { a, b } });

  test.each<[string, Item | null, Item | null, object]>([
    ['one arrival', page, who(ARRIVED), { Arrivals: 1 }],
    ['two, as a trimmed stream may show them', page, who(ARRIVED, ARRIVED), { Arrivals: 2 }],
    ['a failure', who(ARRIVED), who(ARRIVED, FAILED), { Failures: 1 }],
    ['an arrival and a failure', page, who(ARRIVED, FAILED), { Arrivals: 1, Failures: 1 }],
    ['an excuse', page, who(EXCUSED), {}],
    ['a moved deadline', who(ARRIVED), { ...who(ARRIVED), moves: 1 }, {}],
    ['a creation', null, page, {}],
    ['a removal', who(ARRIVED), null, {}],
  ])('outcomes are counted by what is new on the page: %s', (_what, before, after, expected) => {
    expect(countsOf(changeOf(pageKey('SP', 'm', 0), before, after))).toEqual(expected);
  });

  test.each([
    ['completed', 'SyncPointsCompleted'],
    ['failed', 'SyncPointsFailed'],
    ['cancelled', 'SyncPointsCancelled'],
  ])('an ending is counted once, by its kind: %s', (status, metric) => {
    expect(changeOf(headerKey('SP', 'm'), header, ended(status))).toEqual([{ metric, value: 1 }]);
    expect(changeOf(headerKey('SP', 'm'), ended(status), { ...ended(status), expiresAtSeconds: 1 })).toEqual([]);
    expect(changeOf(headerKey('SP', 'm'), header, { ...header, moves: 1 })).toEqual([]);
  });

  test.each([
    [AT + 61_000, 60_500],
    // The table tells when it made a change to the second only.
    [AT, 0],
  ])('an expiry tells how long after the deadline it was written: at %i', (changedAtMs, lag) => {
    expect(changeOf(headerKey('SP', 'm'), header, ended('expired'), changedAtMs)).toEqual([
      { metric: 'SyncPointsExpired', value: 1 },
      { metric: 'ExpiryLag', value: lag },
    ]);
  });
});

describe('of a progress tracker', () => {
  const page = trackerPage(ALL_MUST_ARRIVE);
  const at3 = encodeReport(3, AT);
  const reported = { ...page, who: { a: at3, b: '-' }, news: 1 };

  test.each<[string, Item, Item, object]>([
    ['of a participant', page, reported, { Reports: 1 }],
    ['of the creator', page, { ...page, overall: { lead: at3 }, news: 1 }, { Reports: 1 }],
    ['that reaches the total', reported, { ...reported, who: { a: `${ARRIVED}0000:`, b: '-' } }, { Reports: 1 }],
    ['that is a sign of life', reported, { ...reported, who: { a: `${at3}0000l`, b: '-' } }, {}],
    ['but not a closing', reported, { ...reported, closedAs: 'completed' }, {}],
    ['but not a failure', reported, { ...reported, who: { a: at3, b: FAILED } }, { Failures: 1 }],
  ])('reports are counted: one %s', (_what, before, after, expected) => {
    expect(countsOf(changeOf(pageKey('PT', 't', 0), before, after))).toEqual(expected);
  });

  test('the report that completes is counted too', () => {
    const before = trackerPage(CREATOR_DECIDES);
    const completed = { ...before, overall: { lead: encodeReport(10, AT) }, news: 1, closedAs: 'completed' };
    expect(countsOf(changeOf(pageKey('PT', 't', 0), before, completed))).toEqual({ Reports: 1 });
  });

  test.each([
    ['completed', 'TrackersCompleted'],
    ['failed', 'TrackersFailed'],
    ['cancelled', 'TrackersCancelled'],
    ['expired', 'TrackersExpired'],
  ])('an ending is counted once, by its kind: %s', (status, metric) => {
    const header = headerToItem('PT', rosterOf('PT', pageFromItem(page), { id: 't', createdAtMs: AT }).header);
    expect(changeOf(headerKey('PT', 't'), header, { ...header, status })).toEqual([{ metric, value: 1 }]);
    expect(changeOf(headerKey('PT', 't'), { ...header, status }, { ...header, status, name: 'n' })).toEqual([]);
  });
});

test('changes of agents and messages are no numbers', () => {
  expect(changeOf({ pk: 'AGENT#a', sk: 'AGENT' }, { id: 'a' }, { id: 'a', name: 'n' })).toEqual([]);
  expect(changeOf({ pk: 'SENT#m', sk: 'SENT' }, { id: 'm' }, { id: 'm' })).toEqual([]);
});

test('the end of a streak by a lapse is an agent lost, whoever notices it; a check-in is no number', () => {
  const streak = { agentId: 'a', state: 'renewed', ttlSeconds: 30, since: AT, until: AT + 30_000 };
  const countAfter = (after: object) =>
    countsOf(changeOf({ pk: 'AGENT#a', sk: 'PRESENCE' }, streak, { ...streak, ...after }));
  const lost = { lostAt: AT + 30_000 };
  expect(['lost', 'started', 'out'].map((state) => countAfter({ ...lost, state }))).toEqual(
    Array.from({ length: 3 }, () => ({ AgentsLost: 1 })),
  );
  expect([countAfter({ until: AT + 40_000 }), countAfter({ state: 'out' })]).toEqual([{}, {}]);
});

describe('a delivery', () => {
  const message = (type: string, reminder?: number): Message => ({
    id: 'm',
    sender: { id: 'system', name: 'system' },
    recipients: [],
    timestamp: '2026-03-01T12:00:00.000Z',
    priority: 'MEDIUM',
    content: { type },
    requiresAcknowledgment: false,
    ...(reminder !== undefined && { reminder }),
  });

  test('of a completion tells how long after the last arrival it was in the inboxes', () => {
    expect(measureDelivery(message('SYNC_POINT_COMPLETED'), 11, AT + 1_250)).toEqual([
      { metric: 'MessagesDelivered', value: 11 },
      { metric: 'ArrivalToInbox', value: 1_250 },
    ]);
  });

  test('of another message counts the copies, of a redelivery and a reminder nothing', () => {
    expect(measureDelivery(message('HELLO'), 2, AT)).toEqual([{ metric: 'MessagesDelivered', value: 2 }]);
    expect(measureDelivery(message('SYNC_POINT_COMPLETED'), 0, AT)).toEqual([]);
    expect(measureDelivery(message('HELLO', 1), 2, AT)).toEqual([]);
  });
});
