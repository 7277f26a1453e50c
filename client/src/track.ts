import { ConflictError } from './errors.ts';
import { insist } from './insist.ts';
import type { Transport } from './transport.ts';
import type { Fail, ReportProgress } from './types.ts';

/** Of `trackers.track`. */
export interface TrackOptions {
  /** Between two reports, at least; of the steps meanwhile, the latest is sent. Default: 1,000. */
  readonly minIntervalMs?: number | undefined;
  /** Ends the sending of reports; `flush` and the next report then throw the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Of `track.wrap`. */
export interface WrapOptions {
  /** Steps done before the first item. Default: 0. */
  readonly from?: number | undefined;
}

type Items<T> = Iterable<T> | AsyncIterable<T>;

/** How long telling the failure of a loop is tried while Muster is away. */
const GIVE_UP_MS = 60_000;
/** As the API allows it. */
const LONGEST_REASON = 2_000;

/**
 * Reports of this agent to one progress tracker, at most so often: the latest step is sent, and those before it that
 * had to wait are not. A report is repeated until it is answered, also through a restart of the service.
 *
 * What the service refuses (the tracker has ended, the step went back) is thrown by the next `report` or `flush`.
 *
 * @example
 * const track = muster.trackers.track('import');
 * for await (const row of track.wrap(rows)) await insert(row);
 */
export class Track {
  readonly #transport: Transport;
  readonly #id: string;
  readonly #minIntervalMs: number;
  readonly #end = new AbortController();
  readonly #signal: AbortSignal;
  #latest: ReportProgress | undefined;
  #sending: Promise<void> | undefined;
  #sentAtMs = -Infinity;
  #callOff: (() => void) | undefined;
  #refused: { readonly error: unknown } | undefined;

  constructor(transport: Transport, id: string, { minIntervalMs = 1_000, signal }: TrackOptions = {}) {
    this.#transport = transport;
    this.#id = id;
    this.#minIntervalMs = minIntervalMs;
    this.#signal = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
  }

  /**
   * Says that this step has been reached. It returns at once.
   *
   * @example
   * track.report(40, { data: { rows: 4_000 } });
   *
   * @throws what an earlier report was refused with
   */
  report(step: number, { data }: { readonly data?: unknown } = {}): void {
    this.#throwRefused();
    this.#latest = { step, ...(data !== undefined && { data }) };
    this.#schedule();
  }

  /**
   * Sends at once what is left to send, and resolves when it has been answered.
   *
   * @example
   * await track.flush();
   *
   * @throws what a report was refused with
   */
  async flush(): Promise<void> {
    await this.#drain();
    this.#throwRefused();
  }

  /**
   * Says that this agent won't make it, and why, after the latest step.
   *
   * @example
   * await track.fail({ reason: 'The file ends in the middle of a row' });
   */
  async fail(failure: Fail = {}): Promise<void> {
    await this.#drain();
    this.#refused = undefined;
    const call = { path: { id: this.#id }, body: failure };
    await insist(this.#signal, (options) => this.#transport.call('failAtProgressTracker', call, options));
  }

  /**
   * Reports how many items have been dealt with: those of a loop, or those that a function was called with. If the loop
   * is left early or the function throws, the participant fails. Only the function's error is known as the reason.
   *
   * @example
   * for await (const row of track.wrap(rows)) await insert(row);
   *
   * await track.wrap(rows, insert, { from: 1_000 });
   */
  wrap<T>(items: Items<T>, options?: WrapOptions): AsyncGenerator<T, void, undefined>;
  wrap<T>(items: Items<T>, body: (item: T) => unknown, options?: WrapOptions): Promise<void>;
  wrap<T>(
    items: Items<T>,
    bodyOrOptions: ((item: T) => unknown) | WrapOptions = {},
    options: WrapOptions = {},
  ): AsyncGenerator<T, void, undefined> | Promise<void> {
    if (typeof bodyOrOptions !== 'function') return this.#each(items, bodyOrOptions);
    return this.#call(items, bodyOrOptions, options);
  }

  async *#each<T>(items: Items<T>, { from = 0 }: WrapOptions): AsyncGenerator<T, void, undefined> {
    let step = from;
    let isOver = false;
    try {
      for await (const item of items) {
        yield item;
        step += 1;
        this.report(step);
      }
      await this.#finish(step, from);
      isOver = true;
    } catch (error) {
      isOver = true;
      await this.#giveUp(error);
    } finally {
      if (!isOver) await this.#failUnlessEnded('The loop was left before its end.');
    }
  }

  async #call<T>(items: Items<T>, body: (item: T) => unknown, { from = 0 }: WrapOptions): Promise<void> {
    let step = from;
    try {
      for await (const item of items) {
        await body(item);
        step += 1;
        this.report(step);
      }
      await this.#finish(step, from);
    } catch (error) {
      await this.#giveUp(error);
    }
  }

  async #finish(step: number, from: number): Promise<void> {
    // Nothing was left to do, so nothing has been reported.
    if (step === from) this.report(step);
    await this.flush();
  }

  /** @throws the error, whatever becomes of telling it */
  async #giveUp(error: unknown): Promise<never> {
    const message = error instanceof Error && error.message !== '' ? error.message : String(error);
    const reason = message.slice(0, LONGEST_REASON).toWellFormed();
    await this.#failUnlessEnded(reason).catch(() => undefined);
    throw error;
  }

  /** Within about a minute: the loop's own error waits for it. */
  async #failUnlessEnded(reason: string): Promise<void> {
    const cancel = this.#transport.clock.after(GIVE_UP_MS, () => {
      this.#end.abort();
    });
    try {
      await this.fail({ reason });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    } finally {
      cancel();
    }
  }

  #throwRefused(): void {
    const refused = this.#refused;
    this.#refused = undefined;
    if (refused) throw refused.error;
  }

  async #drain(): Promise<void> {
    while (this.#sending ?? this.#latest) {
      this.#send();
      await this.#sending;
    }
  }

  /** One at a time, and each at least `minIntervalMs` after the one before. */
  #schedule(): void {
    if (this.#callOff || this.#sending || !this.#latest) return;
    const { clock } = this.#transport;
    const leftMs = this.#sentAtMs + this.#minIntervalMs - clock.now();
    if (leftMs <= 0) this.#send();
    else {
      this.#callOff = clock.after(leftMs, () => {
        this.#send();
      });
    }
  }

  #send(): void {
    if (this.#sending || !this.#latest) return;
    this.#callOff?.();
    this.#callOff = undefined;
    const call = { path: { id: this.#id }, body: this.#latest };
    const options = { signal: this.#signal, maxRetries: Infinity };
    this.#latest = undefined;
    this.#sentAtMs = this.#transport.clock.now();
    this.#sending = this.#transport
      .call('reportProgress', call, options)
      .then(
        () => undefined,
        (error: unknown) => {
          this.#refused ??= { error };
        },
      )
      .then(() => {
        this.#sending = undefined;
        this.#schedule();
      });
  }
}
