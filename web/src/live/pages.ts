import { batch, signal } from '@preact/signals';
import { once } from './keep-reading';

const LIMIT = 100;

/** Which page; the lists of the client take the place of a page as well, for those who page by hand. */
interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export type ReadPage<Item> = (
  query: PageQuery,
  options: ReturnType<typeof once>,
) => PromiseLike<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>;

/** A list as far as it has been read, page by page. What has been read can be read again. */
export class Pages<Item> {
  readonly items = signal<readonly Item[]>([]);
  readonly isRead = signal(false);
  readonly hasMore = signal(false);
  readonly #read: ReadPage<Item>;
  readonly #limit: number;
  #pages: (readonly Item[])[] = [];
  /** Where each page starts, and the one after the last. */
  #cursors: (string | undefined)[] = [undefined];
  /** Readings follow each other, so that none is made of two states. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(read: ReadPage<Item>, limit = LIMIT) {
    this.#read = read;
    this.#limit = limit;
  }

  /** The next page, the first one to begin with. 1 request. */
  more(signal: AbortSignal): Promise<void> {
    return this.#after(() => this.#readFrom(this.#pages.length, this.#pages.length + 1, signal));
  }

  /** All pages that were read. 1 request for each. */
  again(signal: AbortSignal): Promise<void> {
    return this.#after(() => this.#readFrom(0, Math.max(1, this.#pages.length), signal));
  }

  /**
   * To the end of a list that grows there, or until there are so many items. The last two pages are read again: an
   * entry may be written a moment after its time. 1 request for each page.
   */
  follow(most: number, signal: AbortSignal): Promise<void> {
    return this.#after(() =>
      this.#readFrom(Math.max(0, this.#pages.length - 2), Math.ceil(most / this.#limit), signal),
    );
  }

  #after(read: () => Promise<void>): Promise<void> {
    const reading = this.#reading.then(read);
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #readFrom(first: number, end: number, signal: AbortSignal): Promise<void> {
    const shown = this.#pages.length;
    const pages = this.#pages.slice(0, first);
    const cursors = this.#cursors.slice(0, first + 1);
    for (let index = first; index < end && index < cursors.length; index += 1) {
      const cursor = cursors[index];
      const query = { limit: this.#limit, ...(cursor !== undefined && { cursor }) };
      const { items, nextCursor } = await this.#read(query, once(signal));
      pages.push(items);
      if (nextCursor !== null) cursors.push(nextCursor);
      // What was shown before stays until all of it has been read again.
      if (pages.length >= shown) this.#show([...pages], [...cursors]);
    }
    this.#show(pages, cursors);
  }

  #show(pages: (readonly Item[])[], cursors: (string | undefined)[]): void {
    this.#pages = pages;
    this.#cursors = cursors;
    batch(() => {
      this.items.value = pages.flat();
      this.hasMore.value = cursors.length > pages.length;
      this.isRead.value = true;
    });
  }
}
