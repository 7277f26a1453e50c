/** Takes messages off an inbox one by one, so that none is worked on twice at once. */
import { isAborted } from './insist.ts';
import type { Call, Transport } from './transport.ts';
import type { InboxMessage } from './types.ts';

/** Of `inbox.listen` and `inbox.handle`. */
export interface TakeOptions {
  /** Ends the loop; what is under way by then is described at `listen` and `handle`. */
  readonly signal?: AbortSignal | undefined;
  /** Only messages whose content has this type. */
  readonly type?: string | undefined;
  /** Only messages of this priority. */
  readonly priority?: InboxMessage['priority'] | undefined;
}

const WAIT_SECONDS = 20;
/** Of messages that aren't held. */
const LISTED_AT_ONCE = 20;
/** The most that the API lists at once. */
const PAGE = 100;
/** A list is used for so long, then it is read anew: something more urgent may have come. */
const FRESH_MS = 1_000;
/** Between two looks while the inbox holds nothing but what has been taken: a long poll would end at once. */
const PAUSE_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;

/** Of a page: the first is waited for, the others follow it. */
type Place = { readonly wait: number } | { readonly cursor: string };

export class Taker {
  readonly #transport: Transport;
  readonly #options: TakeOptions;
  readonly #stop = new AbortController();
  readonly #abort = (): void => {
    this.stop();
  };
  /** Until when a message is left alone; Infinity: it is being worked on, or was and stays unacknowledged. */
  readonly #heldUntilMs = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  /** Since the last look, which may have been answered before. */
  readonly #acknowledged = new Set<string>();
  #list: InboxMessage[] = [];
  #askedAtMs = -Infinity;
  #listedAtMs = -Infinity;
  #wake: () => void = () => undefined;

  constructor(transport: Transport, options: TakeOptions) {
    this.#transport = transport;
    this.#options = options;
    const { signal } = options;
    if (signal?.aborted) this.stop();
    else signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** The most urgent message that isn't held, which it then is; waits for one. Undefined: it has been stopped. */
  async take(): Promise<InboxMessage | undefined> {
    const { clock } = this.#transport;
    const { signal } = this.#stop;
    try {
      while (!signal.aborted) {
        if (clock.now() - this.#listedAtMs >= FRESH_MS || this.#list.length === 0) await this.#look(signal);
        const message = this.#list.shift();
        if (message === undefined) await this.#pause(signal);
        else if (this.#isFree(message)) {
          this.#heldUntilMs.set(message.id, Infinity);
          return message;
        }
      }
    } catch (error) {
      if (!isAborted(signal)) throw error;
    }
    return undefined;
  }

  acknowledged(id: string): void {
    this.#acknowledged.add(id);
    this.#failures.delete(id);
    this.#wake();
  }

  /** It stays unacknowledged and may be taken again after a pause, which grows from a second to a minute. */
  failed(id: string): void {
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    this.#heldUntilMs.set(id, this.#transport.clock.now() + Math.min(LONGEST_HOLD_MS, 1_000 * 2 ** failures));
  }

  stop(): void {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#stop.abort();
  }

  /** Reads the inbox up to the first page that has something to take. */
  async #look(signal: AbortSignal): Promise<void> {
    for (const id of this.#acknowledged) this.#heldUntilMs.delete(id);
    this.#acknowledged.clear();
    const { type, priority } = this.#options;
    const limit = Math.min(PAGE, LISTED_AT_ONCE + this.#heldUntilMs.size);
    const filter = {
      unacknowledged: true,
      limit,
      ...(type !== undefined && { type }),
      ...(priority !== undefined && { priority }),
    };
    const options = { signal, maxRetries: Infinity };
    let place: Place | undefined = { wait: WAIT_SECONDS };
    const listed = new Set<string>();
    this.#askedAtMs = this.#transport.clock.now();
    do {
      const call: Call<'readInbox'> = { query: { ...filter, ...place } };
      const { items, nextCursor } = await this.#transport.call('readInbox', call, options);
      this.#list = items.filter((message) => this.#isFree(message));
      for (const { id } of items) listed.add(id);
      place = nextCursor === null ? undefined : { cursor: nextCursor };
    } while (this.#list.length === 0 && place);
    if (!place) this.#forgetOthers(listed);
    this.#listedAtMs = this.#transport.clock.now();
  }

  /** What failed and is no longer listed has expired, or was acknowledged elsewhere. */
  #forgetOthers(listed: ReadonlySet<string>): void {
    for (const [id, untilMs] of this.#heldUntilMs) {
      if (untilMs === Infinity || listed.has(id)) continue;
      this.#heldUntilMs.delete(id);
      this.#failures.delete(id);
    }
  }

  #isFree({ id }: InboxMessage): boolean {
    return (this.#heldUntilMs.get(id) ?? -Infinity) <= this.#transport.clock.now();
  }

  /** Until something has been acknowledged, at most for a second since the inbox was asked. */
  async #pause(signal: AbortSignal): Promise<void> {
    const { clock } = this.#transport;
    // An inbox without messages has been waited at, unless something in between answers at once.
    const sinceMs = this.#heldUntilMs.size === 0 ? this.#askedAtMs : clock.now();
    const restMs = sinceMs + PAUSE_MS - clock.now();
    if (restMs <= 0) return;
    const pause = new AbortController();
    this.#wake = () => {
      pause.abort();
    };
    signal.addEventListener('abort', this.#wake, { once: true });
    try {
      await this.#transport.clock.sleep(restMs, pause.signal);
    } catch (error) {
      if (!pause.signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', this.#wake);
    }
  }
}
