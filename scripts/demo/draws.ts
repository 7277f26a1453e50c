/** What chance decides in the demo, from a seed, so that it can be told again. */
import { createHash } from 'node:crypto';

export class Draws {
  #state: number;
  readonly #lastOf = new Map<readonly unknown[], number>();

  /** @param seed any text; each scene has its own, since they run at once */
  constructor(seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readInt32LE();
  }

  /** 0 to 1; Mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(lowest: number, highest: number): number {
    return lowest + this.#next() * (highest - lowest);
  }

  whole(lowest: number, highest: number): number {
    return Math.floor(this.between(lowest, highest + 1));
  }

  /** True in so many of a hundred. */
  chance(percent: number): boolean {
    return this.#next() * 100 < percent;
  }

  /** One of them, but never the one that was picked last. */
  pick<Item>(items: readonly Item[]): Item {
    const last = this.#lastOf.get(items);
    const free = items.map((_, index) => index).filter((index) => index !== last || items.length === 1);
    const index = free[this.whole(0, free.length - 1)] ?? 0;
    this.#lastOf.set(items, index);
    return items[index] as Item;
  }

  /** One after the other, and from the first again. */
  inTurn<Item>(items: readonly Item[]): Item {
    const index = ((this.#lastOf.get(items) ?? -1) + 1) % items.length;
    this.#lastOf.set(items, index);
    return items[index] as Item;
  }
}
