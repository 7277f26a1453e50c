import type { Limit, RequestOptions, Transport } from './transport.ts';
import type { ItemOf, Operation, PathOf, QueryOf } from './types.ts';

/** Items of a list as the API returns them at once. */
export interface Page<T> {
  readonly items: T[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** The operations that answer pages. */
export type ListOperation = { [O in Operation]: [ItemOf<O>] extends [never] ? never : O }[Operation];

/**
 * A list: loop over it for every item, or await it for its first page.
 *
 * @example
 * for await (const event of muster.events.list({ type: ['AGENT_FAILED'] })) console.log(event.relatedId);
 *
 * const { items, nextCursor } = await muster.events.list({ limit: 100 });
 */
export class List<T> implements AsyncIterable<T>, PromiseLike<Page<T>> {
  readonly #read: (cursor: string | undefined) => Promise<Page<T>>;

  constructor(read: (cursor: string | undefined) => Promise<Page<T>>) {
    this.#read = read;
  }

  static of<O extends ListOperation>(
    transport: Transport,
    operation: O,
    call: { readonly path?: PathOf<O>; readonly query?: Omit<QueryOf<O>, 'cursor'> | undefined },
    options?: RequestOptions & Limit,
  ): List<ItemOf<O>> {
    return new List(async (cursor) => {
      // Only the first page is waited for: behind it, an empty one is the end.
      const query = {
        ...call.query,
        ...(cursor !== undefined && { cursor, wait: undefined }),
      } as unknown as QueryOf<O>;
      const page: unknown = await transport.call(operation, { path: call.path, query }, options);
      return page as Page<ItemOf<O>>;
    });
  }

  /** The first page. */
  then<Result = Page<T>, Rejected = never>(
    resolved?: ((page: Page<T>) => Result | PromiseLike<Result>) | null,
    rejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result | Rejected> {
    return this.#read(undefined).then(resolved, rejected);
  }

  /** Page after page. A page may be empty and not be the last. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.#read(cursor);
      yield page;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const { items } of this.pages()) yield* items;
  }

  /** Every item, or the first so many. */
  async toArray({ limit = Infinity }: { readonly limit?: number } = {}): Promise<T[]> {
    const items: T[] = [];
    if (limit <= 0) return items;
    for await (const item of this) {
      items.push(item);
      if (items.length >= limit) break;
    }
    return items;
  }
}
