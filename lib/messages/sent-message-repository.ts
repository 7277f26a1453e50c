import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { version as uuidVersion, validate as isUuid } from 'uuid';
import { isoTime } from '../clock';
import { sentMessageKey } from '../table/keys';
import type { Item, Table } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import type { MessageContent, Priority } from './message';
import type { Notification } from './notification';

/** A message as an agent sent it. Kept beside the inboxes, so that its sender can see who has acknowledged. */
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
  /** As text: a JSON document comes back exactly as it was given. */
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

/** 1 write unit per KB. false: there is a message of that id. */
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
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: sentMessageKey(id), ConsistentRead: true }),
  );
  return Item ? sentMessageFromItem(Item) : null;
}

/**
 * When a message was sent, which its place in an inbox depends on. UUIDs of version 7 begin with it; only the id of a
 * message sent with an idempotency key does not, and is looked up.
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
