/**
 * A participant's latest report, step and time, as one text of fixed width whose text order is the order of steps,
 * so that a page can compare steps in a condition and still hold the time of each: 14 bytes per participant.
 *
 *     000k3s m8x2v0a1     step (base 36, 6 digits), epoch milliseconds (base 36, 8 digits: until the year 2059)
 */
export interface StepRecord {
  readonly step: number;
  /** null: never reported. */
  readonly atMs: number | null;
}

const STEP_DIGITS = 6;
const TIME_DIGITS = 8;

/** 36^6 is above two billion; a round limit is easier to say. */
export const MAX_TOTAL_STEPS = 1_000_000_000;

const digits = (value: number, width: number): string => value.toString(36).padStart(width, '0');

/** What every record of a step starts with: the lower bound of that step's records, above all of lower steps. */
export const stepPrefix = (step: number): string => digits(step, STEP_DIGITS);

export const encodeStep = (step: number, atMs: number | null): string =>
  stepPrefix(step) + digits(atMs ?? 0, TIME_DIGITS);

export function decodeStep(text: string): StepRecord {
  const atMs = parseInt(text.slice(STEP_DIGITS), 36);
  return { step: parseInt(text.slice(0, STEP_DIGITS), 36), atMs: atMs === 0 ? null : atMs };
}
