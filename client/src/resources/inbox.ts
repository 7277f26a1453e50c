import type { ApiPromise } from '../api-promise.ts';
import { List } from '../list.ts';
import {
  handle,
  type HandleOptions,
  listen,
  type ListenedMessage,
  type ListenOptions,
  type MessageHandler,
} from '../listen.ts';
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

  /**
   * Messages as they come, most urgent first, each acknowledged when the body of the loop has run: not if it threw, and
   * not if the loop was left. It lasts until the signal, also through restarts of the service; what the service refuses
   * (401, 403) is thrown. A message whose body was still running at the signal stays unacknowledged, unless the body
   * has called `message.ack()`.
   *
   * Muster's own notifications, like SYNC_POINT_NOTIFICATION, are messages, too; with `type` only one kind comes.
   *
   * Two programs that listen with tokens of the same agent may both be given a message.
   *
   * @example
   * for await (const message of muster.inbox.listen({ signal })) {
   *   if (message.content.type === 'PLEASE_REVIEW') await message.ack({ approved: true });
   * }
   */
  listen(options: ListenOptions = {}): AsyncGenerator<ListenedMessage, void, undefined> {
    return listen(this.#transport, options);
  }

  /**
   * Calls a function with each message, with several at once if wanted. What it returns is the data of the
   * acknowledgement. A message whose handler throws stays unacknowledged: with `onError`, it is handled again after a
   * pause; without, no more messages are taken, those under way are finished, and the error is thrown. The signal stops
   * the taking as well; messages under way are finished and acknowledged.
   *
   * @example
   * await muster.inbox.handle(async ({ content }) => ({ type: content.type, done: true }), { concurrency: 4, signal });
   */
  handle(handler: MessageHandler, options: HandleOptions = {}): Promise<void> {
    return handle(this.#transport, handler, options);
  }
}
