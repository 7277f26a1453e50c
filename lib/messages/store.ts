import { version as uuidVersion, validate as isUuid } from 'uuid';
import { isoTime } from '../common/clock';
import { putNew } from '../table/conditional-write';
import { outboxKey, sentMessageKey } from '../table/keys';
import { batchWrite, getItem, type Item, type Table } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import type { Caller } from '../http/caller';
import type { MessageContent, RecipientsOf } from './message';
import type { Notification } from './notification';

/** A message as an agent sent it. It is kept beside the inboxes, so that its sender can read the acknowledgements. */
export interface SentMessage extends Omit<Notification, 'recipientIds' | 'timestamp'> {
  /** null: the participants of `recipientsOf`, too many to be stored again. */
  readonly recipientIds: readonly string[] | null;
  readonly recipientCount: number;
  /** Of `recipientsOf`: when it was created, because an id can be used again after retention removed its first use. */
  readonly rosterCreatedAtMs?: number;
  readonly sentAtMs: number;
  readonly requestHash: string;
}

interface StoredMessage extends Omit<SentMessage, 'content' | 'sentAtMs' | 'recipientIds'> {
  readonly recipientIds?: readonly string[];
  readonly sentAt: number;
  /** As text, so that a JSON document is returned exactly as it was sent. */
  readonly content: string;
}

export function sentMessageFromItem(item: Item): SentMessage {
  const { id, senderId, recipientCount, priority, requiresAcknowledgment, requestHash, ...stored } =
    item as unknown as StoredMessage;
  return {
    id,
    senderId,
    recipientIds: stored.recipientIds ?? null,
    recipientCount,
    sentAtMs: stored.sentAt,
    priority,
    requiresAcknowledgment,
    content: JSON.parse(stored.content) as MessageContent,
    requestHash,
    ...(stored.expiresAt !== undefined && { expiresAt: stored.expiresAt }),
    ...(stored.inReplyTo !== undefined && { inReplyTo: stored.inReplyTo }),
    ...(stored.recipientsOf !== undefined && { recipientsOf: stored.recipientsOf }),
    ...(stored.rosterCreatedAtMs !== undefined && { rosterCreatedAtMs: stored.rosterCreatedAtMs }),
  };
}

/** 1 write unit per KB. Returns false if a message has this id. */
export function insertSentMessage(table: Table, message: SentMessage, expiresAtSeconds: number): Promise<boolean> {
  const { sentAtMs, content, recipientIds, ...rest } = message;
  return putNew(table, {
    ...sentMessageKey(message.id),
    ...rest,
    recipientIds: recipientIds ?? undefined,
    sentAt: sentAtMs,
    content: JSON.stringify(content),
    expiresAtSeconds,
    ...traceAttribute(),
  });
}

/** Strong read. */
export async function findSentMessage(table: Table, id: string): Promise<SentMessage | null> {
  const item = await getItem(table, sentMessageKey(id));
  return item && sentMessageFromItem(item);
}

/**
 * The time when a message was sent, which determines its position in an inbox. A UUID of version 7 begins with it. The
 * id of a message with an idempotency key does not, so that message is read.
 */
export async function sentTimeOf(table: Table, messageId: string): Promise<number | null> {
  if (!isUuid(messageId)) return null;
  if (uuidVersion(messageId) === 7) return parseInt(messageId.slice(0, 8) + messageId.slice(9, 13), 16);
  return (await findSentMessage(table, messageId))?.sentAtMs ?? null;
}

/** 1 write unit. A repeat changes nothing. */
export const recordInOutbox = (table: Table, message: SentMessage, expiresAtSeconds: number): Promise<void> =>
  batchWrite(table, [{ put: { ...outboxKey(message.senderId, message.id, message.sentAtMs), expiresAtSeconds } }]);

/** What is known of the participants of sync points and progress trackers, which messages stand below. */
export interface RosterReader {
  /** @throws MusterError if the caller is not related to it. */
  participantsFor(
    caller: Caller,
    of: RecipientsOf,
  ): Promise<{ readonly participants: readonly string[]; readonly createdAtMs: number }>;
  /** None if retention has removed the one that was created at this time. */
  participants(of: RecipientsOf, createdAtMs: number): Promise<readonly string[]>;
}

/** All recipients, in the order given. */
export async function recipientIdsOf(reader: RosterReader, message: SentMessage): Promise<readonly string[]> {
  const { recipientIds, recipientsOf, rosterCreatedAtMs = 0 } = message;
  return recipientIds ?? (recipientsOf ? await reader.participants(recipientsOf, rosterCreatedAtMs) : []);
}

export function notificationOf(message: SentMessage, recipientIds: readonly string[]): Notification {
  const {
    sentAtMs,
    recipientCount: _count,
    rosterCreatedAtMs: _created,
    requestHash: _hash,
    ...notification
  } = message;
  return { ...notification, recipientIds, timestamp: isoTime(sentAtMs) };
}
