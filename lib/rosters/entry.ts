/**
 * What became of a participant, as one short text, so that a page needs one map for everything and a conditional write
 * can compare it. Numbers are five or seven digits of base 64 whose text order is their order; a mark of an outcome
 * sorts above all digits, so `entry < mark` means *pending*.
 *
 *     -                              pending, and has not reported
 *     00003 T8Mk2v0                  pending at this step since this report
 *     00003 T8Mk2v0 000aZ [T8Mk2v0]  the same; seconds until the latest report that repeated it; when the step was
 *                                    reached, if a report of the same step with data came later
 *     p T8Mk2v0 [00003 [T8Mk2v0 …]]  an outcome and its time; of a tracker: the step, and the report if earlier
 *
 * Marks: `p` and `q` arrived, `s` and `t` failed, `x` excused. `q`, `t` and `x` have stored details (data, reason).
 */
export type Outcome = 'pending' | 'arrived' | 'failed' | 'excused';

export interface Entry extends Progress {
  readonly outcome: Outcome;
  /** Time of the outcome, epoch milliseconds; null while pending. */
  readonly atMs: number | null;
  /** Whether details of the outcome are stored under its time. */
  readonly detailed: boolean;
}

/** What was reported to a tracker. */
export interface Progress {
  /** Of a tracker: the latest step reported; else 0. */
  readonly step: number;
  /** Time of the latest report that was more than a repeat; null: never reported. */
  readonly reportedAtMs: number | null;
  /** Time of the latest report, repeats included, exact to the second. */
  readonly seenAtMs: number | null;
  /** Time of the latest report of another step than before; null: never reported. */
  readonly movedAtMs: number | null;
}

export const PENDING = '-';

/** The lowest mark. */
export const LOWEST_OUTCOME = 'p';

const MARKS = {
  p: { outcome: 'arrived', detailed: false },
  q: { outcome: 'arrived', detailed: true },
  s: { outcome: 'failed', detailed: false },
  t: { outcome: 'failed', detailed: true },
  x: { outcome: 'excused', detailed: true },
} as const;
const MARK_OF = {
  arrived: { plain: 'p', detailed: 'q' },
  failed: { plain: 's', detailed: 't' },
  excused: { plain: 'x', detailed: 'x' },
} as const;

const FIRST_DIGIT = 0x30;
const STEP_DIGITS = 5;
const TIME_DIGITS = 7;
/** After every digit: an upper bound of the texts with a prefix. */
const ABOVE_DIGITS = '~';

function digits(value: number, width: number): string {
  let text = '';
  for (let rest = value; text.length < width; rest = Math.floor(rest / 64)) {
    text = String.fromCharCode(FIRST_DIGIT + (rest % 64)) + text;
  }
  return text;
}

function numberOf(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) value = value * 64 + text.charCodeAt(index) - FIRST_DIGIT;
  return value;
}

/** The prefix of the entries of those pending at a step. */
export const stepPrefix = (step: number): string => digits(step, STEP_DIGITS);
export const stepOfPrefix = (prefix: string): number => numberOf(prefix.slice(0, STEP_DIGITS));

/** Lower and upper bound of the entries of those pending at a step; who has never reported is at 0. */
export const boundsOfStep = (step: number): readonly [string, string] => [
  step === 0 ? PENDING : stepPrefix(step),
  stepPrefix(step) + ABOVE_DIGITS,
];

/** A report; `seenAtMs` is that of a later repeat, `movedAtMs` that of an earlier report of the same step. */
export function encodeReport(step: number, atMs: number, { seenAtMs, movedAtMs }: Partial<Progress> = {}): string {
  const quietSeconds = Math.floor(((seenAtMs ?? atMs) - atMs) / 1_000);
  const moved = (movedAtMs ?? atMs) === atMs ? '' : digits(movedAtMs ?? atMs, TIME_DIGITS);
  const quiet = quietSeconds > 0 || moved !== '' ? digits(Math.max(0, quietSeconds), STEP_DIGITS) : '';
  return stepPrefix(step) + digits(atMs, TIME_DIGITS) + quiet + moved;
}

/** An outcome; `before` is the entry until now. */
export function encodeOutcome(
  outcome: Exclude<Outcome, 'pending'>,
  atMs: number,
  detailed: boolean,
  before: Pick<Progress, 'step' | 'reportedAtMs'> & Partial<Progress>,
): string {
  const mark = MARK_OF[outcome][detailed ? 'detailed' : 'plain'];
  const { step, reportedAtMs } = before;
  const text = mark + digits(atMs, TIME_DIGITS);
  if (reportedAtMs === null) return text;
  if (reportedAtMs === atMs) return text + stepPrefix(step);
  return text + encodeReport(step, reportedAtMs, before);
}

const NEVER_REPORTED: Progress = { step: 0, reportedAtMs: null, seenAtMs: null, movedAtMs: null };

export function decodeEntry(text: string): Entry {
  const mark = text.charAt(0);
  if (mark < LOWEST_OUTCOME) return { outcome: 'pending', atMs: null, detailed: false, ...decodeReport(text) };
  const [at, report] = [text.slice(1, 1 + TIME_DIGITS), text.slice(1 + TIME_DIGITS)];
  // A step alone was reported at once with the outcome.
  const progress = decodeReport(report.length === STEP_DIGITS ? report + at : report);
  return { ...MARKS[mark as keyof typeof MARKS], atMs: numberOf(at), ...progress };
}

function decodeReport(text: string): Progress {
  if (text === PENDING || text === '') return NEVER_REPORTED;
  const [step, at, quiet, moved] = partsOf(text, STEP_DIGITS, TIME_DIGITS, STEP_DIGITS, TIME_DIGITS);
  const reportedAtMs = numberOf(at);
  return {
    step: numberOf(step),
    reportedAtMs,
    seenAtMs: reportedAtMs + numberOf(quiet) * 1_000,
    movedAtMs: moved === '' ? reportedAtMs : numberOf(moved),
  };
}

/** Consecutive parts of these widths; those beyond the end are empty. */
function partsOf<Widths extends number[]>(text: string, ...widths: Widths): { [Index in keyof Widths]: string } {
  let start = 0;
  return widths.map((width) => text.slice(start, (start += width))) as { [Index in keyof Widths]: string };
}

/** The text of an entry as it is stored. */
export function encodeEntry(entry: Entry): string {
  const { outcome, atMs, detailed, step, reportedAtMs } = entry;
  if (outcome !== 'pending') return encodeOutcome(outcome, atMs ?? 0, detailed, entry);
  if (reportedAtMs === null) return PENDING;
  return encodeReport(step, reportedAtMs, entry);
}
