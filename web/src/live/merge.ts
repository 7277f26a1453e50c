/** Two lists of the same order as one, and a list in pieces. */
import type { Piece } from './pager';

interface Source<T> {
  readonly rest: AsyncIterator<T>;
  next: IteratorResult<T>;
}

/**
 * @param isBefore whether the first comes before the second
 */
export async function* merged<T>(
  one: AsyncIterable<T>,
  other: AsyncIterable<T>,
  isBefore: (one: T, other: T) => boolean,
): AsyncGenerator<T> {
  const [a, b] = await Promise.all([sourceOf(one), sourceOf(other)]);
  for (;;) {
    if (a.next.done === true && b.next.done === true) return;
    const first = b.next.done === true || (a.next.done !== true && isBefore(a.next.value, b.next.value)) ? a : b;
    yield first.next.value as T;
    first.next = await first.rest.next();
  }
}

async function sourceOf<T>(list: AsyncIterable<T>): Promise<Source<T>> {
  const rest = list[Symbol.asyncIterator]();
  return { rest, next: await rest.next() };
}

/** The last piece may be shorter, or empty. */
export async function* inPieces<T>(list: AsyncIterable<T>, size: number): AsyncGenerator<Piece<T>> {
  let items: T[] = [];
  for await (const item of list) {
    if (items.length === size) {
      yield { items, isLast: false };
      items = [];
    }
    items.push(item);
  }
  yield { items, isLast: true };
}
