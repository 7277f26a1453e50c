/// <reference lib="esnext.disposable" preserve="true" />
import { AuthenticationError, ConflictError, PermissionDeniedError } from './errors.ts';
import { isAborted, LAST_TRY } from './insist.ts';
import type { Transport } from './transport.ts';

/** Of `presence.keep`. */
export interface KeepOptions {
  /** How long each check-in counts: from 10 to 3,600. A third of it lies between two. Default: 60. */
  readonly ttlSeconds?: number | undefined;
  /** Stops it, like `stop`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Told of a check-in or check-out that failed, retries included; what it throws is ignored. The next check-in is
   * tried all the same, unless this agent may not check in any more (401, 403, 409). Default: nobody is told.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Of one check-in; a stop waits for it. */
const LONGEST_ATTEMPT_MS = 10_000;
/** Before a check-in is tried again, shortened at random by up to a half. */
const PAUSE_MS = 2_000;

/** Platforms that lack the symbol have none that `await using` would look for; esbuild's own looks for this one. */
const asyncDispose: typeof Symbol.asyncDispose =
  (Symbol as { readonly asyncDispose?: typeof Symbol.asyncDispose }).asyncDispose ??
  (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose);

/** The presence of this agent, kept until it is stopped or disposed. It keeps a process of Node running until then. */
export class KeptPresence {
  readonly #transport: Transport;
  readonly #options: KeepOptions;
  readonly #ttlSeconds: number;
  readonly #end = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #mayCheckIn = true;

  private constructor(transport: Transport, options: KeepOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#ttlSeconds = options.ttlSeconds ?? 60;
  }

  /** Resolves when the first check-in has been made. */
  static async start(transport: Transport, options: KeepOptions): Promise<KeptPresence> {
    const presence = new KeptPresence(transport, options);
    const { signal } = options;
    try {
      await transport.call('checkIn', { body: { ttlSeconds: presence.#ttlSeconds } }, { signal });
    } catch (error) {
      // It may have taken effect all the same, and nobody would check in again.
      if (signal?.aborted) await transport.call('checkOut', {}, LAST_TRY).catch(() => undefined);
      throw error;
    }
    presence.#running = presence.#keep();
    if (signal?.aborted) presence.#abort();
    else signal?.addEventListener('abort', presence.#abort, { once: true });
    return presence;
  }

  /**
   * Waits for a check-in under way, then checks out, once. If that fails, `onError` is told; the presence lapses.
   *
   * @example
   * await presence.stop();
   */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#checkOut());
  }

  [asyncDispose](): Promise<void> {
    return this.stop();
  }

  readonly #abort = (): void => {
    void this.stop();
  };

  async #keep(): Promise<void> {
    const { clock } = this.#transport;
    const intervalMs = (this.#ttlSeconds * 1_000) / 3;
    const { signal } = this.#end;
    let madeAtMs = clock.now();
    while (this.#mayCheckIn) {
      await clock.sleep(Math.max(0, madeAtMs + intervalMs - clock.now()), signal).catch(() => undefined);
      if (signal.aborted) return;
      madeAtMs = clock.now();
      await this.#checkIn(madeAtMs + intervalMs);
    }
  }

  /**
   * Retried until the next one is due. A stop ends the retries, but not a request under way: the check-out has to come
   * after it.
   */
  async #checkIn(endsAtMs: number): Promise<void> {
    const { clock } = this.#transport;
    const { signal } = this.#end;
    for (;;) {
      try {
        const body = { ttlSeconds: this.#ttlSeconds };
        const timeout = Math.min(LONGEST_ATTEMPT_MS, endsAtMs - clock.now());
        await this.#transport.call('checkIn', { body }, { maxRetries: 0, timeout });
        return;
      } catch (error) {
        this.#mayCheckIn = !FINAL.some((Class) => error instanceof Class);
        const pauseMs = PAUSE_MS * (0.5 + clock.random() / 2);
        if (this.#mayCheckIn && !signal.aborted && clock.now() + pauseMs < endsAtMs) {
          await clock.sleep(pauseMs, signal).catch(() => undefined);
          if (!isAborted(signal)) continue;
        }
        this.#tell(error);
        return;
      }
    }
  }

  #tell(error: unknown): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // Whoever is told can't end the presence.
    }
  }

  async #checkOut(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#end.abort();
    await this.#running;
    if (!this.#mayCheckIn) return;
    try {
      await this.#transport.call('checkOut');
    } catch (error) {
      this.#tell(error);
    }
  }
}

/** What can't become better by trying again. */
const FINAL = [AuthenticationError, PermissionDeniedError, ConflictError];
