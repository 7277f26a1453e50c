/**
 * What an agent has not dealt with yet. An empty inbox is waited for, at 3 requests a minute; one with messages is
 * read every few seconds, at 12 a minute, because others acknowledge and messages expire.
 */
import type { InboxMessage, Muster } from '@muster/client';
import { batch, signal } from '@preact/signals';
import { keepReading, once } from './keep-reading';

const WAIT_SECONDS = 20;
const PACE_MS = 5_000;
const AFTER_WAIT_MS = 250;
export const MOST_MESSAGES = 100;

export class Inbox {
  /** Most urgent first; undefined until they are read. */
  readonly messages = signal<readonly InboxMessage[] | undefined>(undefined);
  /** More follow behind those. */
  readonly isCut = signal(false);
  /** Grows with what is acknowledged here. */
  readonly acknowledgedCount = signal(0);
  readonly #muster: Muster;
  /** A read under way may still list them. */
  readonly #acknowledged = new Set<string>();

  constructor(muster: Muster) {
    this.#muster = muster;
  }

  /** @returns stops it */
  start(): () => void {
    return keepReading(async (signal) => {
      const isEmpty = this.messages.value?.length === 0;
      const filter = { unacknowledged: true, limit: MOST_MESSAGES, ...(isEmpty && { wait: WAIT_SECONDS }) };
      const messages = await this.#muster.inbox.list(filter, once(signal)).toArray({ limit: MOST_MESSAGES });
      batch(() => {
        this.isCut.value = messages.length === MOST_MESSAGES;
        this.messages.value = messages.filter(({ id }) => !this.#acknowledged.has(id));
      });
      return isEmpty ? AFTER_WAIT_MS : PACE_MS;
    });
  }

  async acknowledge(messageId: string, data: unknown): Promise<void> {
    await this.#muster.inbox.ack(messageId, data === undefined ? {} : { data });
    this.#forget([messageId]);
  }

  async acknowledgeAll(messageIds: readonly string[]): Promise<void> {
    await this.#muster.inbox.ackMany({ messageIds: [...messageIds] });
    this.#forget(messageIds);
  }

  #forget(messageIds: readonly string[]): void {
    for (const id of messageIds) this.#acknowledged.add(id);
    batch(() => {
      this.acknowledgedCount.value = this.#acknowledged.size;
      this.messages.value = this.messages.value?.filter(({ id }) => !this.#acknowledged.has(id));
    });
  }
}
