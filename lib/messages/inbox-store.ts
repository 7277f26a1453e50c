import { putNew, updateIf } from '../table/conditional-write';
import { inboxKey, messageIdOf, UNACKNOWLEDGED, unacknowledgedSortKey } from '../table/keys';
import { batchGet, type Item, type Table } from '../table/table';
import { type InboxMessage, type Message, type MessageContent, NOTIFICATION_TYPES } from './message';

/**
 * Puts a message into a recipient's inbox, once. A redelivery changes nothing, so it never undoes an acknowledgement. A
 * reminder only increments the reminder count of an unacknowledged message.
 * 1 write unit per KB, and 1 for the index. Returns whether it changed anything.
 */
export async function deliver(
  table: Table,
  message: Message,
  recipientId: string,
  keepUntilSeconds: number,
): Promise<boolean> {
  const sentAtMs = Date.parse(message.timestamp);
  const key = inboxKey(recipientId, message.id, sentAtMs);
  if (message.reminder !== undefined) {
    const { applied, item } = await updateIf(table, key, {
      UpdateExpression: 'SET reminder = :number',
      ConditionExpression:
        'attribute_exists(pk) AND attribute_not_exists(acknowledgedAt) AND (attribute_not_exists(reminder) OR reminder < :number)',
      ExpressionAttributeValues: { ':number': message.reminder },
    });
    if (item) return applied;
  }
  // The id is in the key; a usual notification is within 1 KB.
  const { id: _id, reminder, content, ...stored } = message;
  return putNew(table, {
    ...key,
    message: { ...stored, recipients: recipientsToStore(message, recipientId) },
    type: content.type,
    // As text, because DynamoDB bounds numbers, keys and depth and so cannot store every JSON document.
    content: JSON.stringify(content),
    reminder,
    [UNACKNOWLEDGED]: unacknowledgedSortKey(message.priority, sentAtMs),
    ...retentionOf(message, keepUntilSeconds),
  });
}

/** An expired message is removed by the TTL of the table, unless it has been acknowledged: its sender may read that. */
function retentionOf({ expiresAt }: Message, keepUntilSeconds: number): Item {
  const expirySeconds = expiresAt === undefined ? Infinity : Math.ceil(Date.parse(expiresAt) / 1_000);
  return expirySeconds < keepUntilSeconds
    ? { expiresAtSeconds: expirySeconds, keepUntilSeconds }
    : { expiresAtSeconds: keepUntilSeconds };
}

/**
 * A notification goes to a whole roster. Each copy lists only its own recipient, or thousands of copies would each be
 * as large as the roster. A message of an agent goes to few recipients, and they may want to know of each other.
 */
const recipientsToStore = (message: Message, recipientId: string): Message['recipients'] =>
  message.recipientsOf || NOTIFICATION_TYPES.includes(message.content.type)
    ? message.recipients.filter((party) => party.id === recipientId)
    : message.recipients;

export function inboxMessageFromItem(item: Item): InboxMessage {
  return {
    id: messageIdOf(String(item['sk'])),
    ...(item['message'] as Omit<Message, 'id' | 'content'>),
    content: JSON.parse(String(item['content'])) as MessageContent,
    ...(item['reminder'] !== undefined && { reminder: Number(item['reminder']) }),
    acknowledgedAtMs: item['acknowledgedAt'] === undefined ? null : Number(item['acknowledgedAt']),
  };
}

/** The messages that the index has listed, in that order. One that has been acknowledged since is left out. */
export async function unacknowledgedItems(table: Table, listed: readonly Item[]): Promise<Item[]> {
  const keys = listed.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const items = await batchGet(table, keys, { consistent: true });
  const bySortKey = new Map<unknown, Item>(items.map((item) => [item['sk'], item]));
  return keys.map(({ sk }) => bySortKey.get(sk)).filter((item): item is Item => item?.[UNACKNOWLEDGED] !== undefined);
}
