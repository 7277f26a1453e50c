const SECONDS_PER_DAY = 86_400;

/** Retention in days. The TTL of the table removes items up to two days later. */
export interface Retention {
  /** Sync points after their end. */
  readonly endedDays: number;
  readonly eventDays: number;
  readonly messageDays: number;
}

/** Epoch seconds, the unit of the TTL of the table. */
export const expiryAfter = (fromMs: number, days: number): number =>
  Math.floor(fromMs / 1_000) + days * SECONDS_PER_DAY;
