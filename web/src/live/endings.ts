/** How what ended in the last hour has ended. */
import type { Event } from '@muster/client';
import { signal } from '@preact/signals';
import { serverNow } from './connection';
import { type Ending, endingOf } from './roster';

export const ENDINGS_WINDOW_MS = 3_600_000;

export interface EndingSeen {
  readonly atMs: number;
  readonly ending: Ending;
}

export class Endings {
  /** In any order. */
  readonly all = signal<readonly EndingSeen[]>([]);
  /** By the id of the event, which may be noted twice. */
  readonly #seen = new Map<string, EndingSeen>();

  note(events: readonly Event[]): void {
    const before = this.#seen.size;
    for (const { id, type, timestamp } of events) {
      const ending = endingOf(type);
      if (ending) this.#seen.set(id, { atMs: Date.parse(timestamp), ending });
    }
    if (this.#seen.size > before) this.all.value = [...this.#seen.values()];
  }

  sweep(): void {
    const oldestMs = serverNow() - ENDINGS_WINDOW_MS;
    const before = this.#seen.size;
    for (const [id, { atMs }] of this.#seen) if (atMs < oldestMs) this.#seen.delete(id);
    if (this.#seen.size < before) this.all.value = [...this.#seen.values()];
  }
}
