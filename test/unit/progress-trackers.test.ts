/** What a tracker shows, derived from its pages, and the estimate of the seconds left. */
import { describe, expect, test } from '@jest/globals';
import { encodeReport, decodeEntry, type Entry } from '../../lib/rosters/entry';
import type { RosterHeader } from '../../lib/rosters/header';
import type { Closing } from '../../lib/rosters/page';
import { UNREPORTED } from '../../lib/rosters/page-writes';
import type { Roster } from '../../lib/rosters/roster';
import { type LoggedStep, secondsLeft } from '../../lib/trackers/eta';
import { rulesOf, stalledSinceMs, viewProgress, viewTracker } from '../../lib/trackers/tracker';
import {
  ALL_MUST_ARRIVE,
  closingOf,
  CREATOR_DECIDES,
  excusedAt,
  failedAt,
  finishedAt,
  pageOf,
  reportedAt,
  rosterOf,
} from '../support/made-rosters';

const AT = Date.parse('2026-03-01T12:00:00.000Z');
const later = (seconds: number): number => AT + seconds * 1_000;
const at = (step: number, seconds: number): Entry => reportedAt(step, later(seconds));
/** Has reached the total of ten where everyone must. */
const through = (seconds: number): Entry => finishedAt(10, later(seconds));

interface Given {
  /** Of participants, in order; `creator` takes part if it is among them. */
  readonly entries?: Readonly<Record<string, Entry>>;
  readonly overall?: Entry;
  readonly everyone?: boolean;
  readonly totalSteps?: number;
  readonly closing?: Closing;
  readonly header?: Partial<RosterHeader>;
}

/** Created by `creator` at AT, ten steps. */
function tracker(given: Given): Roster {
  const { entries = { a: UNREPORTED, b: UNREPORTED }, overall = UNREPORTED, totalSteps = 10 } = given;
  const participates = 'creator' in entries;
  const all = participates ? { ...entries, creator: overall } : entries;
  const page = pageOf(all, {
    overall: { agentId: 'creator', entry: overall, participates },
    rule: given.everyone ? ALL_MUST_ARRIVE : CREATOR_DECIDES,
    terms: { deadlineMs: null, totalSteps },
    closing: given.closing ?? null,
  });
  return rosterOf('PT', page, { id: 't', name: 'Tracker', createdBy: 'creator', createdAtMs: AT, ...given.header });
}

const closing = (as: Closing['as'], seconds: number): Closing => closingOf(as, 'creator', later(seconds), 'why');
/** What an observer of the counts closes a page as. */
const bySystem: Closing = closingOf('completed', 'system', later(9));
const viewed = (given: Given) => viewTracker(tracker(given), AT, null);

describe('progress', () => {
  test('of a creator who takes part is the overall step; the order is that of the participants', () => {
    const { participants, participantProgress, currentStep } = viewed({
      entries: { b: UNREPORTED, creator: UNREPORTED, a: at(3, 1) },
      overall: at(5, 2),
    });
    expect(participants).toEqual(['b', 'creator', 'a']);
    expect(Object.entries(participantProgress)).toEqual([
      ['b', 0],
      ['creator', 5],
      ['a', 3],
    ]);
    expect(currentStep).toBe(5);
  });

  test('of a creator who takes no part is the overall step only', () => {
    expect(viewed({ overall: at(5, 2), entries: { a: at(1, 1), b: UNREPORTED } })).toMatchObject({
      currentStep: 5,
      participantProgress: { a: 1, b: 0 },
      participantPercent: { a: 10, b: 0 },
    });
  });

  test('was last made by whoever reported last, the creator included; a sign of life is none', () => {
    const alive = decodeEntry(encodeReport(9, later(3), { seenAtMs: later(60) }));
    expect(viewed({}).lastProgressAt).toBeNull();
    expect(viewed({ entries: { a: at(1, 7), b: alive } }).lastProgressAt).toBe('2026-03-01T12:00:07.000Z');
    expect(viewed({ entries: { a: at(1, 7) }, overall: at(0, 9) }).lastProgressAt).toBe('2026-03-01T12:00:09.000Z');
  });

  test('of a participant shows when it was last heard of, signs of life included', () => {
    const alive = decodeEntry(encodeReport(9, later(3), { seenAtMs: later(60) }));
    const roster = tracker({ entries: { a: alive, b: UNREPORTED } });
    const shown = ['a', 'b'].map((agentId) =>
      viewProgress(roster)({ agentId, ...(roster.pages[0]?.entries.get(agentId) ?? UNREPORTED) }),
    );
    expect(shown).toEqual([
      { step: 9, percent: 90, lastReportAt: '2026-03-01T12:01:00.000Z' },
      { step: 0, percent: 0, lastReportAt: null },
    ]);
  });

  test('shows who is through, has failed, was excused, and is missing', () => {
    const entries = { a: through(1), b: failedAt(later(2)), c: excusedAt(later(3)), d: at(4, 4) };
    expect(viewed({ entries, everyone: true })).toMatchObject({
      arrivedParticipants: ['a'],
      failedParticipants: ['b'],
      excusedParticipants: ['c'],
      missingParticipants: ['d'],
    });
  });
});

describe('percent', () => {
  test.each<[string, Given, number]>([
    ['0 before the first report', {}, 0],
    [
      'that of the overall step, whatever participants report',
      { overall: at(4, 1), entries: { a: at(9, 1), b: UNREPORTED } },
      40,
    ],
    ['rounded to two decimals', { overall: at(1, 1), totalSteps: 3 }, 33.33],
    [
      'the mean of all participants where everyone must finish',
      { entries: { a: through(1), b: at(3, 1) }, overall: at(9, 1), everyone: true },
      65,
    ],
    [
      'with the creator among them if it takes part',
      { entries: { a: through(1), creator: UNREPORTED }, overall: at(5, 1), everyone: true },
      75,
    ],
    ['without who was excused', { entries: { a: at(3, 1), b: excusedAt(later(2)) }, everyone: true }, 30],
    [
      'whole for who was through before the total was raised',
      { entries: { a: through(1), b: at(10, 1) }, totalSteps: 20, everyone: true },
      75,
    ],
    ['at most 100, wherever a lowered total left a step', { overall: at(9, 1), totalSteps: 8 }, 100],
    ['100 when completed, wherever the steps are', { overall: at(2, 1), closing: closing('completed', 2) }, 100],
    ['what it was when cancelled', { overall: at(2, 1), closing: closing('cancelled', 2) }, 20],
    ['of a tracker without participants that of the overall step', { entries: {}, overall: at(7, 1) }, 70],
  ])('is %s', (_fact, given, percent) => {
    expect(viewed(given).percent).toBe(percent);
  });
});

describe('an ending', () => {
  test.each(['cancelled', 'failed'] as const)('by the creator is what the page says: %s', (as) => {
    expect(viewed({ overall: at(2, 1), closing: closing(as, 4) })).toMatchObject({
      status: as,
      completedAt: null,
      endedAt: '2026-03-01T12:00:04.000Z',
      endedBy: 'creator',
      endReason: 'why',
    });
  });

  test('by the creator’s last step is the completion', () => {
    expect(viewed({})).toMatchObject({ status: 'active', completedAt: null, endedAt: null });
    expect(viewed({ overall: at(10, 4), closing: closing('completed', 4) })).toMatchObject({
      status: 'completed',
      completedAt: '2026-03-01T12:00:04.000Z',
    });
  });

  test('is not before a report that was accepted meanwhile', () => {
    const cancelled = viewed({ entries: { a: at(3, 6) }, closing: closing('cancelled', 4) });
    expect(cancelled.endedAt).toBe('2026-03-01T12:00:06.000Z');
  });

  test.each<[string, Given, string]>([
    [
      'all are through, and it is closed',
      { entries: { a: through(1), b: through(1) }, closing: bySystem },
      'completed',
    ],
    ['all are through, and a creator may still report', { entries: { a: through(1), b: through(1) } }, 'active'],
    ['one is below the total', { entries: { a: through(1), b: at(9, 1) } }, 'active'],
    [
      'who is not through was excused',
      { entries: { a: through(1), b: excusedAt(later(2)) }, closing: bySystem },
      'completed',
    ],
    ['one has failed', { entries: { a: through(1), b: failedAt(later(2)) }, closing: bySystem }, 'failed'],
    ['a creator who takes part is below', { entries: { a: through(1), creator: UNREPORTED } }, 'active'],
    ['so is one who takes part', { entries: { creator: UNREPORTED }, overall: through(2) }, 'completed'],
    [
      'it was cancelled before',
      { entries: { a: through(1), b: at(9, 1) }, closing: closing('cancelled', 2) },
      'cancelled',
    ],
  ])('where everyone must finish and %s', (_when, given, status) => {
    expect(viewed({ ...given, everyone: true }).status).toBe(status);
  });

  test('by everyone is by nobody in particular', () => {
    const entries = { a: through(1), b: through(2) };
    expect(viewed({ entries, everyone: true, closing: bySystem })).toMatchObject({
      endedBy: 'system',
      endedAt: '2026-03-01T12:00:02.000Z',
    });
  });
});

test.each([
  [undefined, CREATOR_DECIDES],
  ['creator' as const, CREATOR_DECIDES],
  ['everyone' as const, ALL_MUST_ARRIVE],
])('completeWhen %p is a rule of the roster', (completeWhen, rule) => {
  const input = { name: 'Tracker', totalSteps: 10, ...(completeWhen && { completeWhen }) };
  expect(rulesOf(input)).toMatchObject({ rule, totalSteps: 10, monotonic: false });
});

describe('a stall', () => {
  const stalled = (given: Given, seconds: number) =>
    stalledSinceMs(tracker({ header: { stallSeconds: 60 }, ...given }), later(seconds));

  test.each<[string, Given, number, number | null]>([
    ['is counted from the creation before the first report', {}, 60, 0],
    ['is none before its time', {}, 59, null],
    ['is counted from the last step that moved', { entries: { a: at(1, 30), b: at(1, 20) } }, 90, 30],
    ['is none where it was not asked for', { header: { stallSeconds: null } }, 1_000, null],
    ['is none after the end', { closing: closing('cancelled', 5) }, 1_000, null],
  ])('%s', (_fact, given, seconds, since) => {
    expect(stalled(given, seconds)).toBe(since === null ? null : later(since));
  });

  test('is not ended by signs of life, nor by other data at the same step', () => {
    const alive = decodeEntry(encodeReport(5, later(10), { seenAtMs: later(100) }));
    const sameStep = decodeEntry(encodeReport(5, later(100), { movedAtMs: later(20) }));
    expect(stalled({ entries: { a: alive, b: sameStep } }, 100)).toBe(later(20));
  });
});

describe('the estimate', () => {
  /** Latest first, as the log is read. */
  const log = (...steps: [seconds: number, gained: number | null][]): LoggedStep[] =>
    steps.map(([seconds, gained]) => ({ atMs: later(seconds), gained })).reverse();
  const eta = (steps: LoggedStep[], left: number, seconds: number) => secondsLeft(steps, left, later(seconds));

  test.each<[string, LoggedStep[], number, number]>([
    ['before the first report', log(), 10, 5],
    ['after one report: a resume at 900 of 1,000 is where it starts, not work done', log([5, null]), 100, 5],
    ['after the first reports of two agents', log([5, null], [9, null]), 100, 9],
    ['when two reports came in the same moment', log([5, null], [5, 4]), 6, 5],
    ['while the steps go back', log([0, null], [10, 4], [20, -4]), 10, 20],
    ['where only the same step was reported since', log([0, null], [10, 0]), 10, 10],
    ['after a pause of more than three times the longest so far', log([0, null], [10, 1], [20, 1]), 8, 51],
  ])('is unknown %s', (_when, steps, left, seconds) => {
    expect(eta(steps, left, seconds)).toBeNull();
  });

  test.each<[string, LoggedStep[], number, number, number]>([
    ['the steps left at the speed since the first report', log([0, null], [60, 5]), 5, 60, 60],
    ['the same for who resumed at 900 of 1,000', log([0, null], [10, 10]), 90, 10, 90],
    ['less what has passed since the last move', log([0, null], [60, 5]), 5, 80, 40],
    ['that of the reports given, the first of which is their start', log([100, 50], [110, 1], [120, 1]), 8, 120, 80],
    ['that of all who report, together', log([0, null], [0, null], [10, 2], [20, 3]), 10, 20, 40],
    ['lower for work that was redone', log([0, null], [10, 4], [20, -2]), 8, 20, 80],
    ['rounded up', log([0, null], [10, 3]), 1, 10, 4],
    ['0 when nothing is left', log([0, null], [10, 3]), 0, 10, 0],
    ['0 once it is overdue', log([0, null], [60, 5]), 1, 90, 0],
    ['still known after a pause of three times the longest', log([0, null], [10, 1], [20, 1]), 8, 50, 50],
  ])('is %s', (_fact, steps, left, seconds, expected) => {
    expect(eta(steps, left, seconds)).toBe(expected);
  });

  test('is not changed by a report that moves nothing', () => {
    const steps: [number, number | null][] = [
      [0, null],
      [10, 2],
      [20, 2],
    ];
    expect(eta(log(...steps, [25, 0]), 4, 26)).toBe(eta(log(...steps), 4, 26));
    expect(eta(log(...steps), 4, 26)).toBe(14);
  });
});
