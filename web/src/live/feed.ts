/** The log of all events as it grows, for admins. */
import type { Event, Muster } from '@muster/client';
import { once } from './keep-reading';

/** An event carries the time of its change and is logged a moment later: so far back is read again. */
const OVERLAP_MS = 4_000;

const PAGE = 100;

export class Feed {
  readonly #muster: Muster;
  readonly #seen = new Map<string, number>();
  #sinceMs: number;

  /** @param sinceMs from when on, by the clock of Muster */
  constructor(muster: Muster, sinceMs: number) {
    this.#muster = muster;
    this.#sinceMs = sinceMs;
  }

  /** Those that haven't been returned yet, oldest first. */
  async next(signal: AbortSignal): Promise<Event[]> {
    const since = new Date(this.#sinceMs).toISOString();
    const fresh: Event[] = [];
    const list = this.#muster.events.list({ since, order: 'oldest', limit: PAGE }, once(signal));
    for await (const event of list) if (!this.#seen.has(event.id)) fresh.push(event);
    for (const event of fresh) this.#seen.set(event.id, Date.parse(event.timestamp));
    const newestMs = Math.max(this.#sinceMs + OVERLAP_MS, ...this.#seen.values());
    this.#sinceMs = newestMs - OVERLAP_MS;
    for (const [id, atMs] of this.#seen) if (atMs < this.#sinceMs) this.#seen.delete(id);
    return fresh;
  }
}
