import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { currentDeadline, decisionOf, needsSettling } from '../../lib/rosters/decision';
import { type Closing, MAX_PAGES, type Page, pageIndexOf, splitRoster, SYNC_POINT_PAGE } from '../../lib/rosters/page';
import {
  arriveParams,
  closeParams,
  followParams,
  moveParams,
  newPageItem,
  pageFromItem,
} from '../../lib/rosters/page-expressions';
import { pageKey } from '../../lib/table/keys';
import { traceAttribute } from '../../lib/table/trace-attribute';
import { inScope } from '../../lib/tracing/scope';
import { traceOfRequest } from '../../lib/tracing/trace-context';

const idStyles: Readonly<Record<string, (index: number) => string>> = {
  'short numbers': String,
  'names with numbers': (index) => `agent-${index}`,
  'UUIDs that differ at the end': (index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
  'ids of 64 characters that differ at the start': (index) => `${index}:`.padEnd(64, 'x'),
  'paths of a hierarchy': (index) => `team-${index % 7}.worker-${Math.floor(index / 7)}`,
};

describe('pages', () => {
  /** Stored rosters depend on these numbers: a change of the hash would lose every participant of every live roster. */
  test.each([
    ['a', 2, 1, 0],
    ['agent-7', 5, 1, 4],
    ['agent-7', 5, 2, 0],
    ['00000000-0000-7000-8000-000000000001', 95, 1, 52],
    ['x'.repeat(64), 95, 99, 73],
    ['builder', 10, 3, 0],
  ])('%s of %i pages with salt %i is on page %i, for ever', (agentId, pageCount, salt, index) => {
    expect(pageIndexOf(agentId, { pageCount, salt })).toBe(index);
  });

  test.each(Object.entries(idStyles))('hold every participant once, where the hash says: %s', (_style, idOf) => {
    for (const count of [2, 20, 21, 50, 200, 951, 1_000, 10_000]) {
      const participants = Array.from({ length: count }, (_, index) => idOf(index));
      const { shape, pages } = splitRoster(participants, SYNC_POINT_PAGE);
      expect(pages).toHaveLength(shape.pageCount);
      expect(shape.pageCount).toBeLessThanOrEqual(MAX_PAGES);
      expect(shape.pageCount === 1).toBe(count <= 20);
      expect(pages.flat().sort()).toEqual([...participants].sort());
      const misplaced = pages.flatMap((page, index) => page.filter((id) => pageIndexOf(id, shape) !== index));
      expect(misplaced).toEqual([]);
      const fullest = Math.max(...pages.map((page) => page.length));
      expect(fullest).toBeLessThanOrEqual(count <= 20 ? 20 : count <= 1_000 ? 18 : 200);
    }
  });

  test('with a header, two roster chunks, a key and an overall item fit a transaction', () => {
    expect(MAX_PAGES + 5).toBeLessThanOrEqual(100);
  });

  test.each([
    [1, 20],
    [95, 18],
  ])(
    'of %i with %i arrivals with data of agents with ids of 36 characters and a trace stay within 1 KB',
    (pageCount, count) => {
      const ids = Array.from({ length: count }, (_, index) => idStyles['UUIDs that differ at the end']?.(index) ?? '');
      const fresh = newPageItem(ids, { pageCount, salt: pageCount === 1 ? 0 : 99 }, 1_772_366_400_000);
      const { ':at': at } = arriveParams('a', 1_772_366_400_123, true, 0).ExpressionAttributeValues ?? {};
      const full = { ...fresh, pending: undefined, arrived: Object.fromEntries(ids.map((id) => [id, at as number])) };
      for (const item of [fresh, full]) {
        const stored = { ...pageKey('SP', ids[0] ?? '', pageCount - 1), ...item, ...traceForSize() };
        expect(itemBytes(marshall(stored, { removeUndefinedValues: true }))).toBeLessThanOrEqual(1_024);
      }
    },
  );
});

/** As DynamoDB counts: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function itemBytes(item: Record<string, AttributeValue>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/\D/g, '').length / 2) + 1;
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (value.M !== undefined) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  if (value.BOOL !== undefined) return 1;
  if (value.B !== undefined) return value.B.length;
  throw new Error(`no page holds ${JSON.stringify(value)}`);
}

const traceForSize = () => inScope({ trace: traceOfRequest(undefined), fields: {} }, traceAttribute);

const page = (index: number, given: Partial<Page> = {}): Page => ({
  index,
  pageCount: 3,
  salt: 1,
  pending: new Set(['p']),
  arrived: new Map(),
  withData: new Set(),
  deadlineMs: null,
  moves: 0,
  move: null,
  closing: null,
  closedFirst: false,
  ...given,
});
const filled = (index: number, atMs: number, given: Partial<Page> = {}): Page =>
  page(index, { pending: new Set(), arrived: new Map([[`a${index}`, atMs]]), ...given });
const closing = (as: Closing['as'], atMs: number): Closing => ({ as, atMs, by: `by-${as}`, reason: null });
const closed = (index: number, as: Closing['as'], atMs = 50): Page => page(index, { closing: closing(as, atMs) });

describe('the decision', () => {
  test('is completed when all pages are filled, at the last arrival', () => {
    expect(decisionOf([filled(0, 5), filled(1, 9), filled(2, 7)])).toEqual({
      ending: 'completed',
      endedAtMs: 9,
      endedBy: 'system',
      reason: null,
    });
  });

  test('is what the lowest closed page says, whatever later ones say', () => {
    const decision = decisionOf([filled(0, 5), closed(1, 'expired'), closed(2, 'cancelled')]);
    expect(decision).toMatchObject({ ending: 'expired', endedBy: 'by-expired', endedAtMs: 50 });
  });

  test('is not before an arrival that a later page took meanwhile', () => {
    expect(decisionOf([closed(0, 'cancelled', 50), filled(1, 60), closed(2, 'cancelled', 50)])?.endedAtMs).toBe(60);
  });

  test.each([
    [[page(0), page(1), page(2)]],
    [[filled(0, 1), filled(1, 1), page(2)]],
    [[closed(0, 'cancelled'), page(1), filled(2, 1)]],
  ])('is open while a page is neither filled nor closed', (pages) => {
    expect(decisionOf(pages)).toBeNull();
  });

  test('is completed by hand when the deciding page says so', () => {
    expect(decisionOf([closed(0, 'completed'), filled(1, 3), filled(2, 3)])).toMatchObject({ endedBy: 'by-completed' });
  });
});

test('the deadline in force is that of the page with the most moves', () => {
  expect(currentDeadline([page(0, { deadlineMs: 5 }), page(1, { deadlineMs: 9, moves: 2 }), page(2)])).toEqual({
    deadlineMs: 9,
    moves: 2,
  });
  expect(currentDeadline([page(0)])).toEqual({ deadlineMs: null, moves: 0 });
});

test.each<[string, Page[], boolean]>([
  ['nothing is due', [page(0), page(1)], false],
  ['the deadline lies ahead', [page(0, { deadlineMs: 11 })], false],
  ['the deadline is now', [page(0, { deadlineMs: 10 })], true],
  ['all are filled', [filled(0, 1, { deadlineMs: 5 }), filled(1, 1)], false],
  ['all are closed', [closed(0, 'cancelled'), closed(1, 'cancelled')], false],
  ['a closing has not reached all pages', [closed(0, 'cancelled'), page(1)], true],
  ['a closing stands behind a filled page', [filled(0, 1), closed(1, 'cancelled'), page(2)], true],
  ['a move has not reached all pages', [page(0, { moves: 1, deadlineMs: 99 }), page(1, { deadlineMs: 99 })], true],
  ['a move was decided on a page that is filled now', [filled(0, 1, { moves: 1, deadlineMs: 99 }), page(1)], true],
])('an observer has something to settle or not: %s', (_name, pages, expected) => {
  expect(needsSettling(pages, 10)).toBe(expected);
});

describe('page writes as request parameters', () => {
  const returned = { ReturnValues: 'ALL_NEW', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };

  test('arrive', () => {
    expect(arriveParams('agent-7', 100, false, 101)).toEqual({
      UpdateExpression: 'DELETE pending :agentSet SET arrived.#agent = :at',
      ConditionExpression:
        'contains(pending, :agent) AND attribute_not_exists(closedAs) AND (attribute_not_exists(deadline) OR deadline > :now)',
      ExpressionAttributeNames: { '#agent': 'agent-7' },
      ExpressionAttributeValues: {
        ':agentSet': new Set(['agent-7']),
        ':agent': 'agent-7',
        ':at': 100,
        ':now': 101,
      },
      ...returned,
    });
  });

  test('close by deadline, by hand and behind the deciding page', () => {
    const common = 'attribute_exists(pending) AND attribute_not_exists(closedAs)';
    expect(closeParams(closing('expired', 9), 'due', 10).ConditionExpression).toBe(`${common} AND deadline <= :now`);
    expect(closeParams(closing('cancelled', 9), 'not-due', 10).ConditionExpression).toBe(
      `${common} AND (attribute_not_exists(deadline) OR deadline > :now)`,
    );
    const later = closeParams({ ...closing('cancelled', 9), reason: 'why' }, 'any', 10);
    expect(later.ConditionExpression).toBe(common);
    expect(later.ExpressionAttributeValues).toEqual({
      ':as': 'cancelled',
      ':at': 9,
      ':by': 'by-cancelled',
      ':reason': 'why',
    });
  });

  test('move, the first and a further one', () => {
    const move = { number: 1, by: 'creator', atMs: 5, fromMs: null };
    expect(moveParams(99, move, 0, 10)).toEqual({
      UpdateExpression: 'SET deadline = :deadline, moves = :moves, #move = :move',
      ConditionExpression:
        'attribute_exists(pending) AND attribute_not_exists(closedAs) AND attribute_not_exists(moves) AND (attribute_not_exists(deadline) OR deadline > :now)',
      ExpressionAttributeNames: { '#move': 'move' },
      ExpressionAttributeValues: { ':deadline': 99, ':moves': 1, ':move': move, ':now': 10 },
      ...returned,
    });
    expect(moveParams(99, { ...move, number: 3 }, 2, 10).ConditionExpression).toContain('moves = :known');
  });

  test('follow a move, whatever the time', () => {
    expect(followParams(99, 2)).toEqual({
      UpdateExpression: 'SET deadline = :deadline, moves = :moves',
      ConditionExpression:
        'attribute_exists(pending) AND attribute_not_exists(closedAs) AND (attribute_not_exists(moves) OR moves < :moves)',
      ExpressionAttributeValues: { ':moves': 2, ':deadline': 99 },
      ...returned,
    });
  });

  test('every placeholder is used and every used one given', () => {
    const move = { number: 1, by: 'creator', atMs: 5, fromMs: null };
    for (const params of [
      arriveParams('a', 1, true, 2),
      closeParams(closing('expired', 9), 'due', 10),
      closeParams(closing('cancelled', 9), 'not-due', 10),
      closeParams({ ...closing('completed', 9), reason: 'r' }, 'any', 10),
      moveParams(99, move, 0, 10),
      moveParams(99, move, 3, 10),
      followParams(99, 2),
    ]) {
      const text = `${params.UpdateExpression ?? ''} ${params.ConditionExpression ?? ''}`;
      const given = [params.ExpressionAttributeValues, params.ExpressionAttributeNames].flatMap((names) =>
        Object.keys(names ?? {}),
      );
      expect(new Set(text.match(/[:#][a-zA-Z]+/g))).toEqual(new Set(given));
    }
  });

  test('a page comes back as it was stored', () => {
    const stored = { ...pageKey('SP', 'x', 7), ...newPageItem(['a', 'b'], { pageCount: 9, salt: 4 }, 100) };
    expect(pageFromItem(stored)).toEqual(
      page(7, { pageCount: 9, salt: 4, pending: new Set(['a', 'b']), deadlineMs: 100 }),
    );
    const arrived = pageFromItem({ ...stored, pending: undefined, arrived: { a: 5, b: 6.5 } });
    expect(arrived).toMatchObject({
      arrived: new Map([
        ['a', 5],
        ['b', 6],
      ]),
      withData: new Set(['b']),
    });
    expect('pending' in newPageItem([], { pageCount: 2, salt: 1 }, null)).toBe(false);
  });
});
