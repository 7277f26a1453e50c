import { MusterError, NotFoundError } from './errors.ts';
import { insist, isAborted } from './insist.ts';
import { type TakeOptions, Taker } from './take.ts';
import type { Transport } from './transport.ts';
import type { InboxMessage } from './types.ts';

/** A message that is being worked on. */
export type ListenedMessage = InboxMessage & {
  /** Acknowledges it before the work on it has ended, or with data for its sender. A repeat has no effect. */
  readonly ack: (data?: unknown) => Promise<void>;
};

/** Of `inbox.listen`, beside those of both. */
export interface ListenOptions extends TakeOptions {
  /**
   * Whether a message is acknowledged when the body of the loop has run. If not, and if `message.ack` isn't called
   * either, it is listed again, but not by the same loop. Default: true.
   */
  readonly ack?: boolean | undefined;
}

/** Of `inbox.handle`, beside those of both. */
export interface HandleOptions extends TakeOptions {
  /** How many messages are worked on at once. Default: 1. */
  readonly concurrency?: number | undefined;
  /**
   * Told of a message whose handler threw, or whose acknowledgement failed. It is handled again after a pause, which
   * grows from a second to a minute; others are handled meanwhile. Default: the first error ends `handle`.
   */
  readonly onError?: ((error: unknown, message: InboxMessage) => unknown) | undefined;
}

/** What the handler returns is the data of the acknowledgement; undefined: none. */
export type MessageHandler = (message: ListenedMessage) => unknown;

export async function* listen(
  transport: Transport,
  { ack = true, ...options }: ListenOptions,
): AsyncGenerator<ListenedMessage, void, undefined> {
  const taker = new Taker(transport, options);
  const { signal } = options;
  try {
    for (let message = await taker.take(); message; message = await taker.take()) {
      const listened = withAck(transport, taker, message, signal);
      yield listened;
      // The next one is asked for, so the body has run.
      if (isAborted(signal)) return;
      if (ack) await listened.ack();
    }
  } catch (error) {
    // Of an acknowledgement that the caller no longer waited for.
    if (!isAborted(signal)) throw error;
  } finally {
    taker.stop();
  }
}

export async function handle(transport: Transport, handler: MessageHandler, options: HandleOptions): Promise<void> {
  const { concurrency = 1, onError, signal } = options;
  if (!(concurrency >= 1)) throw new MusterError(`concurrency is ${concurrency}; it must be a number from 1.`);
  const taker = new Taker(transport, options);
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];

  const work = async (message: InboxMessage): Promise<void> => {
    const listened = withAck(transport, taker, message, signal);
    try {
      await listened.ack(await handler(listened));
    } catch (error) {
      // The handler has stopped because it was told to; the message stays for the next time.
      if (isAborted(signal) && error === signal?.reason) return;
      if (!onError) throw error;
      taker.failed(message.id);
      await onError(error, message);
    }
  };
  const start = (message: InboxMessage): void => {
    const job: Promise<void> = work(message)
      .catch((error: unknown) => {
        errors.push(error);
        taker.stop();
      })
      .finally(() => running.delete(job));
    running.add(job);
  };

  try {
    for (let message = await taker.take(); message; message = await taker.take()) {
      start(message);
      if (running.size >= concurrency) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
    taker.stop();
  }
  if (errors.length > 0) throw errors[0];
}

function withAck(
  transport: Transport,
  taker: Taker,
  message: InboxMessage,
  signal: AbortSignal | undefined,
): ListenedMessage {
  let acknowledged: Promise<void> | undefined;
  const send = async (data: unknown): Promise<void> => {
    const call = { path: { messageId: message.id }, body: data === undefined ? {} : { data } };
    try {
      await insist(signal, (options) => transport.call('acknowledgeMessage', call, options));
    } catch (error) {
      acknowledged = undefined;
      // It has expired and been removed meanwhile: nobody waits for an acknowledgement.
      if (!(error instanceof NotFoundError)) throw error;
    }
    taker.acknowledged(message.id);
  };
  return { ...message, ack: (data) => (acknowledged ??= send(data)) };
}
