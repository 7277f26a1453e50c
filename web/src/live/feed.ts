/** The log of all events as it grows, for admins. */
import type { Event, Filter, Muster } from '@muster/client';
import { serverNow } from './connection';
import { LATE_TYPES } from './event-types';
import { once } from './keep-reading';

/** An event carries the time of its change and is logged a moment later: so far back is read again. */
const OVERLAP_MS = 4_000;

/** Clocks differ, and what happened while the first lists were read is read once more. */
const BEFORE_START_MS = 10_000;

/** Those of `LATE_TYPES` are looked for so far back, so often. */
const LATE_MS = 120_000;
const LATE_EVERY_MS = 10_000;

/** No list goes back further. */
const KEPT_MS = LATE_MS + 60_000;

const PAGE = 100;

export class Feed {
  readonly #muster: Muster;
  readonly #now: () => number;
  /** When each event was read last, by its id. */
  readonly #seen = new Map<string, number>();
  #newestMs: number;
  #lateNextMs = 0;

  /**
   * @param startMs by the clock of Muster
   * @param now its clock
   */
  constructor(muster: Muster, startMs: number, now = serverNow) {
    this.#muster = muster;
    this.#now = now;
    this.#newestMs = startMs - BEFORE_START_MS + OVERLAP_MS;
  }

  /** Those that haven't been returned yet, oldest first; those that were logged late come last. */
  async next(signal: AbortSignal): Promise<Event[]> {
    const nowMs = this.#now();
    const fresh = await this.#read({ since: isoOf(this.#newestMs - OVERLAP_MS) }, signal);
    const isLateDue = nowMs >= this.#lateNextMs;
    const late = isLateDue ? await this.#read({ since: isoOf(nowMs - LATE_MS), type: [...LATE_TYPES] }, signal) : [];
    // All has been read: nothing is left out if a request fails.
    if (isLateDue) this.#lateNextMs = nowMs + LATE_EVERY_MS;
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
