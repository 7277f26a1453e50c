import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { version as uuidVersion, validate as isUuid } from 'uuid';
import { isoTime } from '../common/clock';
import { sentMessageKey } from '../table/keys';
import { getItem, type Item, type Table } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import type { MessageContent, Priority } from './message';
import type { Notification } from './notification';

/** A message as an agent sent it. It is kept beside the inboxes, so that its sender can read the acknowledgements. */
export interface SentMessage {
  readonly id: string;
  readonly senderId: string;
  readonly recipientIds: readonly string[];
  readonly sentAtMs: number;
  readonly priority: Priority;
  readonly requiresAcknowledgment: boolean;
  readonly content: MessageContent;
  readonly requestHash: string;
}

interface StoredMessage extends Omit<SentMessage, 'content' | 'sentAtMs'> {
  readonly sentAt: number;
  /** As text, so that a JSON document is returned exactly as it was sent. */
  readonly content: string;
}

export function sentMessageFromItem(item: Item): SentMessage {
  const stored = item as unknown as StoredMessage;
  return {
    id: stored.id,
    senderId: stored.senderId,
    recipientIds: stored.recipientIds,
    sentAtMs: stored.sentAt,
    priority: stored.priority,
    requiresAcknowledgment: stored.requiresAcknowledgment,
    content: JSON.parse(stored.content) as MessageContent,
    requestHash: stored.requestHash,
  };
}

/** 1 write unit per KB. Returns false if a message has this id. */
export async function insertSentMessage(
  table: Table,
  message: SentMessage,
  expiresAtSeconds: number,
): Promise<boolean> {
  const { sentAtMs, content, ...rest } = message;
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...sentMessageKey(message.id),
          ...rest,
          sentAt: sentAtMs,
          content: JSON.stringify(content),
          expiresAtSeconds,
          ...traceAttribute(),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
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

export const notificationOf = (message: SentMessage): Notification => ({
  id: message.id,
  senderId: message.senderId,
  recipientIds: message.recipientIds,
  timestamp: isoTime(message.sentAtMs),
  priority: message.priority,
  requiresAcknowledgment: message.requiresAcknowledgment,
  content: message.content,
});
