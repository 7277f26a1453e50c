import { Numbers } from './known-items';

/**
 * When the acts of all racers began (their first request took effect) and ended, as small numbers: an act came before
 * another if and only if it ended at a lower number than the other began. Two runs have the same numbers exactly when
 * the same acts came before the same others.
 */
export interface ActTimes {
  readonly began: readonly number[];
  readonly ended: readonly number[];
}

/** Of each racer, before anything happened. */
export const noTimesOf = (racers: readonly unknown[]): readonly ActTimes[] =>
  racers.map(() => ({ began: [], ended: [] }));

/** How far a racer is: what its acts were told that are done, and whether the next has been answered a request. */
interface Progress {
  readonly told: readonly unknown[];
  readonly hasBegun: boolean;
}

/** The times after a racer did something: by now so many of its acts are done, and the next has begun or not. */
export function timesAfter(
  times: readonly ActTimes[],
  racer: number,
  { told, hasBegun }: Progress,
): readonly ActTimes[] {
  const began = [...(times[racer]?.began ?? [])];
  const ended = [...(times[racer]?.ended ?? [])];
  const latestBeginning = (): number => Math.max(0, ...began, ...times.flatMap((one) => one.began));
  const latestEnd = (): number => Math.max(-1, ...ended, ...times.flatMap((one) => one.ended));
  const begin = (): unknown => began.push(Math.max(latestBeginning(), latestEnd() + 1));
  while (ended.length < told.length) {
    // An act that asked for nothing began when it ended.
    if (began.length === ended.length) begin();
    ended.push(latestBeginning());
  }
  if (hasBegun && began.length === ended.length) begin();
  return times.map((one, index) => (index === racer ? { began, ended } : one));
}

/** The times of all acts, each with a number of its own. */
export class KnownTimes {
  readonly #numbers = new Numbers();
  readonly #times: (readonly ActTimes[])[] = [];
  /** By the number of the times before, and who did what. */
  readonly #after: (number[] | undefined)[] = [];

  beginning(positions: readonly Progress[]): number {
    return this.#numberOf(
      positions.reduce((times, position, racer) => timesAfter(times, racer, position), noTimesOf(positions)),
    );
  }

  of(number: number): readonly ActTimes[] {
    return this.#times[number] ?? [];
  }

  after(number: number, racer: number, from: Progress, to: Progress): number {
    if (to.hasBegun === from.hasBegun && to.told.length === from.told.length) return number;
    const known = (this.#after[number] ??= []);
    const what = (to.told.length * 2 + Number(to.hasBegun)) * this.of(number).length + racer;
    return (known[what] ??= this.#numberOf(timesAfter(this.of(number), racer, to)));
  }

  #numberOf(times: readonly ActTimes[]): number {
    const number = this.#numbers.of(JSON.stringify(times));
    this.#times[number] = times;
    return number;
  }
}
