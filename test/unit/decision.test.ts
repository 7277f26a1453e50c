/** What a set of pages implies, and what an observer must do: DESIGN.md section 4. */
import { describe, expect, test } from '@jest/globals';
import { currentTerms, type Decision, decisionOf, dueClosing, SYSTEM } from '../../lib/rosters/decision';
import type { Entry, Outcome } from '../../lib/rosters/entry';
import { type Closing, isClosed, isFilled, isOpen, type Page, type Rule } from '../../lib/rosters/page';
import { UNREPORTED } from '../../lib/rosters/page-writes';
import { versionOf } from '../../lib/rosters/roster';
import {
  ALL_MUST_ARRIVE,
  arrivedAt,
  closingOf,
  CREATOR_DECIDES,
  excusedAt,
  failedAt,
  pageOf,
  reportedAt,
} from '../support/made-rosters';
import { sized } from '../support/size';

const quorumOf = (quorum: number, endWhen: Rule['endWhen'] = 'decided'): Rule => ({
  ...ALL_MUST_ARRIVE,
  quorum,
  endWhen,
});
const EVERYONE: Rule = { ...ALL_MUST_ARRIVE, endWhen: 'everyone' };

/** Pages of one roster, in order, each from its entries and its closing. */
function pagesOf(rule: Rule, ...pages: readonly (readonly [entries: readonly Entry[], closing?: Closing])[]): Page[] {
  return pages.map(([entries, closing], index) =>
    pageOf(Object.fromEntries(entries.map((entry, number) => [`agent-${index}-${number}`, entry])), {
      index,
      pageCount: pages.length,
      rule,
      closing: closing ?? null,
    }),
  );
}

const byHand = (as: Closing['as'], atMs = 50): Closing => closingOf(as, 'lead', atMs, 'why');
const bySystem = (as: Closing['as'], atMs = 50): Closing => closingOf(as, SYSTEM, atMs);

const SAID_BY_LEAD = { endedBy: 'lead', reason: 'why' };
const SAID_BY_SYSTEM = { endedBy: SYSTEM, reason: null };

describe('the decision', () => {
  test.each<[string, Page[], Partial<Decision>]>([
    [
      'everyone has arrived',
      pagesOf(ALL_MUST_ARRIVE, [[arrivedAt(5)]], [[arrivedAt(9)]], [[arrivedAt(7)]]),
      { ending: 'completed', ...SAID_BY_SYSTEM, endedAtMs: 9 },
    ],
    [
      'one has failed, and everyone must arrive',
      pagesOf(ALL_MUST_ARRIVE, [[failedAt(5)]], [[UNREPORTED], bySystem('failed', 6)]),
      { ending: 'failed', ...SAID_BY_SYSTEM, endedAtMs: 5 },
    ],
    [
      'the last page was filled by a failure',
      pagesOf(ALL_MUST_ARRIVE, [[arrivedAt(5)]], [[failedAt(9)]]),
      { ending: 'failed', ...SAID_BY_SYSTEM, endedAtMs: 9 },
    ],
    [
      'whoever has not arrived was excused',
      pagesOf(ALL_MUST_ARRIVE, [[arrivedAt(5), excusedAt(8)]], [[excusedAt(6)]]),
      { ending: 'completed', ...SAID_BY_SYSTEM, endedAtMs: 8 },
    ],
    [
      'everyone was excused',
      pagesOf(ALL_MUST_ARRIVE, [[excusedAt(5)]], [[excusedAt(6)]]),
      { ending: 'completed', ...SAID_BY_SYSTEM, endedAtMs: 6 },
    ],
    [
      'it was cancelled while somebody was pending',
      pagesOf(ALL_MUST_ARRIVE, [[arrivedAt(5)]], [[UNREPORTED], byHand('cancelled')]),
      { ending: 'cancelled', ...SAID_BY_LEAD, endedAtMs: 50 },
    ],
    [
      'the lowest closed page says another ending than later ones',
      pagesOf(ALL_MUST_ARRIVE, [[UNREPORTED], bySystem('expired')], [[UNREPORTED], byHand('cancelled')]),
      { ending: 'expired', ...SAID_BY_SYSTEM, endedAtMs: 50 },
    ],
    [
      'it was completed by hand',
      pagesOf(ALL_MUST_ARRIVE, [[UNREPORTED], byHand('completed')], [[arrivedAt(3)]]),
      { ending: 'completed', ...SAID_BY_LEAD, endedAtMs: 50 },
    ],
    [
      'it was failed by hand',
      pagesOf(ALL_MUST_ARRIVE, [[UNREPORTED], byHand('failed')], [[arrivedAt(3)]]),
      { ending: 'failed', ...SAID_BY_LEAD, endedAtMs: 50 },
    ],
    [
      'the deadline has come',
      pagesOf(ALL_MUST_ARRIVE, [[arrivedAt(5), UNREPORTED], bySystem('expired')]),
      { ending: 'expired', ...SAID_BY_SYSTEM, endedAtMs: 50 },
    ],
    [
      'the deadline has come, but one had failed before',
      pagesOf(ALL_MUST_ARRIVE, [[failedAt(5), UNREPORTED], bySystem('expired')]),
      { ending: 'failed', ...SAID_BY_SYSTEM },
    ],
    [
      'the quorum is there, although it is being cancelled',
      pagesOf(quorumOf(2), [[arrivedAt(5), UNREPORTED], byHand('cancelled')], [[arrivedAt(9)]]),
      { ending: 'completed', ...SAID_BY_SYSTEM, endedAtMs: 9 },
    ],
    [
      'the quorum is there, but everyone is waited for until somebody ends it',
      pagesOf(quorumOf(2, 'everyone'), [[arrivedAt(5), UNREPORTED], byHand('cancelled')], [[arrivedAt(9)]]),
      { ending: 'cancelled', ...SAID_BY_LEAD, endedAtMs: 50 },
    ],
    [
      'the quorum is there when the deadline comes, and everyone is waited for',
      pagesOf(quorumOf(2, 'everyone'), [[arrivedAt(5), UNREPORTED], bySystem('expired')], [[arrivedAt(9)]]),
      { ending: 'completed', ...SAID_BY_SYSTEM, endedAtMs: 50 },
    ],
    [
      'the quorum is no longer possible when the deadline comes, and everyone is waited for',
      pagesOf(quorumOf(3, 'everyone'), [[arrivedAt(5), UNREPORTED], bySystem('expired')], [[failedAt(9)]]),
      { ending: 'failed', ...SAID_BY_SYSTEM, endedAtMs: 50 },
    ],
    [
      'the quorum is missing, and nobody is waited for any more',
      pagesOf(quorumOf(2, 'everyone'), [[arrivedAt(5), failedAt(6)]], [[failedAt(9)]]),
      { ending: 'failed', ...SAID_BY_SYSTEM, endedAtMs: 9 },
    ],
    [
      'one has failed, and everyone is waited for',
      pagesOf(EVERYONE, [[failedAt(5)]], [[arrivedAt(9)]]),
      { ending: 'failed', ...SAID_BY_SYSTEM, endedAtMs: 9 },
    ],
    [
      'failures and excuses leave too few for the quorum',
      pagesOf(quorumOf(2), [[failedAt(5), excusedAt(6)]], [[UNREPORTED], bySystem('failed')]),
      { ending: 'failed', ...SAID_BY_SYSTEM, endedAtMs: 6 },
    ],
    [
      'the quorum can still be reached when it is cancelled',
      pagesOf(quorumOf(1), [[failedAt(5)]], [[UNREPORTED], byHand('cancelled')]),
      { ending: 'cancelled', ...SAID_BY_LEAD, endedAtMs: 50 },
    ],
    [
      'the only page has its quorum: it needs no closing',
      pagesOf(quorumOf(2), [[arrivedAt(5), arrivedAt(7), UNREPORTED]]),
      { ending: 'completed', ...SAID_BY_SYSTEM, endedAtMs: 7 },
    ],
    [
      'the creator decides, whoever has failed',
      pagesOf(CREATOR_DECIDES, [[failedAt(5)], byHand('completed')], [[failedAt(6)], byHand('completed')]),
      { ending: 'completed', ...SAID_BY_LEAD, endedAtMs: 50 },
    ],
    [
      'the deadline comes before the creator decides',
      pagesOf(CREATOR_DECIDES, [[UNREPORTED], bySystem('expired')], [[UNREPORTED], byHand('completed')]),
      { ending: 'expired', ...SAID_BY_SYSTEM, endedAtMs: 50 },
    ],
  ])('where %s', (_where, pages, expected) => {
    expect(decisionOf(pages)).toMatchObject(expected);
  });

  test.each<[string, Page[]]>([
    ['nobody has arrived', pagesOf(ALL_MUST_ARRIVE, [[UNREPORTED]], [[UNREPORTED]])],
    ['one of three pages is open', pagesOf(ALL_MUST_ARRIVE, [[arrivedAt(1)]], [[arrivedAt(1)]], [[UNREPORTED]])],
    [
      'a closing has not reached every page',
      pagesOf(ALL_MUST_ARRIVE, [[UNREPORTED], byHand('cancelled')], [[UNREPORTED]]),
    ],
    ['one has failed, but its page takes more', pagesOf(ALL_MUST_ARRIVE, [[failedAt(1), UNREPORTED]])],
    ['the quorum is there, but a page takes more', pagesOf(quorumOf(1), [[arrivedAt(1)]], [[UNREPORTED]])],
    [
      'the only page has its quorum, but everyone is waited for',
      pagesOf(quorumOf(1, 'everyone'), [[arrivedAt(1), UNREPORTED]]),
    ],
    ['everyone was excused, but the creator decides', pagesOf(CREATOR_DECIDES, [[excusedAt(1)]])],
  ])('is open while %s', (_while, pages) => {
    expect(decisionOf(pages)).toBeNull();
  });
});

describe('the time of an ending', () => {
  const endedAt = (pages: Page[]): number | undefined => decisionOf(pages)?.endedAtMs;
  const [first, second] = pagesOf(ALL_MUST_ARRIVE, [[UNREPORTED], byHand('cancelled', 50)], [[arrivedAt(40)]]) as [
    Page,
    Page,
  ];
  const moved = (atMs: number) => ({ number: 1, by: 'lead', atMs, from: { deadlineMs: null, totalSteps: null } });

  test('by hand is that of the closing', () => {
    expect(endedAt([first, second])).toBe(50);
  });

  test('is not before an outcome or a report that a later page took meanwhile', () => {
    expect(endedAt(pagesOf(ALL_MUST_ARRIVE, [[UNREPORTED], byHand('cancelled')], [[arrivedAt(60)]]))).toBe(60);
    const reported = pagesOf(
      CREATOR_DECIDES,
      [[UNREPORTED], byHand('completed')],
      [[reportedAt(3, 70)], byHand('completed')],
    );
    expect(endedAt(reported)).toBe(70);
  });

  test('is not before the last step of a creator who takes no part', () => {
    const overall = { agentId: 'lead', entry: reportedAt(10, 80), participates: false };
    const page = pageOf({ a: UNREPORTED }, { rule: CREATOR_DECIDES, overall, closing: byHand('completed') });
    expect(endedAt([page])).toBe(80);
  });

  test('by hand is not before a move, by clocks that differ', () => {
    expect(endedAt([{ ...first, moves: 1, move: moved(55) }, second])).toBe(55);
  });

  test.each([ALL_MUST_ARRIVE, CREATOR_DECIDES])(
    'by the deadline is the deadline, by clocks that differ: %j',
    (rule) => {
      const [page] = pagesOf(rule, [[UNREPORTED], bySystem('expired')]) as [Page];
      expect(endedAt([{ ...page, moves: 1, move: moved(55) }])).toBe(50);
    },
  );

  test('by the counts is the last outcome, whenever somebody closed the pages that were left', () => {
    const pages = pagesOf(quorumOf(1), [[arrivedAt(40)]], [[UNREPORTED], bySystem('completed', 90)]);
    expect(endedAt(pages)).toBe(40);
  });
});

/* ---- The rule once more, as DESIGN.md section 4 has it, over nothing but counts ---- */

interface Counts {
  readonly arrived: number;
  readonly failed: number;
  readonly excused: number;
  readonly pending: number;
}
type Shut = 'expired' | 'cancelled by hand' | 'completed by hand' | 'failed by hand' | 'completed' | 'failed';
interface CountedPage extends Counts {
  readonly closing: Shut | null;
}
type Said = Shut | 'none';

function literally(rule: Rule, pages: readonly CountedPage[]) {
  const sum = (count: keyof Counts): number => pages.reduce((total, page) => total + page[count], 0);
  const [A, F, X] = [sum('arrived'), sum('failed'), sum('excused')];
  const N = A + F + X + sum('pending');
  const { quorum, creatorDecides } = rule;

  const settlesItself = (page: CountedPage): boolean =>
    pages.length === 1 && quorum !== null && rule.endWhen === 'decided' && page.arrived >= quorum;
  const filled = (page: CountedPage): boolean => !creatorDecides && (page.pending === 0 || settlesItself(page));
  const open = (page: CountedPage): boolean => !filled(page) && page.closing === null;

  const reached = !creatorDecides && A >= (quorum ?? N - X);
  const impossible = !creatorDecides && (quorum === null ? F > 0 : F + X > N - quorum);
  const first = pages.find(({ closing }) => closing !== null)?.closing ?? null;
  const isByHand = first?.endsWith('by hand') === true;

  const decision = (): Said => {
    if (pages.some(open)) return 'none';
    if (creatorDecides) return first ?? 'none';
    if (rule.endWhen === 'everyone' && first && isByHand) return first;
    if (reached) return 'completed';
    if (first && isByHand) return first;
    if (impossible) return 'failed';
    return 'expired';
  };
  /** What whoever observes does, where no deadline is due and no move lags. */
  const observed = (): 'nothing' | 'walks' | 'completed' | 'failed' => {
    if (!pages.some(open)) return 'nothing';
    if (rule.endWhen === 'decided' && reached) return 'completed';
    if (rule.endWhen === 'decided' && impossible) return 'failed';
    return first ? 'walks' : 'nothing';
  };
  return { isConsistent: !pages.some((page) => page.closing !== null && filled(page)), decision, observed };
}

const CLOSINGS: Readonly<Record<Shut, Closing>> = {
  expired: bySystem('expired'),
  'cancelled by hand': byHand('cancelled'),
  'completed by hand': byHand('completed'),
  'failed by hand': byHand('failed'),
  completed: bySystem('completed'),
  failed: bySystem('failed'),
};

/** How many ways there are to be at most `most` on a page. */
function countsUpTo(most: number): Counts[] {
  const upTo = (left: number): number[] => Array.from({ length: left + 1 }, (_, count) => count);
  return upTo(most).flatMap((arrived) =>
    upTo(most - arrived).flatMap((failed) =>
      upTo(most - arrived - failed).flatMap((excused) =>
        upTo(most - arrived - failed - excused).map((pending) => ({ arrived, failed, excused, pending })),
      ),
    ),
  );
}

const entriesOf = ({ arrived, failed, excused, pending }: Counts): [string, Entry][] =>
  [
    ...Array.from({ length: arrived }, () => arrivedAt(5)),
    ...Array.from({ length: failed }, () => failedAt(5)),
    ...Array.from({ length: excused }, () => excusedAt(5)),
    ...Array.from({ length: pending }, () => UNREPORTED),
  ].map((entry, index) => [`agent-${index}`, entry]);

function* combinations<One>(count: number, ones: readonly One[]): Generator<One[]> {
  if (count === 0) yield [];
  else for (const rest of combinations(count - 1, ones)) for (const one of ones) yield [...rest, one];
}

function saidBy(decision: Decision | null): Said {
  if (!decision) return 'none';
  const { ending, endedBy } = decision;
  return (endedBy === SYSTEM ? ending : `${ending} by hand`) as Said;
}

function observedOf(pages: readonly Page[]): string {
  const due = dueClosing(pages, 100);
  if (due === null) return 'nothing';
  return due === 'finish' ? 'walks' : due.as;
}

describe('every small roster ends as the contract says', () => {
  test.each([
    { pageCount: 1, perPage: 3 },
    { pageCount: 2, perPage: 2 },
    { pageCount: 3, perPage: sized({ quick: 1, complete: 2 }) },
  ])('of $pageCount pages with up to $perPage participants each', ({ pageCount, perPage }) => {
    const shuts: (Shut | null)[] = [null, ...(Object.keys(CLOSINGS) as Shut[])];
    const counted = countsUpTo(perPage).flatMap((counts) =>
      shuts.map((closing): CountedPage => ({ ...counts, closing })),
    );
    const said: Record<string, number> = {};
    const wrong: unknown[] = [];
    for (const rule of rulesUpTo(pageCount * perPage)) {
      const pages = new Map(
        counted.map((page) => [
          page,
          Array.from({ length: pageCount }, (_, index) =>
            pageOf(Object.fromEntries(entriesOf(page)), {
              ...{ index, pageCount, rule },
              closing: page.closing && CLOSINGS[page.closing],
            }),
          ),
        ]),
      );
      const possible = counted.filter((page) => pageCount === 1 || literally(rule, [page, NOBODY]).isConsistent);
      for (const counts of combinations(pageCount, possible)) {
        const { isConsistent, decision, observed } = literally(rule, counts);
        const participants = counts.reduce((sum, page) => sum + participantsOn(page), 0);
        if (!isConsistent || participants === 0 || (rule.quorum ?? 0) > participants) continue;
        const found = counts.map((page, index) => pages.get(page)?.[index]).filter((page) => page !== undefined);
        const actual = { said: saidBy(decisionOf(found)), observed: observedOf(found) };
        const expected = { said: decision(), observed: observed() };
        said[actual.said] = (said[actual.said] ?? 0) + 1;
        if (actual.said !== expected.said || actual.observed !== expected.observed)
          wrong.push({ rule, counts, actual, expected });
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    // Each of them was met, or the comparison proves nothing.
    const endings = [
      'none',
      'completed',
      'failed',
      'expired',
      'cancelled by hand',
      'completed by hand',
      'failed by hand',
    ];
    expect(Object.keys(said).sort()).toEqual(endings.sort());
  });
});

const NOBODY: CountedPage = { arrived: 0, failed: 0, excused: 0, pending: 0, closing: null };
const participantsOn = ({ arrived, failed, excused, pending }: Counts): number => arrived + failed + excused + pending;

const rulesUpTo = (participants: number): Rule[] => [
  CREATOR_DECIDES,
  ...(['decided', 'everyone'] as const).flatMap((endWhen) =>
    [null, ...Array.from({ length: participants }, (_, index) => index + 1)].map((quorum) => ({
      ...{ quorum, endWhen },
      creatorDecides: false,
    })),
  ),
];

/* ---- What pages say besides ---- */

describe('a page', () => {
  test.each<[string, Page, { filled: boolean; closed: boolean }]>([
    ['with somebody pending is open', pageOf({ a: UNREPORTED, b: arrivedAt(1) }), { filled: false, closed: false }],
    ['with nobody pending is filled', pageOf({ a: failedAt(1), b: excusedAt(1) }), { filled: true, closed: false }],
    ['without participants is filled', pageOf({}, { pageCount: 2 }), { filled: true, closed: false }],
    [
      'that is the only one is filled by its quorum',
      pageOf({ a: UNREPORTED, b: arrivedAt(1) }, { rule: quorumOf(1) }),
      { filled: true, closed: false },
    ],
    [
      'that is one of several is not',
      pageOf({ a: UNREPORTED, b: arrivedAt(1) }, { rule: quorumOf(1), pageCount: 2 }),
      { filled: false, closed: false },
    ],
    [
      'nor one where everyone is waited for',
      pageOf({ a: UNREPORTED, b: arrivedAt(1) }, { rule: quorumOf(1, 'everyone') }),
      { filled: false, closed: false },
    ],
    [
      'of a creator who decides is never filled',
      pageOf({}, { rule: CREATOR_DECIDES }),
      { filled: false, closed: false },
    ],
    [
      'with a closing is closed',
      pageOf({ a: UNREPORTED }, { closing: byHand('failed') }),
      { filled: false, closed: true },
    ],
  ])('%s', (_what, page, { filled, closed }) => {
    expect({ filled: isFilled(page), closed: isClosed(page), open: isOpen(page) }).toEqual({
      ...{ filled, closed },
      open: !filled && !closed,
    });
  });
});

test('the terms in force are those of the page with the most moves', () => {
  const terms = (deadlineMs: number | null, moves: number) =>
    pageOf({}, { terms: { deadlineMs, totalSteps: 7 }, moves });
  expect(currentTerms([terms(5, 0), terms(9, 2), terms(7, 1)])).toEqual({ deadlineMs: 9, totalSteps: 7, moves: 2 });
  expect(currentTerms([terms(5, 0), terms(null, 1)])).toEqual({ deadlineMs: null, totalSteps: 7, moves: 1 });
  expect(currentTerms([pageOf({})])).toEqual({ deadlineMs: null, totalSteps: null, moves: 0 });
});

describe('an observer', () => {
  const due = (deadlineMs: number | null, moves = 0) => ({ terms: { deadlineMs, totalSteps: null }, moves });
  const NOW = 10;
  const page = (entry: Entry, given: Partial<Page> = {}) => pageOf({ a: entry }, { pageCount: 3, ...given });

  test.each<[string, Page[]]>([
    ['nothing is due', [page(UNREPORTED), page(UNREPORTED)]],
    ['the deadline lies ahead', [page(UNREPORTED, due(NOW + 1))]],
    ['all are filled', [page(arrivedAt(1), due(5)), page(arrivedAt(1))]],
    ['all are closed', [page(UNREPORTED, { closing: byHand('cancelled') })]],
    [
      'a page behind an open one has a deadline that has passed: the first open page decides',
      [page(UNREPORTED, due(NOW + 1, 1)), page(UNREPORTED, due(5, 1))],
    ],
    ['a page that lags behind a move is filled', [page(UNREPORTED, due(99, 1)), page(arrivedAt(1), due(50))]],
    [
      'one has failed, but everyone is waited for',
      [page(failedAt(1), { rule: EVERYONE }), page(UNREPORTED, { rule: EVERYONE })],
    ],
    ['one has failed, but the creator decides', [page(failedAt(1), { rule: CREATOR_DECIDES })]],
  ])('does nothing where %s', (_where, pages) => {
    expect(dueClosing(pages, NOW)).toBeNull();
  });

  test.each<[string, Page[]]>([
    ['the deadline is now', [page(UNREPORTED, due(NOW))]],
    ['the deadline of the first open page has passed', [page(arrivedAt(1)), page(UNREPORTED, due(5))]],
    ['a closing has not reached all pages', [page(UNREPORTED, { closing: byHand('cancelled') }), page(UNREPORTED)]],
    [
      'a closing stands behind a filled page',
      [page(arrivedAt(1)), page(UNREPORTED, { closing: byHand('cancelled') }), page(UNREPORTED)],
    ],
    ['a move has not reached all pages', [page(UNREPORTED, due(99, 1)), page(UNREPORTED, due(50))]],
    ['a move was decided on a page that is filled now', [page(arrivedAt(1), due(99, 1)), page(UNREPORTED, due(50))]],
  ])('finishes what was begun where %s', (_where, pages) => {
    expect(dueClosing(pages, NOW)).toBe('finish');
  });

  test.each<[string, 'completed' | 'failed', Page[]]>([
    [
      'the quorum is there',
      'completed',
      [page(arrivedAt(1), { rule: quorumOf(1) }), page(UNREPORTED, { rule: quorumOf(1) })],
    ],
    ['one has failed, and everyone must arrive', 'failed', [page(failedAt(1)), page(UNREPORTED)]],
    ['it has become impossible, also after the deadline', 'failed', [page(failedAt(1)), page(UNREPORTED, due(5))]],
  ])('ends what the counts have decided where %s: %s', (_where, as, pages) => {
    expect(dueClosing(pages, NOW)).toEqual({ as, atMs: NOW, by: SYSTEM, reason: null });
  });
});

test('the version grows with every outcome, report and move, and with the ending', () => {
  const fresh = { a: UNREPORTED, b: UNREPORTED };
  const counted = (outcome: Exclude<Outcome, 'pending'>): Entry =>
    ({ arrived: arrivedAt(1), failed: failedAt(1), excused: excusedAt(1) })[outcome];
  const of = (entries: Record<string, Entry>, given: Partial<Page> = {}) => versionOf([pageOf(entries, given)]);

  expect(of(fresh)).toBe(1);
  for (const outcome of ['arrived', 'failed', 'excused'] as const) {
    expect(of({ ...fresh, a: counted(outcome) })).toBe(2);
  }
  expect(of(fresh, { reports: 3 })).toBe(4);
  expect(of(fresh, { moves: 2 })).toBe(3);
  expect(of(fresh, { closing: byHand('cancelled') })).toBe(2);
  // The last arrival is the ending too.
  expect(of({ a: arrivedAt(1), b: arrivedAt(2) })).toBe(4);
});

test('the version counts a move once, although every page follows it', () => {
  const page = (moves: number) => pageOf({ a: UNREPORTED }, { pageCount: 2, moves });
  expect(
    [
      [page(0), page(0)],
      [page(1), page(0)],
      [page(1), page(1)],
    ].map(versionOf),
  ).toEqual([1, 2, 2]);
});
