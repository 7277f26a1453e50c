/** The conditional writes of a tracker's page: reports, repeats, and a move of the total; and its size. */
import { describe, expect, test } from '@jest/globals';
import { MAX_TOTAL_STEPS } from '../../lib/common/limits';
import { inScope } from '../../lib/common/scope';
import { traceOfRequest } from '../../lib/common/trace';
import { encodeReport } from '../../lib/rosters/entry';
import {
  isFilled,
  MAX_PAGES,
  type Move,
  type RosterShape,
  type Rule,
  SINGLE_PAGE,
  TRACKER_PAGE,
} from '../../lib/rosters/page';
import {
  moveParams,
  newPageItem,
  type NewReport,
  pageFromItem,
  type Reaches,
  reachesOf,
  repeatParams,
  reportParams,
  type UpdateParams,
} from '../../lib/rosters/page-writes';
import { pageKey } from '../../lib/table/keys';
import type { Item } from '../../lib/table/table';
import { traceAttribute } from '../../lib/table/trace-attribute';
import { itemSize } from '../support/item-size';
import {
  ALL_MUST_ARRIVE,
  AT,
  closed,
  closingOf,
  CREATOR_DECIDES,
  entryOf,
  finishedAt,
  isRefused,
  reportedAt,
  reportOf,
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

  test.each<[string, Rule, RosterShape, number]>([
    ['the only page, everyone must finish', ALL_MUST_ARRIVE, SINGLE_PAGE, 0],
    ['the only page, the creator decides', CREATOR_DECIDES, SINGLE_PAGE, 0],
    ['the first of 95, everyone must finish', ALL_MUST_ARRIVE, further, 0],
    ['the first of 95, the creator decides', CREATOR_DECIDES, further, 0],
    ['the last of 95, everyone must finish', ALL_MUST_ARRIVE, further, MAX_PAGES - 1],
    ['the last of 95, the creator decides', CREATOR_DECIDES, further, MAX_PAGES - 1],
  ])('of a tracker (%s) stays within 1 KB: one write unit for a report', (_which, rule, shape, index) => {
    const ids = uuidLikeIds(TRACKER_PAGE.further);
    const [creator, ...others] = ids as [string, ...string[]];
    const isFirst = index === 0;
    const terms = { deadlineMs: AT + 60_000, totalSteps: MAX_TOTAL_STEPS };
    const fresh = {
      ...pageKey('PT', ID, index),
      ...newPageItem(
        {
          participants: isFirst ? others : ids,
          creator: isFirst ? { agentId: creator, participates: true } : undefined,
          ...{ rule, terms },
          monotonic: true,
        },
        shape,
      ),
      ...trace,
    };
    const reportAll = (item: Item, step: number, atMs: number): Item =>
      writtenByAll(item, ids, (agentId) => {
        const overall = isFirst && agentId === creator;
        const reaches = reachesOf(step, { terms, rule }, overall ? { participates: true } : null);
        return reportParams(reportOf(step, { agentId, overall, reaches, atMs }), AT);
      });
    // The creator's last step would close the page, and the others could not report any more.
    const last = rule.creatorDecides ? MAX_TOTAL_STEPS - 1 : MAX_TOTAL_STEPS;
    const reported = reportAll(fresh, 999, AT);
    const finished = reportAll(reported, last, AT + 5);
    expect(isFilled(pageFromItem(finished))).toBe(!rule.creatorDecides);
    expect([fresh, reported, finished].filter((item) => itemSize(item) > KIB)).toEqual([]);
  });

  test('takes 9 bytes of a participant besides the id, and 13 or 14 once it has reported', () => {
    const [agentId = ''] = uuidLikeIds(1);
    const bytesOf = (text: string): number => itemSize({ who: { [agentId]: text } }) - itemSize({ who: {} });
    const atLast = Object.values({ arrived: 'q'.padEnd(8), reported: encodeReport(3, AT), finished: 'p'.padEnd(13) });
    expect(atLast.map(bytesOf)).toEqual([36 + 8 + 1, 36 + 12 + 1, 36 + 13 + 1]);
  });
});

describe('what it means that a step is the total', () => {
  const terms = { deadlineMs: null, totalSteps: 10 };
  test.each<[string, number, Rule, { participates: boolean } | null, Reaches]>([
    ['a lower step is below it', 9, ALL_MUST_ARRIVE, null, 'below'],
    ['where everyone must reach it, it is an arrival', 10, ALL_MUST_ARRIVE, null, 'arrival'],
    ['also of a creator who takes part', 10, ALL_MUST_ARRIVE, { participates: true }, 'arrival'],
    ['of one who does not it is nothing', 10, ALL_MUST_ARRIVE, { participates: false }, 'nothing'],
    [
      'where the creator decides, that of the creator is the ending',
      10,
      CREATOR_DECIDES,
      { participates: false },
      'ending',
    ],
    ['and of anybody else nothing', 10, CREATOR_DECIDES, null, 'nothing'],
  ])('%s', (_what, step, rule, creator, reaches) => {
    expect(reachesOf(step, { terms, rule }, creator)).toBe(reaches);
  });
});

describe('a report', () => {
  const at3 = { who: { a: encodeReport(3, AT - 9), b: '-' } };
  const before = trackerPage(CREATOR_DECIDES, { more: at3 });

  test('below the total is a step, and counted', () => {
    const after = written(before, reportParams(reportOf(4), AT));
    expect(entryOf(after, 'a')).toEqual(reportedAt(4, AT));
    expect(pageFromItem(after)).toMatchObject({ reports: 1, closing: null });
    expect(pageFromItem(written(after, reportParams(reportOf(2), AT))).reports).toBe(2);
  });

  test('of the total is an arrival where everyone must reach it, and counted as that alone', () => {
    const item = trackerPage(ALL_MUST_ARRIVE, { more: at3 });
    const after = written(item, reportParams(reportOf(10, { reaches: 'arrival' }), AT));
    expect(entryOf(after, 'a')).toEqual(finishedAt(10, AT));
    expect(after).toMatchObject({ pend: 2, arr: 1 });
    expect(pageFromItem(after).reports).toBe(0);
  });

  test('of the creator who decides is the ending at the total', () => {
    const last = reportOf(10, { agentId: 'lead', overall: true, reaches: 'ending' });
    const after = pageFromItem(written(before, reportParams(last, AT)));
    expect(after.overall?.entry).toEqual(reportedAt(10, AT));
    expect(after).toMatchObject({ closing: closingOf('completed', 'lead', AT), closedFirst: true });
  });

  test('of a creator who takes no part leaves the others as they are', () => {
    const item = trackerPage(ALL_MUST_ARRIVE);
    const report = reportOf(10, { agentId: 'lead', overall: true, reaches: 'nothing' });
    const after = written(item, reportParams(report, AT));
    expect(entryOf(after, 'lead')).toEqual(reportedAt(10, AT));
    expect(after).toMatchObject({ pend: 3, arr: 0, who: item['who'] });
  });

  const finished = trackerPage(ALL_MUST_ARRIVE, { more: { who: { a: 'pIbYA@Yk0000:', b: '-' }, pend: 2, arr: 1 } });
  test.each<[string, Item, Partial<NewReport> & { step: number }]>([
    ['of another agent', before, { step: 4, agentId: 'c' }],
    ['above the total', before, { step: 11 }],
    ['above the total, taken for the total', before, { step: 11, reaches: 'nothing' }],
    ['of the total, taken for a step below', before, { step: 10 }],
    ['of a lower step, taken for the total', before, { step: 4, reaches: 'nothing' }],
    ['taken for an arrival where the creator decides', before, { step: 10, reaches: 'arrival' }],
    ['taken for nothing where everyone must finish', trackerPage(ALL_MUST_ARRIVE), { step: 10, reaches: 'nothing' }],
    [
      'taken for an ending where everyone must finish',
      trackerPage(ALL_MUST_ARRIVE),
      { step: 10, agentId: 'lead', overall: true, reaches: 'ending' },
    ],
    [
      'taken for the arrival of a creator who takes no part',
      trackerPage(ALL_MUST_ARRIVE),
      { step: 10, agentId: 'lead', overall: true, reaches: 'arrival' },
    ],
    [
      'taken for nothing of a creator who takes part',
      trackerPage(ALL_MUST_ARRIVE, { participates: true }),
      { step: 10, agentId: 'lead', overall: true, reaches: 'nothing' },
    ],
    ['of who has finished', finished, { step: 4 }],
    ['of who has finished, once more', finished, { step: 10, reaches: 'arrival' }],
    ['on a closed page', { ...before, ...closed }, { step: 4 }],
    ['at the deadline', { ...before, due: AT }, { step: 4 }],
    ['where nobody is pending any more', { ...trackerPage(ALL_MUST_ARRIVE), pend: 0 }, { step: 4 }],
    ['of a lower step where steps only rise', { ...before, rising: true }, { step: 2 }],
    ['with another step than the present one', before, { step: 4, ifStep: 2 }],
    ['of the present step: a sign of life, or it has data', before, { step: 3 }],
    ['of the present step with data, after another report', before, { step: 3, known: reportedAt(3, AT - 99) }],
  ])('%s is refused', (_what, item, { step, ...given }) => {
    expect(isRefused(item, reportParams(reportOf(step, given), AT))).toBe(true);
  });

  test.each<[string, Item, Partial<NewReport> & { step: number }]>([
    ['that goes back', before, { step: 2 }],
    ['that rises where steps only rise', { ...before, rising: true }, { step: 4 }],
    [
      'of the present step with data where steps only rise',
      { ...before, rising: true },
      { step: 3, known: reportedAt(3, AT - 9) },
    ],
    ['with the present step', before, { step: 4, ifStep: 3 }],
    ['with step 0 as the present one of somebody unheard of', before, { agentId: 'b', step: 4, ifStep: 0 }],
    ['of step 0 as the first', before, { agentId: 'b', step: 0 }],
    ['of the total where the creator decides', before, { step: 10, reaches: 'nothing' }],
    ['before the deadline', { ...before, due: AT + 1 }, { step: 4 }],
    ['where nobody is pending but the creator decides', { ...before, pend: 0 }, { step: 4 }],
  ])('%s is accepted', (_what, item, { step, ...given }) => {
    expect(isRefused(item, reportParams(reportOf(step, given), AT))).toBe(false);
  });

  test('of the present step with data has a new time, but has moved when the first did', () => {
    const after = written(before, reportParams(reportOf(3, { known: reportedAt(3, AT - 9) }), AT));
    expect(entryOf(after, 'a')).toMatchObject({ step: 3, reportedAtMs: AT, movedAtMs: AT - 9 });
  });
});

describe('a repeat of a report', () => {
  const known = reportedAt(3, AT - 60_000);
  const before = trackerPage(CREATOR_DECIDES, { more: { who: { a: encodeReport(3, AT - 60_000), b: '-' }, news: 1 } });

  test('tells when the agent was last heard of, and is no report', () => {
    const after = written(before, repeatParams({ agentId: 'a', overall: false, known }, AT));
    expect(entryOf(after, 'a')).toEqual({ ...known, seenAtMs: AT });
    expect(pageFromItem(after).reports).toBe(1);
  });

  test('once more tells it again', () => {
    const once = written(before, repeatParams({ agentId: 'a', overall: false, known }, AT));
    const twice = written(
      once,
      repeatParams({ agentId: 'a', overall: false, known: { ...known, seenAtMs: AT } }, AT + 5_000),
    );
    expect(entryOf(twice, 'a')?.seenAtMs).toBe(AT + 5_000);
  });

  test.each<[string, Item]>([
    ['when the agent has reported since', { ...before, who: { a: encodeReport(4, AT - 5), b: '-' } }],
    ['on a closed page', { ...before, ...closed }],
    ['at the deadline', { ...before, due: AT }],
  ])('is refused %s', (_when, item) => {
    expect(isRefused(item, repeatParams({ agentId: 'a', overall: false, known }, AT))).toBe(true);
  });
});

describe('a move of the total', () => {
  const who = { a: encodeReport(7, AT - 9), b: encodeReport(6, AT - 9) };
  const lowered = { deadlineMs: null, totalSteps: 7 };
  const everyone = trackerPage(ALL_MUST_ARRIVE, {
    participates: true,
    more: { who, overall: { lead: encodeReport(7, AT - 9) } },
  });
  const moveOf = (read: Item, terms = lowered): UpdateParams => {
    const page = pageFromItem(read);
    return moveParams(page, { ...terms, moves: 1 }, { number: 1, by: 'lead', atMs: AT, from: page.terms }, AT);
  };
  const followOf = (read: Item): UpdateParams => moveParams(pageFromItem(read), { ...lowered, moves: 1 }, null, AT);

  test.each([
    ['decided', moveOf],
    ['followed', followOf],
  ])('lowered to a step reported is an arrival of those who are there, where it is %s', (_how, params) => {
    const after = written(everyone, params(everyone));
    expect(after).toMatchObject({ pend: 1, arr: 2 });
    const page = pageFromItem(after);
    expect(page.terms.totalSteps).toBe(7);
    const arrived = { outcome: 'arrived', atMs: AT, step: 7, reportedAtMs: AT - 9 };
    expect(page.entries.get('a')).toMatchObject(arrived);
    expect(page.entries.get('lead')).toMatchObject(arrived);
    expect(page.entries.get('b')).toEqual(reportedAt(6, AT - 9));
  });

  test.each([
    ['decided', moveOf],
    ['followed', followOf],
  ])('lowered is refused where somebody has reported since the page was read: %s', (_how, params) => {
    const since = { ...everyone, who: { ...who, b: encodeReport(7, AT - 1) } };
    expect(isRefused(since, params(everyone))).toBe(true);
    const sinceByCreator = { ...everyone, overall: { lead: encodeReport(5, AT - 1) } };
    expect(isRefused(sinceByCreator, params(everyone))).toBe(true);
  });

  test('lowered leaves who has an outcome as it is', () => {
    const item = trackerPage(ALL_MUST_ARRIVE, {
      more: { who: { a: 'sIbYA@Yk0000:', b: encodeReport(7, AT - 9) }, pend: 2 },
    });
    const after = written(item, moveOf(item));
    expect(after).toMatchObject({ pend: 1, arr: 1 });
    expect(entryOf(after, 'a')).toEqual(entryOf(item, 'a'));
  });

  test('lowered is nobody’s arrival where the creator decides', () => {
    const item = trackerPage(CREATOR_DECIDES, { more: { who } });
    const after = written(item, moveOf(item));
    expect(after).toMatchObject({ pend: 2, arr: 0, who });
    expect(pageFromItem(after).terms.totalSteps).toBe(7);
  });

  test('raised takes no arrival back', () => {
    const item = trackerPage(ALL_MUST_ARRIVE, { more: { who: { a: 'pIbYA@Yk0000:', b: '-' }, pend: 2, arr: 1 } });
    const after = written(item, moveOf(item, { deadlineMs: null, totalSteps: 20 }));
    expect(after).toMatchObject({ pend: 2, arr: 1, who: item['who'] });
    expect(pageFromItem(after).terms.totalSteps).toBe(20);
  });
});

const unmoved = pageFromItem(trackerPage(ALL_MUST_ARRIVE, { participates: true }));
const move: Move = { ...{ number: 1, by: 'lead', atMs: AT }, from: unmoved.terms };
test.each<[string, UpdateParams]>([
  ['report', reportParams(reportOf(4), AT)],
  ['report with data', reportParams(reportOf(4, { known: reportedAt(4, AT), ifStep: 4 }), AT)],
  ['report that is an arrival', reportParams(reportOf(10, { reaches: 'arrival', ifStep: 3, overall: true }), AT)],
  ['report that is the ending', reportParams(reportOf(10, { reaches: 'ending', overall: true }), AT)],
  ['report that is nothing', reportParams(reportOf(10, { reaches: 'nothing' }), AT)],
  ['repeat', repeatParams({ agentId: 'a', overall: true, known: reportedAt(3, AT) }, AT)],
  ['move the total', moveParams(unmoved, { deadlineMs: 9, totalSteps: 5, moves: 1 }, move, 10)],
  ['follow with the total', moveParams(unmoved, { deadlineMs: null, totalSteps: 5, moves: 2 }, null, 10)],
])('%s: every placeholder is used and every used one given', (_name, params) => {
  const text = `${params.UpdateExpression ?? ''} ${params.ConditionExpression ?? ''}`;
  const given = [params.ExpressionAttributeValues, params.ExpressionAttributeNames].flatMap((names) =>
    Object.keys(names ?? {}),
  );
  expect(new Set(text.match(/[:#][a-zA-Z]+/g))).toEqual(new Set(given));
});
