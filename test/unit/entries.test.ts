/** What became of a participant, as it is stored on its page. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_TOTAL_STEPS } from '../../lib/common/limits';
import {
  boundsOfStep,
  decodeEntry,
  encodeEntry,
  encodeOutcome,
  encodeReport,
  LOWEST_OUTCOME,
  PENDING,
  stepOfPrefix,
  stepPrefix,
} from '../../lib/rosters/entry';
import { repetitions } from '../support/size';

const AT = Date.parse('2026-03-01T12:00:00.123Z');
const NEVER_REPORTED = { step: 0, reportedAtMs: null, seenAtMs: null, movedAtMs: null };

const numRuns = repetitions('MUSTER_ENTRY_RUNS', { quick: 500, complete: 5_000 });

const steps = fc.oneof(fc.integer({ min: 0, max: MAX_TOTAL_STEPS }), fc.constantFrom(0, 1, 63, 64, MAX_TOTAL_STEPS));
const times = fc.integer({ min: 1, max: Date.parse('2100-12-31T23:59:59.999Z') });
/** The text of a report; a later repeat and an earlier report of the same step each came or did not. */
const reports = fc
  .record({
    step: steps,
    atMs: times,
    quietMs: fc.option(fc.integer({ min: 0, max: 30 * 365 * 86_400_000 }), { nil: undefined }),
    movedAtMs: fc.option(times, { nil: undefined }),
  })
  .map(({ step, atMs, quietMs, movedAtMs }) => ({
    step,
    atMs,
    text: encodeReport(step, atMs, {
      ...(quietMs !== undefined && { seenAtMs: atMs + quietMs }),
      ...(movedAtMs !== undefined && { movedAtMs: Math.min(movedAtMs, atMs) }),
    }),
  }));
const outcomes = fc
  .record({
    outcome: fc.constantFrom('arrived' as const, 'failed' as const, 'excused' as const),
    atMs: times,
    detailed: fc.boolean(),
    report: fc.option(fc.record({ step: steps, reportedAtMs: fc.option(times) })),
  })
  .map(({ outcome, atMs, detailed, report }) => ({
    outcome,
    atMs,
    text: encodeOutcome(
      outcome,
      atMs,
      detailed,
      // A report that was itself the arrival has the time of the outcome.
      report ? { ...report, reportedAtMs: report.reportedAtMs ?? atMs } : { step: 0, reportedAtMs: null },
    ),
  }));
const pending = fc.oneof(
  fc.constant(PENDING),
  reports.map(({ text }) => text),
);

describe('an entry', () => {
  /** Stored rosters depend on these texts, so they must not change. */
  test.each([
    ['of nobody heard of', PENDING, '-', { outcome: 'pending', atMs: null, detailed: false, ...NEVER_REPORTED }],
    [
      'of a report',
      encodeReport(3, AT),
      '00003IbYA@Yk',
      { outcome: 'pending', step: 3, reportedAtMs: AT, seenAtMs: AT, movedAtMs: AT },
    ],
    [
      'of a report and a later repeat, exact to the second',
      encodeReport(3, AT, { seenAtMs: AT + 60_999 }),
      '00003IbYA@Yk0000l',
      { outcome: 'pending', step: 3, reportedAtMs: AT, seenAtMs: AT + 60_000, movedAtMs: AT },
    ],
    [
      'of a report of the same step as an earlier one',
      encodeReport(3, AT, { movedAtMs: AT - 60_000 }),
      '00003IbYA@Yk00000IbYA20K',
      { outcome: 'pending', step: 3, reportedAtMs: AT, seenAtMs: AT, movedAtMs: AT - 60_000 },
    ],
    [
      'of an arrival',
      encodeOutcome('arrived', AT, false, NEVER_REPORTED),
      'pIbYA@Yk',
      { outcome: 'arrived', atMs: AT, detailed: false, ...NEVER_REPORTED },
    ],
    [
      'of an arrival with data',
      encodeOutcome('arrived', AT, true, NEVER_REPORTED),
      'qIbYA@Yk',
      { outcome: 'arrived', atMs: AT, detailed: true, ...NEVER_REPORTED },
    ],
    [
      'of an arrival by a report',
      encodeOutcome('arrived', AT, false, { step: 10, reportedAtMs: AT }),
      'pIbYA@Yk0000:',
      { outcome: 'arrived', atMs: AT, step: 10, reportedAtMs: AT },
    ],
    [
      'of a failure after a report',
      encodeOutcome('failed', AT, false, { step: 10, reportedAtMs: AT - 60_000 }),
      'sIbYA@Yk0000:IbYA20K',
      { outcome: 'failed', atMs: AT, detailed: false, step: 10, reportedAtMs: AT - 60_000 },
    ],
    [
      'of a failure with a reason',
      encodeOutcome('failed', AT, true, NEVER_REPORTED),
      'tIbYA@Yk',
      { outcome: 'failed', atMs: AT, detailed: true, ...NEVER_REPORTED },
    ],
    [
      'of an excuse, which has always details: who gave it',
      encodeOutcome('excused', AT, false, NEVER_REPORTED),
      'xIbYA@Yk',
      { outcome: 'excused', atMs: AT, detailed: true, ...NEVER_REPORTED },
    ],
  ])('%s is stored like this, and read back', (_what, text, stored, entry) => {
    expect(text).toBe(stored);
    expect(decodeEntry(text)).toMatchObject(entry);
  });

  test('is encoded as it was decoded, whatever it is: a conditional write compares the texts', () => {
    const texts = fc.oneof(
      pending,
      outcomes.map(({ text }) => text),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(encodeEntry(decodeEntry(text))).toBe(text);
      }),
      { numRuns },
    );
  });

  test('of a report has its step and its time', () => {
    fc.assert(
      fc.property(reports, ({ step, atMs, text }) => {
        expect(decodeEntry(text)).toMatchObject({ outcome: 'pending', step, reportedAtMs: atMs });
      }),
      { numRuns },
    );
  });

  test('of an outcome has its kind and its time', () => {
    fc.assert(
      fc.property(outcomes, ({ outcome, atMs, text }) => {
        expect(decodeEntry(text)).toMatchObject({ outcome, atMs });
      }),
      { numRuns },
    );
  });
});

describe('the order of the texts', () => {
  test('is that of the steps', () => {
    fc.assert(
      fc.property(reports, reports, (one, other) => {
        fc.pre(one.step !== other.step);
        expect(one.text < other.text).toBe(one.step < other.step);
      }),
      { numRuns },
    );
  });

  test('puts every outcome above everyone pending, and the marks in this order', () => {
    fc.assert(
      fc.property(pending, outcomes, (before, { text }) => {
        expect(before < LOWEST_OUTCOME).toBe(true);
        expect(text >= LOWEST_OUTCOME).toBe(true);
      }),
      { numRuns },
    );
  });

  test('has exactly the reports of a step between its bounds, and nobody unheard of but at 0', () => {
    const isAt = (step: number, text: string): boolean => {
      const [lowest, highest] = boundsOfStep(step);
      return text >= lowest && text <= highest;
    };
    const neighbours = fc.tuple(reports, fc.constantFrom(-1, 0, 1)).map(([report, away]) => ({
      report,
      step: Math.max(0, report.step + away),
    }));
    fc.assert(
      fc.property(neighbours, ({ report, step }) => {
        expect(isAt(step, report.text)).toBe(step === report.step);
      }),
      { numRuns },
    );
    expect([0, 1, MAX_TOTAL_STEPS].map((step) => isAt(step, PENDING))).toEqual([true, false, false]);
  });
});

test.each([0, 1, 63, 64, MAX_TOTAL_STEPS])('the prefix of step %i is five characters, and read back', (step) => {
  expect(stepPrefix(step)).toHaveLength(5);
  expect(stepOfPrefix(stepPrefix(step))).toBe(step);
});
