import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeCursor, encodeCursor } from '../table/cursor';
import type { Service } from '../table/service';
import { MusterError } from '../common/errors';
import { DEFAULT_LIST_LIMIT, MAX_DATA_PER_ANSWER_BYTES } from '../common/limits';
import { nextPollMs } from '../common/poll-interval';
import { updateIf } from '../table/conditional-write';
import { inboxKey, inboxPartition, MESSAGE_SORT_KEY_PREFIX } from '../table/keys';
import { queryPage } from '../table/query-page';
import { batchGet, type Item, type Table } from '../table/table';
import { type InboxMessage, type Message, type MessageContent, NOTIFICATION_TYPES, type Priority } from './message';
import { sentTimeOf } from './store';

/**
 * Puts a message into a recipient's inbox, once. A redelivery changes nothing, so it never undoes an acknowledgement. A
 * reminder only increments the reminder count of an unacknowledged message.
 * 1 write unit per KB. Returns whether it changed anything.
 */
export async function deliver(
  table: Table,
  message: Message,
  recipientId: string,
  expiresAtSeconds: number,
): Promise<boolean> {
  const key = inboxKey(recipientId, message.id, Date.parse(message.timestamp));
  if (message.reminder !== undefined) {
    const { applied, item } = await updateIf(table, key, {
      UpdateExpression: 'SET reminder = :number',
      ConditionExpression:
        'attribute_exists(pk) AND attribute_not_exists(acknowledgedAt) AND (attribute_not_exists(reminder) OR reminder < :number)',
      ExpressionAttributeValues: { ':number': message.reminder },
    });
    if (item) return applied;
  }
  const { reminder, content, ...stored } = message;
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...key,
          message: { ...stored, recipients: recipientsToStore(message, recipientId) },
          type: content.type,
          // As text, because DynamoDB bounds numbers, keys and depth and so cannot store every JSON document.
          content: JSON.stringify(content),
          reminder,
          ...(message.requiresAcknowledgment && { unacknowledged: true }),
          expiresAtSeconds,
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

/**
 * A notification goes to a whole roster. Each copy lists only its own recipient, or thousands of copies would each be
 * as large as the roster. A message of an agent goes to few recipients, and they may want to know of each other.
 */
const recipientsToStore = (message: Message, recipientId: string): Message['recipients'] =>
  NOTIFICATION_TYPES.includes(message.content.type)
    ? message.recipients.filter((party) => party.id === recipientId)
    : message.recipients;

function inboxMessageFromItem(item: Item): InboxMessage {
  return {
    ...(item['message'] as Omit<Message, 'content'>),
    content: JSON.parse(String(item['content'])) as MessageContent,
    ...(item['reminder'] !== undefined && { reminder: Number(item['reminder']) }),
    acknowledgedAtMs: item['acknowledgedAt'] === undefined ? null : Number(item['acknowledgedAt']),
  };
}

export interface InboxFilter {
  /** true: only messages that require acknowledgement and are not acknowledged yet. */
  readonly unacknowledged: boolean;
  readonly type?: string | undefined;
  readonly priority?: Priority | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Bounds the work of one request if a filter matches little. */
const MAX_MESSAGES_LOOKED_AT = 2_000;
const FILTERED_AT_ONCE = 200;

/** Oldest first. Strong reads, 1 read unit per 4 KB read, also of messages that do not match. */
export async function readInbox(
  { table }: Pick<Service, 'table'>,
  agentId: string,
  filter: InboxFilter,
): Promise<{ items: InboxMessage[]; nextCursor: string | null }> {
  const pk = inboxPartition(agentId);
  const limit = filter.limit ?? DEFAULT_LIST_LIMIT;
  const filters = filter.unacknowledged || filter.type !== undefined || filter.priority !== undefined;
  const items: InboxMessage[] = [];
  let position = decodeCursor(pk, filter.cursor);
  let more = true;
  let bytes = 0;
  for (let lookedAt = 0; more && items.length < limit && lookedAt < MAX_MESSAGES_LOOKED_AT;) {
    const found = await queryPage(table, {
      pk,
      prefix: MESSAGE_SORT_KEY_PREFIX,
      limit: filters ? FILTERED_AT_ONCE : limit - items.length,
      after: position,
    });
    lookedAt += found.items.length;
    more = found.more;
    for (const [index, item] of found.items.entries()) {
      if (!matches(filter, item)) {
        position = String(item['sk']);
        continue;
      }
      const message = inboxMessageFromItem(item);
      bytes += Buffer.byteLength(JSON.stringify(message));
      if (items.length > 0 && bytes > MAX_DATA_PER_ANSWER_BYTES) {
        return { items, nextCursor: encodeCursor(pk, position ?? '') };
      }
      position = String(item['sk']);
      items.push(message);
      if (items.length === limit) {
        more ||= index < found.items.length - 1;
        break;
      }
    }
  }
  return { items, nextCursor: more && position !== undefined ? encodeCursor(pk, position) : null };
}

function matches(filter: InboxFilter, item: Item): boolean {
  const { priority } = item['message'] as Message;
  return (
    (!filter.unacknowledged || item['unacknowledged'] === true) &&
    (filter.type === undefined || item['type'] === filter.type) &&
    (filter.priority === undefined || priority === filter.priority)
  );
}

/** Reads until there is a message or the time is over. */
export async function waitForInbox(
  { table, now }: Service,
  agentId: string,
  filter: InboxFilter,
  waitMs: number,
): Promise<{ items: InboxMessage[]; nextCursor: string | null }> {
  const untilMs = now() + waitMs;
  for (let pollMs = nextPollMs(); ; pollMs = nextPollMs(pollMs)) {
    let page = await readInbox({ table }, agentId, filter);
    // The filter matched nothing within the bound of one read; a match may follow later in the inbox.
    while (page.items.length === 0 && page.nextCursor !== null && now() < untilMs) {
      page = await readInbox({ table }, agentId, { ...filter, cursor: page.nextCursor });
    }
    const leftMs = untilMs - now();
    if (page.items.length > 0 || leftMs <= 0) return page;
    await delay(Math.min(pollMs, leftMs));
  }
}

/**
 * Acknowledges a message. A repeat returns the first time and changes nothing. 1 write unit per KB of the message.
 * @throws MusterError `message.not-found`.
 */
export async function acknowledge({ table, now }: Service, agentId: string, messageId: string): Promise<InboxMessage> {
  const sentAtMs = await sentTimeOf(table, messageId);
  const { item } = await updateIf(table, inboxKey(agentId, messageId, sentAtMs ?? 0), {
    UpdateExpression: 'SET acknowledgedAt = :now REMOVE unacknowledged',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(acknowledgedAt)',
    ExpressionAttributeValues: { ':now': now() },
  });
  if (!item) throw new MusterError('message.not-found', `Message "${messageId}" is not in your inbox.`);
  return inboxMessageFromItem(item);
}

/**
 * Times of acknowledgement by recipient; null if not acknowledged or not delivered yet. 1 read unit per 4 KB of each.
 */
export async function acknowledgements(
  table: Table,
  messageId: string,
  sentAtMs: number,
  recipientIds: readonly string[],
): Promise<Map<string, number | null>> {
  const keys = recipientIds.map((id) => inboxKey(id, messageId, sentAtMs));
  const items = await batchGet(table, keys, { consistent: true });
  const byPartition = new Map(items.map((item) => [String(item['pk']), item['acknowledgedAt']]));
  return new Map(
    recipientIds.map((id) => {
      const at = byPartition.get(inboxPartition(id));
      return [id, at === undefined ? null : Number(at)];
    }),
  );
}
