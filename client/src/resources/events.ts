import { List } from '../list.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type { Event, Filter } from '../types.ts';

/** The log of everything that this agent may see. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Lists events, by type, by what they are about, or since a time.
   *
   * @example
   * for await (const event of muster.events.list({ relatedId: 'nightly' })) console.log(event.timestamp, event.type);
   */
  list(filter?: Filter<'listEvents'>, options?: RequestOptions): List<Event> {
    return List.of(this.#transport, 'listEvents', { query: filter }, options);
  }
}
