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

  /**
   * @param startMs by the clock of Muster
   * @param known the newest events until then, which aren't returned again
   */
  constructor(muster: Muster, startMs: number, known: readonly Event[]) {
    this.#muster = muster;
    for (const { id, timestamp } of known) this.#seen.set(id, Date.parse(timestamp));
    this.#sinceMs = startMs - OVERLAP_MS;
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
