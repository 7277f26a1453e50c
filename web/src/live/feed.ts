/** The log of all events as it grows, for admins. */
import type { Event, Filter, Muster } from '@muster/client';
import { serverNow } from './connection';
import { LATE_TYPES } from './event-types';
import { once } from './keep-reading';

/** An event carries the time of its change and is logged a moment later: so far back is read again. */
const OVERLAP_MS = 4_000;

/** Clocks differ, and what happened while the first lists were read is read once more. */
const BEFORE_START_MS = 10_000;

/** Those of `LATE_TYPES` are looked for so far back, so often; all others when the log is read whole. */
const LATE_MS = 120_000;
const LATE_EVERY_MS = 10_000;

/** If more is kept in mind, the log isn't read whole: that would hold up what is new for more than ten requests. */
const MOST_READ_WHOLE = 1_000;

/** No list goes back further. */
const KEPT_MS = LATE_MS + 60_000;

const PAGE = 100;

export class Feed {
  readonly #muster: Muster;
  readonly #now: () => number;
  /** When each event was read last, by its id. */
  readonly #seen = new Map<string, number>();
  readonly #firstMs: number;
  #newestMs: number;
  #lateNextMs = 0;

  /**
   * @param startMs by the clock of Muster
   * @param now its clock
   */
  constructor(muster: Muster, startMs: number, now = serverNow) {
    this.#muster = muster;
    this.#now = now;
    this.#firstMs = startMs - BEFORE_START_MS;
    this.#newestMs = this.#firstMs + OVERLAP_MS;
  }

  /**
   * Those that haven't been returned yet, oldest first; those of `LATE_TYPES` that were logged late come last.
   *
   * @param isWhole with all that was logged late since the start, whatever it is
   */
  async next(signal: AbortSignal, isWhole = false): Promise<Event[]> {
    const nowMs = this.#now();
    const withLate = isWhole && this.#seen.size <= MOST_READ_WHOLE;
    const freshMs = this.#newestMs - OVERLAP_MS;
    const sinceMs = withLate ? Math.min(freshMs, Math.max(this.#firstMs, nowMs - LATE_MS)) : freshMs;
    const fresh = await this.#read({ since: isoOf(sinceMs) }, signal);
    const isLateDue = !withLate && nowMs >= this.#lateNextMs;
    const late = isLateDue ? await this.#read({ since: isoOf(nowMs - LATE_MS), type: [...LATE_TYPES] }, signal) : [];
    // All has been read: nothing is left out if a request fails.
    if (isLateDue || withLate) this.#lateNextMs = nowMs + LATE_EVERY_MS;
    for (const { timestamp } of fresh) this.#newestMs = Math.max(this.#newestMs, Date.parse(timestamp));
    const read = new Map([...fresh, ...late].map((event) => [event.id, event]));
    for (const [id, seenMs] of this.#seen) if (seenMs < nowMs - KEPT_MS) this.#seen.delete(id);
    for (const id of read.keys()) this.#seen.set(id, nowMs);
    return [...read.values()];
  }

  async #read(filter: Filter<'listEvents'>, signal: AbortSignal): Promise<Event[]> {
    const list = this.#muster.events.list({ ...filter, order: 'oldest', limit: PAGE }, once(signal));
    const unseen: Event[] = [];
    for await (const event of list) {
      // What is in the overlap is kept in mind for as long as it is.
      if (this.#seen.has(event.id)) this.#seen.set(event.id, this.#now());
      else unseen.push(event);
    }
    return unseen;
  }
}

const isoOf = (epochMs: number): string => new Date(epochMs).toISOString();
