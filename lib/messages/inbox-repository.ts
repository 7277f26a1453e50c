import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeCursor, encodeCursor } from '../api/cursor';
import type { Clock } from '../clock';
import { MusterError } from '../errors/muster-error';
import { DEFAULT_LIST_LIMIT } from '../limits';
import { updateIf } from '../table/conditional-write';
import { inboxKey, inboxPartition, MESSAGE_SORT_KEY_PREFIX } from '../table/keys';
import { queryPage } from '../table/query-page';
import type { Item, Table } from '../table/table';
import type { InboxMessage, Message } from './message';

/**
 * Puts a message into a recipient's inbox, once: a redelivery finds it there and changes nothing, so it never undoes
 * an acknowledgement. Of the recipients only this one is stored with it: a roster of thousands would make each copy
 * as large as the roster. 1 write unit per KB. Answers whether it was new.
 */
export async function deliver(
  table: Table,
  message: Message,
  recipientId: string,
  expiresAtSeconds: number,
): Promise<boolean> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...inboxKey(recipientId, message.id),
          message: { ...message, recipients: message.recipients.filter((party) => party.id === recipientId) },
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

function inboxMessageFromItem(item: Item): InboxMessage {
  return {
    ...(item['message'] as Message),
    acknowledgedAtMs: item['acknowledgedAt'] === undefined ? null : Number(item['acknowledgedAt']),
  };
}

export interface InboxFilter {
  readonly unacknowledged: boolean;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Bounds the work of one request when a filter matches little. */
const MAX_MESSAGES_LOOKED_AT = 2_000;
const FILTERED_AT_ONCE = 200;

/** Oldest first. Strong reads, 1 read unit per 4 KB looked at. */
export async function readInbox(
  table: Table,
  agentId: string,
  filter: InboxFilter,
): Promise<{ items: InboxMessage[]; nextCursor: string | null }> {
  const pk = inboxPartition(agentId);
  const limit = filter.limit ?? DEFAULT_LIST_LIMIT;
  const items: InboxMessage[] = [];
  let position = decodeCursor(pk, filter.cursor);
  let more = true;
  for (let lookedAt = 0; more && items.length < limit && lookedAt < MAX_MESSAGES_LOOKED_AT;) {
    const found = await queryPage(table, {
      pk,
      prefix: MESSAGE_SORT_KEY_PREFIX,
      limit: filter.unacknowledged ? FILTERED_AT_ONCE : limit - items.length,
      after: position,
    });
    lookedAt += found.items.length;
    more = found.more;
    for (const [index, item] of found.items.entries()) {
      position = String(item['sk']);
      if (filter.unacknowledged && item['unacknowledged'] !== true) continue;
      items.push(inboxMessageFromItem(item));
      if (items.length === limit) {
        more ||= index < found.items.length - 1;
        break;
      }
    }
  }
  return { items, nextCursor: more && position !== undefined ? encodeCursor(pk, position) : null };
}

const FIRST_POLL_MS = 100;
const POLL_GROWTH = 1.3;
const LONGEST_POLL_MS = 500;

/** Reads until there is a message or the time is up. */
export async function waitForInbox(
  table: Table,
  now: Clock,
  agentId: string,
  filter: InboxFilter,
  waitMs: number,
): Promise<{ items: InboxMessage[]; nextCursor: string | null }> {
  const untilMs = now() + waitMs;
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * POLL_GROWTH, LONGEST_POLL_MS)) {
    const page = await readInbox(table, agentId, filter);
    const leftMs = untilMs - now();
    if (page.items.length > 0 || leftMs <= 0) return page;
    await delay(Math.min(pollMs, leftMs));
  }
}

/**
 * Acknowledges a message; a repeat answers the first time and changes nothing. 1 write unit per KB of the message.
 * @throws MusterError `message.not-found`.
 */
export async function acknowledge(table: Table, now: Clock, agentId: string, messageId: string): Promise<InboxMessage> {
  const { item } = await updateIf(table, inboxKey(agentId, messageId), {
    UpdateExpression: 'SET acknowledgedAt = :now REMOVE unacknowledged',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(acknowledgedAt)',
    ExpressionAttributeValues: { ':now': now() },
  });
  if (!item) throw new MusterError('message.not-found', `There is no message "${messageId}" in your inbox.`);
  return inboxMessageFromItem(item);
}
