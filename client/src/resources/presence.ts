import type { ApiPromise } from '../api-promise.ts';
import { type KeepOptions, KeptPresence } from '../keep-presence.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type { CheckIn, Presence as PresenceView } from '../types.ts';

/** Whether this agent is there. Who misses its next check-in is lost, which others are told. */
export class Presence {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Checks in for so many seconds (10 to 3,600).
   *
   * @example
   * await muster.presence.checkIn({ ttlSeconds: 60 });
   */
  checkIn(checkIn: CheckIn, options?: RequestOptions): ApiPromise<PresenceView> {
    return this.#transport.call('checkIn', { body: checkIn }, options);
  }

  /**
   * Checks out: this agent leaves in good order, and is not lost.
   *
   * @example
   * await muster.presence.checkOut();
   */
  checkOut(options?: RequestOptions): ApiPromise<undefined> {
    return this.#transport.call('checkOut', {}, options);
  }

  /**
   * Checks in, and again every third of `ttlSeconds` until it is disposed or stopped; then checks out.
   *
   * @example
   * const presence = await muster.presence.keep({ ttlSeconds: 60 });
   * try {
   *   await work();
   * } finally {
   *   await presence.stop();
   * }
   *
   * // The same, in TypeScript or on Node 24:
   * await using kept = await muster.presence.keep({ ttlSeconds: 60 });
   */
  keep(options: KeepOptions = {}): Promise<KeptPresence> {
    return KeptPresence.start(this.#transport, options);
  }
}
