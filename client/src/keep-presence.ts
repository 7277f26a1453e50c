/// <reference lib="esnext.disposable" preserve="true" />
import { AuthenticationError, ConflictError, PermissionDeniedError } from './errors.ts';
import type { Transport } from './transport.ts';

export interface KeepOptions {
  /** How long each check-in counts: from 10 to 3,600. A third of it lies between two. Default: 60. */
  readonly ttlSeconds?: number | undefined;
  /** Stops it, like `stop`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Told of a check-in or check-out that failed, retries included. The next check-in is tried all the same, unless this
   * agent may not check in any more (401, 403, 409). Default: nobody is told.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

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
    await transport.call('checkIn', { body: { ttlSeconds: presence.#ttlSeconds } }, { signal });
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

  /** Retried until the next one is due. */
  async #checkIn(endsAtMs: number): Promise<void> {
    const options = { endsAtMs, maxRetries: Infinity };
    try {
      await this.#transport.call('checkIn', { body: { ttlSeconds: this.#ttlSeconds } }, options);
    } catch (error) {
      this.#mayCheckIn = !FINAL.some((Class) => error instanceof Class);
      this.#options.onError?.(error);
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
      this.#options.onError?.(error);
    }
  }
}

/** What can't become better by trying again. */
const FINAL = [AuthenticationError, PermissionDeniedError, ConflictError];
