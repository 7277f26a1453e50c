import { describe, expect, test } from '@jest/globals';
import { measurementsOf } from '../../lib/dispatcher/measure-change';
import { measureDelivery } from '../../lib/messages/deliver-to-all';
import type { Message } from '../../lib/messages/message';
import { encodeStep } from '../../lib/progress-trackers/step-record';
import { newOverallItem, newTrackerPageItem } from '../../lib/progress-trackers/tracker-expressions';
import { SINGLE_PAGE } from '../../lib/rosters/page';
import { newPageItem } from '../../lib/rosters/page-expressions';
import { headerKey, overallKey, pageKey } from '../../lib/table/keys';
import type { Item } from '../../lib/table/table';

const AT = Date.parse('2026-03-01T12:00:00.000Z');
const rules = { totalSteps: 10, monotonic: false, completeWhen: 'creator' } as const;

const changeOf = (key: { pk: string; sk: string }, before: Item | null, after: Item | null, changedAtMs = AT) =>
  measurementsOf({
    ...key,
    before: before && { ...key, ...before },
    after: after && { ...key, ...after },
    changedAtMs,
  });

describe('of a sync point', () => {
  const page = newPageItem(['a', 'b', 'c'], SINGLE_PAGE, AT);
  const header = { id: 'm', status: 'waiting', createdAt: AT, deadline: AT };
  const ended = (status: string) => ({ ...header, status, endedAt: AT + 500, endedBy: 'system' });

  test.each<[string, Item | null, Item | null, number]>([
    ['one arrival', page, { ...page, arrived: { a: AT } }, 1],
    ['two, as a trimmed stream may show them', page, { ...page, arrived: { a: AT, b: AT + 0.5 } }, 2],
    ['a moved deadline', { ...page, arrived: { a: AT } }, { ...page, arrived: { a: AT }, moves: 1 }, 0],
    ['a creation', null, page, 0],
    ['a removal', { ...page, arrived: { a: AT } }, null, 0],
  ])('arrivals are counted by what is new on the page: %s', (_what, before, after, count) => {
    const expected = count === 0 ? [] : [{ metric: 'Arrivals', value: count }];
    expect(changeOf(pageKey('SP', 'm', 0), before, after)).toEqual(expected);
  });

  test.each([
    ['completed', 'SyncPointsCompleted'],
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
  const page = newTrackerPageItem(['a', 'b'], SINGLE_PAGE, rules);
  const steps = page['steps'] as Record<string, string>;
  const overall = newOverallItem('lead', 1, rules);

  test('reports are counted, of participants and of the creator', () => {
    const reported = { ...page, steps: { ...steps, a: encodeStep(3, AT) } };
    expect(changeOf(pageKey('PT', 't', 0), page, reported)).toEqual([{ metric: 'Reports', value: 1 }]);
    expect(changeOf(pageKey('PT', 't', 0), reported, { ...reported, closedAs: 'completed' })).toEqual([]);
    expect(changeOf(overallKey('t'), overall, { ...overall, step: encodeStep(3, AT) })).toEqual([
      { metric: 'Reports', value: 1 },
    ]);
    expect(changeOf(overallKey('t'), overall, { ...overall, closedAs: 'cancelled' })).toEqual([]);
  });

  test.each([
    ['completed', 'TrackersCompleted'],
    ['cancelled', 'TrackersCancelled'],
  ])('an ending is counted once, by its kind: %s', (status, metric) => {
    const header = { id: 't', status: 'active', createdAt: AT };
    expect(changeOf(headerKey('PT', 't'), header, { ...header, status })).toEqual([{ metric, value: 1 }]);
    expect(changeOf(headerKey('PT', 't'), { ...header, status }, { ...header, status, name: 'n' })).toEqual([]);
  });
});

test('changes of agents and messages are no numbers', () => {
  expect(changeOf({ pk: 'AGENT#a', sk: 'AGENT' }, { id: 'a' }, { id: 'a', name: 'n' })).toEqual([]);
  expect(changeOf({ pk: 'SENT#m', sk: 'SENT' }, { id: 'm' }, { id: 'm' })).toEqual([]);
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
