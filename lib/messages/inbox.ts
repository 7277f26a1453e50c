import { setTimeout as delay } from 'node:timers/promises';
import { decodeCursor, encodeCursor } from '../table/cursor';
import type { Service } from '../table/service';
import { DEFAULT_LIST_LIMIT, MAX_DATA_PER_ANSWER_BYTES } from '../common/limits';
import { nextPollMs } from '../common/poll-interval';
import { inboxPartition, MESSAGE_SORT_KEY_PREFIX, UNACKNOWLEDGED, unacknowledgedPrefix } from '../table/keys';
import { type PageQuery, positionOf, queryPage } from '../table/query-page';
import type { Item } from '../table/table';
import { inboxMessageFromItem, unacknowledgedItems } from './inbox-store';
import { type InboxMessage, isExpired, type Message, type Priority } from './message';

export interface InboxFilter {
  /** true: only messages that are not acknowledged yet, most urgent first. */
  readonly unacknowledged: boolean;
  readonly type?: string | undefined;
  readonly priority?: Priority | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Bounds the work of one request if a filter matches little. */
const MAX_MESSAGES_LOOKED_AT = 2_000;
const FILTERED_AT_ONCE = 200;

const BY_TIME = { prefix: MESSAGE_SORT_KEY_PREFIX };
const INDEX = { name: UNACKNOWLEDGED, attribute: UNACKNOWLEDGED };

/** Where the messages are read, and in which order. */
const orderOf = ({ unacknowledged, priority }: InboxFilter): Pick<PageQuery, 'index' | 'prefix'> =>
  unacknowledged ? { index: INDEX, prefix: priority && unacknowledgedPrefix(priority) } : BY_TIME;

/**
 * Oldest first; those not acknowledged most urgent first, then oldest first. Strong reads, 1 read unit per 4 KB read,
 * also of messages that do not match. What is acknowledged costs those nothing who read what isn't.
 */
export async function readInbox(
  { table, now }: Service,
  agentId: string,
  filter: InboxFilter,
): Promise<{ items: InboxMessage[]; nextCursor: string | null }> {
  const pk = inboxPartition(agentId);
  const scope = filter.unacknowledged ? `${pk} ${UNACKNOWLEDGED}` : pk;
  const order = orderOf(filter);
  const limit = filter.limit ?? DEFAULT_LIST_LIMIT;
  const filters = filter.type !== undefined || (filter.priority !== undefined && !filter.unacknowledged);
  const items: InboxMessage[] = [];
  let position = decodeCursor(scope, filter.cursor);
  let more = true;
  let bytes = 0;
  for (let lookedAt = 0; more && items.length < limit && lookedAt < MAX_MESSAGES_LOOKED_AT;) {
    const found = await queryPage(table, {
      pk,
      ...order,
      // Where the first look found what doesn't match, such as what has expired, more is likely to follow.
      limit: filters || lookedAt > 0 ? FILTERED_AT_ONCE : limit,
      after: position,
    });
    lookedAt += found.items.length;
    more = found.more;
    const whole = filter.unacknowledged ? await unacknowledgedItems(table, found.items) : found.items;
    for (const [index, item] of whole.entries()) {
      if (!matches(filter, item, now())) {
        position = positionOf(order, item);
        continue;
      }
      const message = inboxMessageFromItem(item);
      bytes += Buffer.byteLength(JSON.stringify(message));
      if (items.length > 0 && bytes > MAX_DATA_PER_ANSWER_BYTES) {
        return { items, nextCursor: encodeCursor(scope, position ?? '') };
      }
      position = positionOf(order, item);
      items.push(message);
      if (items.length === limit) {
        more ||= index < whole.length - 1;
        break;
      }
    }
  }
  return { items, nextCursor: more && position !== undefined ? encodeCursor(scope, position) : null };
}

function matches(filter: InboxFilter, item: Item, nowMs: number): boolean {
  const message = item['message'] as Message;
  return (
    !isExpired(message, nowMs) &&
    (filter.type === undefined || item['type'] === filter.type) &&
    (filter.priority === undefined || message.priority === filter.priority)
  );
}

/** Reads until there is a message or the time is over. */
export async function waitForInbox(
  service: Service,
  agentId: string,
  filter: InboxFilter,
  waitMs: number,
): Promise<{ items: InboxMessage[]; nextCursor: string | null }> {
  const { now } = service;
  const untilMs = now() + waitMs;
  for (let pollMs = nextPollMs(); ; pollMs = nextPollMs(pollMs)) {
    let page = await readInbox(service, agentId, filter);
    // The filter matched nothing within the bound of one read; a match may follow later in the inbox.
    while (page.items.length === 0 && page.nextCursor !== null && now() < untilMs) {
      page = await readInbox(service, agentId, { ...filter, cursor: page.nextCursor });
    }
    const leftMs = untilMs - now();
    if (page.items.length > 0 || leftMs <= 0) return page;
    await delay(Math.min(pollMs, leftMs));
  }
}
