import { setTimeout as delay } from 'node:timers/promises';
import type { Cast } from './cast';
import type { Draws } from './draws';

export interface Stage {
  readonly cast: Cast;
  /** Of this scene alone. */
  readonly draws: Draws;
  readonly signal: AbortSignal;
  /** Waits for a time drawn from between the two. */
  readonly pause: (shortestMs: number, longestMs: number) => Promise<void>;
  /** An id that hasn't been there before, and can be read: `release-3`. */
  readonly nextId: (what: string) => string;
}

/** One round of something; it is played again and again. */
export type Scene = (stage: Stage) => Promise<void>;

export function stageOf(cast: Cast, draws: Draws, signal: AbortSignal): Stage {
  const used = new Map<string, number>();
  return {
    cast,
    draws,
    signal,
    pause: (shortestMs, longestMs) => delay(draws.between(shortestMs, longestMs), undefined, { signal }),
    nextId: (what) => {
      const number = (used.get(what) ?? 0) + 1;
      used.set(what, number);
      return `${what}-${number}`;
    },
  };
}
