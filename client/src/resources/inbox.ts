import type { ApiPromise } from '../api-promise.ts';
import { List } from '../list.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type {
  Acknowledge,
  AcknowledgedMessage,
  AcknowledgeMany,
  Acknowledgements,
  InboxMessage,
  QueryOf,
} from '../types.ts';

/** The messages to this agent. */
export class Inbox {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Lists messages: all, oldest first, or with `unacknowledged` those still to be dealt with, most urgent first. With
   * `wait`, seconds up to 20, an empty list is answered as soon as there is a message.
   *
   * @example
   * for await (const { content } of muster.inbox.list({ unacknowledged: true })) console.log(content.type);
   */
  list(filter?: Omit<QueryOf<'readInbox'>, 'cursor'>, options?: RequestOptions): List<InboxMessage> {
    return List.of(this.#transport, 'readInbox', { query: filter }, options);
  }

  /**
   * Acknowledges a message, with data for its sender if there is any.
   *
   * @example
   * await muster.inbox.ack(message.id, { data: { approved: true } });
   */
  ack(messageId: string, acknowledgement: Acknowledge = {}, options?: RequestOptions): ApiPromise<AcknowledgedMessage> {
    return this.#transport.call('acknowledgeMessage', { path: { messageId }, body: acknowledgement }, options);
  }

  /**
   * Acknowledges up to 100 messages at once; `notFound` has the ids that aren't in this inbox.
   *
   * @example
   * const { notFound } = await muster.inbox.ackMany({ messageIds: ['m-1', 'm-2'] });
   */
  ackMany(acknowledgement: AcknowledgeMany, options?: RequestOptions): ApiPromise<Acknowledgements> {
    return this.#transport.call('acknowledgeMessages', { body: acknowledgement }, options);
  }
}
