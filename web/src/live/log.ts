/** The log of one sync point or tracker: all of it for what is drawn from it, its newest end for what is told. */
import type { Event } from '@muster/client';
import { computed, signal } from '@preact/signals';
import type { once } from './keep-reading';
import { Pages, type ReadPage } from './pages';

/** More events than this aren't drawn: 105 requests. One for each of 10,000 participants fits, with some about all. */
export const MOST_EVENTS = 10_500;

interface EventQuery {
  readonly limit: number;
  readonly cursor?: string;
  readonly order?: 'newest';
}

export type ReadEvents = (query: EventQuery, options: ReturnType<typeof once>) => ReturnType<ReadPage<Event>>;

export class Log {
  /** As far as it is read, oldest first. */
  readonly all: Pages<Event>;
  /** Newest first, whether or not all of the log is read. */
  readonly recent = computed(() =>
    this.#isWhole.value ? this.all.items.value.toReversed() : this.#newest.items.value,
  );
  readonly isRead = computed(() => this.#isWhole.value || this.#newest.isRead.value);
  /** There are earlier ones than the `recent`. */
  readonly hasEarlier = computed(() => !this.#isWhole.value && this.#newest.hasMore.value);
  readonly #newest: Pages<Event>;
  readonly #isWhole = signal(false);

  constructor(read: ReadEvents) {
    this.all = new Pages(read);
    this.#newest = new Pages((page, options) => read({ ...page, order: 'newest' }, options));
  }

  /**
   * What has been logged since. 1 request for each page: the first time of all; later of the last two and those that
   * are new. The newest end is read by itself only where the log is longer than a page or two, so that it needn't wait.
   */
  async follow(signal: AbortSignal): Promise<void> {
    const isFirst = !this.all.isRead.peek();
    if (isFirst) await this.all.more(signal);
    if (this.all.hasMore.peek()) await this.#newest.again(signal);
    const isFull = this.all.items.peek().length >= MOST_EVENTS;
    if (!isFull && (!isFirst || this.all.hasMore.peek())) await this.all.follow(MOST_EVENTS, signal);
    this.#isWhole.value = !this.all.hasMore.peek();
  }

  /** Earlier ones than the `recent`. 1 request. */
  earlier(signal: AbortSignal): Promise<void> {
    return this.#newest.more(signal);
  }
}
