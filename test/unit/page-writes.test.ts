/** Every conditional write of a page, but for the reports of a tracker, and its size. */
import { describe, expect, test } from '@jest/globals';
import { inScope } from '../../lib/common/scope';
import { traceOfRequest } from '../../lib/common/trace';
import { encodeReport } from '../../lib/rosters/entry';
import {
  type Closing,
  isClosed,
  isFilled,
  MAX_PAGES,
  type Move,
  type Page,
  type RosterShape,
  type Rule,
  SINGLE_PAGE,
  SYNC_POINT_PAGE,
} from '../../lib/rosters/page';
import {
  closeParams,
  moveParams,
  type NewOutcome,
  newPageItem,
  outcomeParams,
  pageFromItem,
  UNREPORTED,
  type UpdateParams,
} from '../../lib/rosters/page-writes';
import { pageKey } from '../../lib/table/keys';
import type { Item } from '../../lib/table/table';
import { traceAttribute } from '../../lib/table/trace-attribute';
import { itemSize } from '../support/item-size';
import {
  ALL_MUST_ARRIVE,
  arrivalOf,
  AT,
  closed,
  closingOf,
  CREATOR_DECIDES,
  entryOf,
  isRefused,
  NO_TERMS,
  reportedAt,
  syncPointPage,
  trackerPage,
  written,
  writtenByAll,
} from '../support/made-rosters';
import { uuidLikeIds } from '../support/world';

describe('a page full of ids of 36 characters, with its trace', () => {
  const KIB = 1_024;
  const ID = '00000000-0000-7000-8000-000000000000';
  const trace = inScope({ trace: traceOfRequest(undefined), fields: {} }, traceAttribute);
  const further = { pageCount: MAX_PAGES, salt: 99 };

  test.each<[string, Rule['endWhen'], RosterShape, number]>([
    ['the only page', 'decided', SINGLE_PAGE, SYNC_POINT_PAGE.single],
    ['the only page', 'everyone', SINGLE_PAGE, SYNC_POINT_PAGE.single],
    ['the last of 95', 'decided', further, SYNC_POINT_PAGE.further],
    ['the last of 95', 'everyone', further, SYNC_POINT_PAGE.further],
  ])('%s of a sync point (%s) stays within 1 KB: one write unit for an arrival', (_which, endWhen, shape, count) => {
    const ids = uuidLikeIds(count);
    const terms = { deadlineMs: AT + 60_000, totalSteps: null };
    const rule = { ...ALL_MUST_ARRIVE, endWhen, quorum: count };
    const fresh = {
      ...pageKey('SP', ID, shape.pageCount - 1),
      ...newPageItem({ participants: ids, rule, terms }, shape),
      ...trace,
    };
    const full = writtenByAll(fresh, ids, (agentId) => outcomeParams(arrivalOf(agentId, { detailed: true }), AT));
    expect(isFilled(pageFromItem(full))).toBe(true);
    expect([fresh, full].filter((item) => itemSize(item) > KIB)).toEqual([]);
  });
});

describe('a page', () => {
  test('of a sync point comes back as it was stored', () => {
    const rule: Rule = { quorum: 2, endWhen: 'everyone', creatorDecides: false };
    const terms = { deadlineMs: 100, totalSteps: null };
    const stored = {
      ...pageKey('SP', 'x', 7),
      ...newPageItem({ participants: ['a', 'b'], rule, terms }, { pageCount: 9, salt: 4 }),
    };
    const page: Page = {
      ...{ index: 7, pageCount: 9, salt: 4, rule, terms },
      entries: new Map([
        ['a', UNREPORTED],
        ['b', UNREPORTED],
      ]),
      ...{
        overall: null,
        monotonic: false,
        mayStall: false,
        reports: 0,
        moves: 0,
        move: null,
        closing: null,
        closedFirst: false,
      },
    };
    expect(pageFromItem(stored)).toEqual(page);
    expect(pageFromItem({ ...stored, ...closed, closedFirst: true })).toEqual({
      ...page,
      closing: closingOf('cancelled', 'lead', AT),
      closedFirst: true,
    });
  });

  test.each([true, false])('of a tracker has its creator, who takes part or not: %p', (participates) => {
    const page = pageFromItem(trackerPage(CREATOR_DECIDES, { participates, monotonic: true }));
    expect(page).toMatchObject({
      rule: CREATOR_DECIDES,
      monotonic: true,
      terms: { deadlineMs: null, totalSteps: 10 },
      overall: { agentId: 'lead', entry: UNREPORTED, participates },
    });
    expect([...page.entries.keys()]).toEqual(participates ? ['a', 'b', 'lead'] : ['a', 'b']);
  });

  test('counts whom it has from the start', () => {
    // A creator that takes no part can report until the page is closed, so the page is never filled.
    expect(trackerPage(ALL_MUST_ARRIVE)).toMatchObject({ pend: 3, arr: 0 });
    expect(trackerPage(CREATOR_DECIDES)).toMatchObject({ pend: 2, arr: 0 });
    expect(trackerPage(ALL_MUST_ARRIVE, { participates: true })).toMatchObject({ pend: 3, arr: 0 });
  });
});

describe('an arrival, a failure or an excuse', () => {
  test('is one conditional write', () => {
    expect(outcomeParams(arrivalOf('agent-7'), AT + 1)).toEqual({
      UpdateExpression: 'SET who.#agent = :entry ADD pend :less, arr :one',
      ConditionExpression:
        'who.#agent = :known AND (pend > :zero OR attribute_exists(chief)) AND (attribute_not_exists(need) OR attribute_exists(late) OR attribute_exists(pages) OR arr < need) AND attribute_not_exists(closedAs) AND (attribute_not_exists(due) OR due > :now)',
      ExpressionAttributeNames: { '#agent': 'agent-7' },
      ExpressionAttributeValues: {
        ':entry': 'pIbYA@Yk',
        ':known': '-',
        ':less': -1,
        ':one': 1,
        ':zero': 0,
        ':now': AT + 1,
      },
    });
  });

  test.each([
    ['arrived', { pend: 1, arr: 1 }],
    ['failed', { pend: 1, arr: 0 }],
    ['excused', { pend: 1, arr: 0 }],
  ] as const)('has %s, and is counted', (outcome, counts) => {
    const after = written(syncPointPage(), outcomeParams(arrivalOf('a', { outcome, detailed: true }), AT));
    expect(after).toMatchObject(counts);
    expect(entryOf(after, 'a')).toMatchObject({ outcome, atMs: AT, detailed: true });
    expect(entryOf(after, 'b')).toEqual(UNREPORTED);
  });

  test.each<[string, Item, Partial<NewOutcome>]>([
    ['of another agent', syncPointPage(), { agentId: 'c' }],
    ['of somebody who has arrived', syncPointPage({}, { who: { a: 'pIbYA@Yk', b: '-' }, pend: 1, arr: 1 }), {}],
    ['on a closed page', syncPointPage({}, closed), {}],
    ['at the deadline', syncPointPage({}, { due: AT }), {}],
    ['of a failure at the deadline', syncPointPage({}, { due: AT }), { outcome: 'failed' }],
    ['of an excuse at the deadline', syncPointPage({}, { due: AT }), { outcome: 'excused', detailed: true }],
    ['of somebody who has reported since', syncPointPage({}, { who: { a: encodeReport(3, AT), b: '-' } }), {}],
    ['on the only page, whose quorum has arrived', syncPointPage({ quorum: 1 }, { arr: 1, pend: 1 }), {}],
  ])('%s is refused', (_what, item, given) => {
    expect(isRefused(item, outcomeParams(arrivalOf('a', given), AT))).toBe(true);
  });

  test.each<[string, Item]>([
    ['before the deadline', syncPointPage({}, { due: AT + 1 })],
    ['before the quorum', syncPointPage({ quorum: 2 }, { arr: 1, pend: 1 })],
    [
      'beyond the quorum of several pages',
      syncPointPage({ quorum: 1 }, { arr: 1, pend: 1 }, { pageCount: 2, salt: 1 }),
    ],
    [
      'beyond a quorum where everyone is waited for',
      syncPointPage({ quorum: 1, endWhen: 'everyone' }, { arr: 1, pend: 1 }),
    ],
  ])('%s is accepted', (_when, item) => {
    expect(isRefused(item, outcomeParams(arrivalOf('a'), AT))).toBe(false);
  });

  test('of a creator who takes part is written beside the others', () => {
    const item = trackerPage(ALL_MUST_ARRIVE, { participates: true });
    const after = written(item, outcomeParams(arrivalOf('lead', { outcome: 'failed', overall: true }), AT));
    expect(entryOf(after, 'lead')).toMatchObject({ outcome: 'failed', atMs: AT });
    expect(after).toMatchObject({ pend: 2, who: item['who'] });
  });

  test('keeps the last report', () => {
    const item = trackerPage(CREATOR_DECIDES, { more: { who: { a: encodeReport(3, AT - 9), b: '-' } } });
    const failure = arrivalOf('a', { outcome: 'failed', known: reportedAt(3, AT - 9) });
    expect(entryOf(written(item, outcomeParams(failure, AT)), 'a')).toMatchObject({ step: 3, reportedAtMs: AT - 9 });
  });
});

describe('a closing', () => {
  const open = syncPointPage({}, { due: AT });

  test.each<[string, Item, Closing['as'], 'due' | 'not-due' | 'any', number, boolean]>([
    ['by the deadline when it has come', open, 'expired', 'due', AT, true],
    ['by the deadline before it', open, 'expired', 'due', AT - 1, false],
    ['by the deadline without one', syncPointPage(), 'expired', 'due', AT, false],
    ['by hand before the deadline', open, 'cancelled', 'not-due', AT - 1, true],
    ['by hand at the deadline', open, 'cancelled', 'not-due', AT, false],
    ['by hand without a deadline', syncPointPage(), 'cancelled', 'not-due', AT, true],
    ['behind the page that decided, whatever the time', open, 'cancelled', 'any', AT + 1, true],
    ['of a closed page', { ...open, ...closed }, 'expired', 'any', AT, false],
    ['of a filled page', { ...open, pend: 0 }, 'cancelled', 'any', AT, false],
    [
      'of the only page, whose quorum has arrived',
      syncPointPage({ quorum: 1 }, { arr: 1 }),
      'cancelled',
      'any',
      AT,
      false,
    ],
    [
      'of a page of several with as many',
      syncPointPage({ quorum: 1 }, { arr: 1 }, { pageCount: 2, salt: 1 }),
      'cancelled',
      'any',
      AT,
      true,
    ],
    [
      'of a page without anybody pending, where the creator decides',
      { ...trackerPage(CREATOR_DECIDES), pend: 0 },
      'completed',
      'any',
      AT,
      true,
    ],
  ])('%s is accepted or not', (_what, item, as, rule, nowMs, accepted) => {
    expect(isRefused(item, closeParams(closingOf(as, 'lead', nowMs), rule, nowMs))).toBe(!accepted);
  });

  test.each(['not-due', 'any'] as const)('is what it says, and tells whether it was the first: %s', (rule) => {
    const closing = closingOf('failed', 'lead', AT, 'why');
    const page = pageFromItem(written(syncPointPage(), closeParams(closing, rule, AT)));
    // The reason is read from the page that decided alone.
    const reason = rule === 'not-due' ? 'why' : null;
    expect(page).toMatchObject({ closing: { ...closing, reason }, closedFirst: rule === 'not-due' });
    expect(isClosed(page)).toBe(true);
  });
});

describe('a move', () => {
  const by = { by: 'lead', atMs: AT };
  const firstMove: Move = { ...by, number: 1, from: NO_TERMS };

  test('of the deadline is stored with what it was before', () => {
    const page = pageFromItem(syncPointPage());
    const terms = { deadlineMs: AT + 99, totalSteps: null };
    const after = pageFromItem(written(syncPointPage(), moveParams(page, { ...terms, moves: 1 }, firstMove, AT)));
    expect(after).toEqual({ ...page, terms, moves: 1, move: firstMove });
  });

  test('may take the deadline away', () => {
    const item = syncPointPage({}, { due: AT + 99 });
    const after = written(item, moveParams(pageFromItem(item), { ...NO_TERMS, moves: 1 }, firstMove, AT));
    expect(pageFromItem(after).terms).toEqual(NO_TERMS);
  });

  test.each<[string, Item, Item]>([
    ['at the deadline', syncPointPage({}, { due: AT }), syncPointPage({}, { due: AT })],
    ['on a closed page', syncPointPage(), syncPointPage({}, closed)],
    ['on a filled page', syncPointPage(), syncPointPage({}, { pend: 0 })],
    ['when there was a move since it was read', syncPointPage(), syncPointPage({}, { moves: 1 })],
    ['when there was another one since it was read', syncPointPage({}, { moves: 1 }), syncPointPage({}, { moves: 2 })],
  ])('is refused %s', (_when, read, item) => {
    const page = pageFromItem(read);
    const to = { deadlineMs: AT + 99, totalSteps: null, moves: page.moves + 1 };
    expect(isRefused(item, moveParams(page, to, { ...firstMove, number: to.moves }, AT))).toBe(true);
  });

  test('is followed whatever the time, without being its own', () => {
    const item = syncPointPage({}, { due: AT });
    const terms = { deadlineMs: AT + 99, totalSteps: null };
    const after = pageFromItem(written(item, moveParams(pageFromItem(item), { ...terms, moves: 2 }, null, AT + 1)));
    expect(after).toMatchObject({ terms, moves: 2, move: null });
  });

  test.each<[string, Item]>([
    ['that has followed already', syncPointPage({}, { moves: 2 })],
    ['that has followed a later one', syncPointPage({}, { moves: 3 })],
    ['that is closed', syncPointPage({}, closed)],
    ['that is filled', syncPointPage({}, { pend: 0 })],
  ])('is not followed by a page %s', (_which, item) => {
    expect(isRefused(item, moveParams(pageFromItem(item), { ...NO_TERMS, moves: 2 }, null, AT))).toBe(true);
  });
});

const [unmoved, movedBefore] = [pageFromItem(syncPointPage()), pageFromItem(syncPointPage({}, { moves: 2 }))];
const move: Move = { number: 1, by: 'lead', atMs: AT, from: NO_TERMS };
const withDeadline = { deadlineMs: 99, totalSteps: null };
test.each<[string, UpdateParams]>([
  ['arrive', outcomeParams(arrivalOf('a'), AT)],
  ['fail', outcomeParams(arrivalOf('a', { outcome: 'failed', overall: true }), AT)],
  ['close by deadline', closeParams(closingOf('expired', 'system', 9), 'due', 10)],
  ['close by hand', closeParams(closingOf('cancelled', 'lead', 9, 'why'), 'not-due', 10)],
  ['close behind', closeParams(closingOf('cancelled', 'lead', 9), 'any', 10)],
  ['move for the first time', moveParams(unmoved, { ...withDeadline, moves: 1 }, move, 10)],
  ['move again, the deadline away', moveParams(movedBefore, { ...NO_TERMS, moves: 3 }, { ...move, number: 3 }, 10)],
  ['follow', moveParams(unmoved, { ...withDeadline, moves: 2 }, null, 10)],
  ['follow, the deadline away', moveParams(unmoved, { ...NO_TERMS, moves: 2 }, null, 10)],
])('%s: every placeholder is used and every used one given', (_name, params) => {
  const text = `${params.UpdateExpression ?? ''} ${params.ConditionExpression ?? ''}`;
  const given = [params.ExpressionAttributeValues, params.ExpressionAttributeNames].flatMap((names) =>
    Object.keys(names ?? {}),
  );
  expect(new Set(text.match(/[:#][a-zA-Z]+/g))).toEqual(new Set(given));
});
