import { describe, expect, test } from '@jest/globals';
import {
  endedAtMs,
  etaSeconds,
  type Overall,
  progressOf,
  statusOf,
  type Tracker,
  type TrackerClosing,
  type TrackerHeader,
  type TrackerPage,
  viewTracker,
} from '../../lib/progress-trackers/progress-tracker';
import { everyoneFinished } from '../../lib/progress-trackers/settle-tracker';
import {
  decodeStep,
  encodeStep,
  MAX_TOTAL_STEPS,
  stepPrefix,
  type StepRecord,
} from '../../lib/progress-trackers/step-record';
import { SINGLE_PAGE } from '../../lib/rosters/page';

const AT = Date.parse('2026-03-01T12:00:00.000Z');
const NEVER: StepRecord = { step: 0, atMs: null };

describe('a step record', () => {
  test.each<[number, number | null]>([
    [0, null],
    [0, AT],
    [1, AT],
    [35, AT + 1],
    [36, AT],
    [MAX_TOTAL_STEPS, Date.parse('2058-12-31T23:59:59.999Z')],
  ])('of step %i at %p comes back from its 14 characters', (step, atMs) => {
    const text = encodeStep(step, atMs);
    expect(text).toHaveLength(14);
    expect(decodeStep(text)).toEqual({ step, atMs });
  });

  test('sorts as text in the order of steps, then of times', () => {
    const steps = [0, 1, 9, 10, 35, 36, 1_295, 1_296, 999_999, MAX_TOTAL_STEPS - 1, MAX_TOTAL_STEPS];
    const texts = steps.flatMap((step) => [encodeStep(step, null), encodeStep(step, AT), encodeStep(step, AT + 1)]);
    expect([...texts].sort()).toEqual(texts);
  });

  test('is at or above the prefix of its step and of every lower one, and below that of the next', () => {
    for (const step of [0, 1, 35, 36, MAX_TOTAL_STEPS - 1]) {
      expect(encodeStep(step, null) >= stepPrefix(step)).toBe(true);
      expect(encodeStep(step, AT) < stepPrefix(step + 1)).toBe(true);
      // The upper bound of `ifStep`: every record of the step lies between its prefix and this.
      expect(encodeStep(step, AT) <= `${stepPrefix(step)}~`).toBe(true);
    }
  });
});

interface Given {
  readonly participants?: readonly string[];
  readonly steps?: Readonly<Record<string, StepRecord>>;
  readonly overall?: StepRecord;
  readonly closing?: TrackerClosing;
  readonly header?: Partial<TrackerHeader>;
}

/** Created by `creator` at AT, ten steps. */
function tracker({ participants = ['a', 'b'], steps = {}, overall = NEVER, closing, header = {} }: Given): Tracker {
  const rules = { totalSteps: 10, completeWhen: 'creator', monotonic: false, ...header } as const;
  const onPage = participants.filter((id) => id !== 'creator');
  const records = new Map(onPage.map((id) => [id, steps[id] ?? NEVER]));
  const page: TrackerPage = {
    index: 0,
    ...SINGLE_PAGE,
    steps: records,
    totalSteps: rules.totalSteps,
    monotonic: rules.monotonic,
    remaining:
      rules.completeWhen === 'everyone'
        ? [...records.values()].filter(({ step }) => step < rules.totalSteps).length
        : null,
    closed: closing !== undefined,
  };
  const itsOverall: Overall = {
    record: overall,
    creator: 'creator',
    totalSteps: rules.totalSteps,
    completeWhen: rules.completeWhen,
    pageCount: 1,
    closing: closing ?? null,
  };
  return {
    header: {
      id: 't',
      name: 'Tracker',
      description: null,
      metadata: null,
      participantCount: participants.length,
      ...SINGLE_PAGE,
      createdBy: 'creator',
      createdAtMs: AT,
      status: 'active',
      requestHash: '',
      ...rules,
    },
    overall: itsOverall,
    pages: [page],
    participants,
  };
}

const at = (step: number, seconds: number): StepRecord => ({ step, atMs: AT + seconds * 1_000 });
const closing = (as: TrackerClosing['as'], seconds: number): TrackerClosing => ({
  as,
  atMs: AT + seconds * 1_000,
  by: 'creator',
  reason: 'why',
});
const viewed = (given: Given) => viewTracker(tracker(given), AT);

describe('progress', () => {
  test('of a creator who takes part is the overall step; the order is that of the participants', () => {
    const given = { participants: ['b', 'creator', 'a'], steps: { a: at(3, 1) }, overall: at(5, 2) };
    expect([...progressOf(tracker(given))]).toEqual([
      ['b', NEVER],
      ['creator', at(5, 2)],
      ['a', at(3, 1)],
    ]);
  });

  test('of a creator who takes no part is the overall step only', () => {
    expect(viewed({ overall: at(5, 2), steps: { a: at(1, 1) } })).toMatchObject({
      currentStep: 5,
      participantProgress: { a: 1, b: 0 },
      participantPercent: { a: 10, b: 0 },
    });
  });

  test('was last made by whoever reported last, the creator included', () => {
    expect(viewed({}).lastProgressAt).toBeNull();
    expect(viewed({ steps: { a: at(1, 7), b: at(9, 3) } }).lastProgressAt).toBe('2026-03-01T12:00:07.000Z');
    expect(viewed({ steps: { a: at(1, 7) }, overall: at(0, 9) }).lastProgressAt).toBe('2026-03-01T12:00:09.000Z');
  });
});

describe('percent', () => {
  test.each<[string, Given, number]>([
    ['0 before the first report', {}, 0],
    ['that of the overall step, whatever participants report', { overall: at(4, 1), steps: { a: at(9, 1) } }, 40],
    ['rounded to two decimals', { overall: at(1, 1), header: { totalSteps: 3 } }, 33.33],
    [
      'the mean of all participants where everyone must finish',
      { steps: { a: at(10, 1), b: at(3, 1) }, overall: at(9, 1), header: { completeWhen: 'everyone' } },
      65,
    ],
    [
      'with the creator among them if it takes part',
      {
        participants: ['a', 'creator'],
        steps: { a: at(10, 1) },
        overall: at(5, 1),
        header: { completeWhen: 'everyone' },
      },
      75,
    ],
    ['100 when completed, wherever the steps are', { overall: at(2, 1), closing: closing('completed', 2) }, 100],
    ['what it was when cancelled', { overall: at(2, 1), closing: closing('cancelled', 2) }, 20],
    ['of a tracker without participants that of the overall step', { participants: [], overall: at(7, 1) }, 70],
  ])('is %s', (_fact, given, percent) => {
    expect(viewed(given).percent).toBe(percent);
  });
});

describe('the estimate', () => {
  const eta = (given: Given, secondsLater: number) => etaSeconds(tracker(given), AT + secondsLater * 1_000);

  test.each<[string, Given]>([
    ['before the first report', {}],
    ['after a report of no progress', { overall: at(0, 5) }],
    ['after the completion', { overall: at(10, 5), closing: closing('completed', 5) }],
    ['after a cancellation', { overall: at(5, 5), closing: closing('cancelled', 6) }],
    ['while only participants report and the creator decides', { steps: { a: at(5, 5) } }],
  ])('is absent %s', (_when, given) => {
    expect(eta(given, 10)).toBeNull();
  });

  test.each<[string, Given, number, number]>([
    ['as much again, half-way', { overall: at(5, 60) }, 60, 60],
    ['less what has passed since the last report', { overall: at(5, 60) }, 80, 40],
    ['never below 0, however late', { overall: at(5, 60) }, 500, 0],
    ['at the mean speed since the creation', { overall: at(2, 60) }, 60, 240],
    ['0 when the first report came with the creation', { overall: at(5, 0) }, 0, 0],
    [
      'from the mean of the participants where everyone must finish',
      { steps: { a: at(10, 30), b: at(0, 90) }, header: { completeWhen: 'everyone' } },
      90,
      90,
    ],
    [
      '0 when everyone has finished and the ending is not written yet',
      { steps: { a: at(10, 30), b: at(10, 90) }, header: { completeWhen: 'everyone' } },
      90,
      0,
    ],
  ])('is %s', (_fact, given, secondsLater, seconds) => {
    expect(eta(given, secondsLater)).toBe(seconds);
  });
});

describe('an ending', () => {
  test('is what the overall item says, with who, when and why', () => {
    expect(statusOf(tracker({}))).toBe('active');
    expect(viewed({ overall: at(2, 1), closing: closing('cancelled', 4) })).toMatchObject({
      status: 'cancelled',
      completedAt: null,
      endedAt: '2026-03-01T12:00:04.000Z',
      endedBy: 'creator',
      endReason: 'why',
    });
    expect(viewed({ overall: at(10, 4), closing: closing('completed', 4) })).toMatchObject({
      status: 'completed',
      completedAt: '2026-03-01T12:00:04.000Z',
    });
  });

  test('is not before a report that was accepted while the pages were being closed', () => {
    expect(endedAtMs(tracker({ steps: { a: at(3, 6) }, closing: closing('cancelled', 4) }))).toBe(AT + 6_000);
    expect(endedAtMs(tracker({ steps: { a: at(3, 6) } }))).toBeNull();
  });

  const everyone = { completeWhen: 'everyone' } as const;
  const done = at(10, 1);
  test.each<[string, Given, boolean]>([
    ['all are at the total', { steps: { a: done, b: done }, header: everyone }, true],
    ['one is below it', { steps: { a: done, b: at(9, 1) }, header: everyone }, false],
    ['it is the creator who decides', { steps: { a: done, b: done } }, false],
    ['it has ended', { steps: { a: done, b: done }, header: everyone, closing: closing('cancelled', 2) }, false],
    [
      'a creator who takes part is below',
      { participants: ['a', 'creator'], steps: { a: done }, header: everyone },
      false,
    ],
    ['so is one who takes part', { participants: ['creator'], overall: done, header: everyone }, true],
  ])('by everyone is due or not when %s', (_when, given, due) => {
    expect(everyoneFinished(tracker(given))).toBe(due);
  });
});
