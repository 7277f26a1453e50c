const SECONDS_PER_DAY = 86_400;

/** How long things are kept, in days; the table's TTL removes them, up to two days later than said. */
export interface Retention {
  /** Sync points after their end. */
  readonly endedDays: number;
  readonly eventDays: number;
  readonly messageDays: number;
}

/** Epoch seconds, as the table's TTL wants them. */
export const expiryAfter = (fromMs: number, days: number): number =>
  Math.floor(fromMs / 1_000) + days * SECONDS_PER_DAY;
