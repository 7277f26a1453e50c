import type { ApiPromise } from '../api-promise.ts';
import { List } from '../list.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type { AcceptedMessage, Filter, MessageWithRecipients, SendMessage, SentMessage } from '../types.ts';

/** The messages that this agent sends. */
export class Messages {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends a message to agents, or to everyone on a roster.
   *
   * @example
   * await muster.messages.send({
   *   recipients: ['reviewer'],
   *   content: { type: 'PLEASE_REVIEW', url },
   *   requiresAcknowledgment: true,
   * });
   */
  send(message: SendMessage, options?: RequestOptions): ApiPromise<AcceptedMessage> {
    return this.#transport.call('sendMessage', { body: message }, options);
  }

  /**
   * Lists what this agent has sent, newest first.
   *
   * @example
   * for await (const { id, recipientCount } of muster.messages.list()) console.log(id, recipientCount);
   */
  list(filter?: Filter<'listMessages'>, options?: RequestOptions): List<SentMessage> {
    return List.of(this.#transport, 'listMessages', { query: filter }, options);
  }

  /**
   * Reads a message with the first of its recipients: who has acknowledged it, when, and with which data.
   *
   * @example
   * const { recipients } = await muster.messages.get(id);
   */
  get(id: string, filter?: Filter<'getMessage'>, options?: RequestOptions): ApiPromise<MessageWithRecipients> {
    return this.#transport.call('getMessage', { path: { id }, query: { ...filter } }, options);
  }

  /**
   * Lists all recipients of a message.
   *
   * @example
   * for await (const { id, acknowledgedAt } of muster.messages.recipients(messageId)) console.log(id, acknowledgedAt);
   */
  recipients(
    id: string,
    filter?: Filter<'getMessage'>,
    options?: RequestOptions,
  ): List<MessageWithRecipients['recipients'][number]> {
    return new List(async (cursor) => {
      const query = { ...filter, ...(cursor !== undefined && { cursor }) };
      const { recipients, nextCursor } = await this.#transport.call('getMessage', { path: { id }, query }, options);
      return { items: recipients, nextCursor };
    });
  }
}
