/** A list that grows when someone asks for more. */
import type { List } from '@muster/client';
import { batch, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { messageOf } from '../session';

/** A filter may leave little of a page: after so many, whoever looks decides whether to go on. */
const MOST_PAGES_AT_ONCE = 5;

export interface Piece<T> {
  readonly items: readonly T[];
  readonly isLast: boolean;
}

export class Pager<T> {
  readonly items = signal<readonly T[]>([]);
  readonly state = signal<'reading' | 'more' | 'done'>('more');
  readonly error = signal<string | null>(null);
  readonly #open: () => AsyncIterable<Piece<T>>;
  readonly #enough: number;
  #pages: AsyncIterator<Piece<T>> | undefined;

  /**
   * @param open starts to read from the beginning
   * @param enough goes on until there are so many more, if pages have few
   */
  constructor(open: () => AsyncIterable<Piece<T>>, enough = 1) {
    this.#open = open;
    this.#enough = enough;
  }

  async more(): Promise<void> {
    if (this.state.value !== 'more') return;
    this.state.value = 'reading';
    this.error.value = null;
    try {
      await this.#read();
    } catch (error) {
      batch(() => {
        // A generator that has thrown is at its end: the next try starts anew.
        this.#pages = undefined;
        this.items.value = [];
        this.state.value = 'more';
        this.error.value = messageOf(error);
      });
    }
  }

  async #read(): Promise<void> {
    this.#pages ??= this.#open()[Symbol.asyncIterator]();
    const before = this.items.value.length;
    for (let read = 0; read < MOST_PAGES_AT_ONCE; read += 1) {
      const next = await this.#pages.next();
      if (next.done !== true) this.items.value = [...this.items.value, ...next.value.items];
      if (next.done === true || next.value.isLast) {
        this.state.value = 'done';
        return;
      }
      if (this.items.value.length - before >= this.#enough) break;
    }
    this.state.value = 'more';
  }
}

/**
 * @param open starts to read from the beginning
 * @param key with another one, it is another list
 */
export function usePager<T>(open: () => AsyncIterable<Piece<T>>, key: string): Pager<T> {
  const pager = useMemo(() => new Pager(open), [key]);
  useEffect(() => void pager.more(), [pager]);
  return pager;
}

/** Of the client. */
export async function* piecesOf<T>(list: List<T>): AsyncGenerator<Piece<T>> {
  for await (const { items, nextCursor } of list.pages()) yield { items, isLast: nextCursor === null };
}
