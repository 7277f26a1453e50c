import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly sleeps: boolean;
  readonly fire: () => void;
}

interface Settings {
  /** Milliseconds since 1970. */
  readonly startMs?: number;
  /**
   * Whether time jumps to the end of the next sleep as soon as nothing else is to do. Limits (`after`) come due when
   * a jump passes them, but cause none: a real answer may still come.
   */
  readonly advancesItself?: boolean;
  /** The jitter of all pauses; 1: none is shortened. */
  readonly random?: number;
}

/**
 * A clock whose time moves only when it is told, or by itself to the next sleeper.
 *
 * @example
 * const clock = new TurnedClock();
 * const slept = clock.sleep(5_000);
 * await clock.advance(5_000);
 * await slept;
 */
export class TurnedClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #waiting = new Set<() => void>();
  readonly #settings: Required<Settings>;
  #nowMs: number;
  #jumps = false;

  constructor({ startMs = Date.UTC(2030, 0), advancesItself = false, random = 1 }: Settings = {}) {
    this.#settings = { startMs, advancesItself, random };
    this.#nowMs = startMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly random = (): number => this.#settings.random;

  readonly after = (ms: number, callback: () => void): (() => void) =>
    ms === Infinity ? () => undefined : this.#add({ atMs: this.#nowMs + ms, sleeps: false, fire: callback });

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const fire = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const cancel = this.#add({ atMs: this.#nowMs + ms, sleeps: true, fire });
      signal?.addEventListener('abort', stop, { once: true });
    });
  };

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.#nowMs - this.#settings.startMs;
  }

  /** How many sleep. */
  get sleepers(): number {
    return [...this.#timers].filter(({ sleeps }) => sleeps).length;
  }

  /** How many limits are set and neither passed nor called off; a test may expect that none is left over. */
  get limits(): number {
    return this.#timers.size - this.sleepers;
  }

  /** Resolves as soon as so many sleep. */
  async sleeping(count = 1): Promise<void> {
    while (this.sleepers < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Turns the time on, timer by timer in their order; what a timer sets off in this process runs before the next. */
  async advance(ms: number): Promise<void> {
    await settled();
    await this.#turnTo(this.#nowMs + ms);
  }

  async #turnTo(atMs: number): Promise<void> {
    for (let next = this.#next(); next && next.atMs <= atMs; next = this.#next()) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fire();
      await settled();
    }
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }

  /** The earliest; of two at once, the one that was set first. */
  #next(timers: Iterable<Timer> = this.#timers): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of timers) if (!earliest || timer.atMs < earliest.atMs) earliest = timer;
    return earliest;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    if (timer.sleeps && this.#settings.advancesItself) void this.#jump();
    return () => {
      this.#timers.delete(timer);
    };
  }

  async #jump(): Promise<void> {
    if (this.#jumps) return;
    this.#jumps = true;
    await settled();
    for (;;) {
      const next = this.#next([...this.#timers].filter(({ sleeps }) => sleeps));
      if (!next) break;
      await this.#turnTo(next.atMs);
    }
    this.#jumps = false;
  }
}

/** Long enough for everything that waits for promises only. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
