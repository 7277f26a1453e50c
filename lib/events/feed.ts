import { decodeCursor, encodeCursor, invalidCursor } from '../table/cursor';
import { DEFAULT_LIST_LIMIT } from '../common/limits';
import {
  EVENT_SORT_KEY_PREFIX,
  eventsPartition,
  FEED_DAYS_PARTITION,
  feedPartition,
  sortableTime,
} from '../table/keys';
import { mergePartitions } from '../table/merge-partitions';
import { queryPage } from '../table/query-page';
import type { Table } from '../table/table';
import type { EventType, MusterEvent } from './event';
import { dayOf, FEED_SHARDS } from './feed-items';
import { eventFromItem } from './store';

export interface FeedFilter {
  /** Only events of one of these types. */
  readonly type?: readonly EventType[] | undefined;
  readonly relatedId?: string | undefined;
  readonly agentId?: string | undefined;
  /** Only events at or after this time. */
  readonly sinceMs?: number | undefined;
  readonly newestFirst: boolean;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Bounds the work of one request if a filter matches little; the next page continues there. */
const MAX_EVENTS_LOOKED_AT = 2_000;
const FILTERED_AT_ONCE = 200;

/**
 * A page of all events, ordered by time. The dispatcher writes the feed, so an event appears a moment after its change.
 * Cost: 17 Queries per day and round, with `relatedId` 3 Queries.
 */
export async function readFeed(
  table: Table,
  filter: FeedFilter,
): Promise<{ items: MusterEvent[]; nextCursor: string | null }> {
  const scope = `feed ${filter.relatedId ?? ''} ${filter.newestFirst ? 'newest' : 'oldest'}`;
  const limit = filter.limit ?? DEFAULT_LIST_LIMIT;
  const filters = filter.type !== undefined || filter.agentId !== undefined;
  const since = filter.sinceMs === undefined ? undefined : EVENT_SORT_KEY_PREFIX + sortableTime(filter.sinceMs);
  let position = requirePosition(decodeCursor(scope, filter.cursor)) ?? (filter.newestFirst ? undefined : since);
  const items: MusterEvent[] = [];
  let lookedAt = 0;

  for (const partitions of await partitionsToRead(table, filter, position)) {
    for (let more = true; more;) {
      const count = filters ? FILTERED_AT_ONCE : limit + 1 - items.length;
      const read = await mergePartitions(table, partitions, { count, after: position, descending: filter.newestFirst });
      more = read.more;
      for (const item of read.items) {
        const event = eventFromItem(item);
        const sortKey = String(item['sk']);
        if (filter.newestFirst && since !== undefined && sortKey < since) return { items, nextCursor: null };
        const wanted =
          (!filter.type || filter.type.includes(event.type)) && (!filter.agentId || event.agentId === filter.agentId);
        // One more than the page holds, to know whether another page follows.
        if (wanted && items.length === limit) return { items, nextCursor: encodeCursor(scope, position ?? '') };
        position = sortKey;
        if (wanted) items.push(event);
      }
      lookedAt += read.items.length;
      if (lookedAt >= MAX_EVENTS_LOOKED_AT) return { items, nextCursor: encodeCursor(scope, position ?? '') };
    }
  }
  return { items, nextCursor: null };
}

/** @throws MusterError 422 for a forged cursor. */
function requirePosition(position: string | undefined): string | undefined {
  if (position === undefined || /^EVENT#\d{13}#/.test(position)) return position;
  throw invalidCursor();
}

/** Groups of partitions. The partitions of a group are merged; the groups follow each other in time. */
async function partitionsToRead(table: Table, filter: FeedFilter, position: string | undefined): Promise<string[][]> {
  const { relatedId } = filter;
  if (relatedId !== undefined)
    return [(['SP', 'PT', 'AGENT'] as const).map((kind) => eventsPartition(kind, relatedId))];
  const days: string[] = [];
  for (let more = true; more;) {
    const page = await queryPage(table, {
      pk: FEED_DAYS_PARTITION,
      limit: 400,
      after: days.at(-1),
    });
    days.push(...page.items.map((item) => String(item['sk'])));
    more = page.more;
  }
  const at = position?.slice(EVENT_SORT_KEY_PREFIX.length, EVENT_SORT_KEY_PREFIX.length + 13);
  const dayOfPosition = at === undefined ? undefined : dayOf(Number(at));
  const inOrder = filter.newestFirst ? days.reverse() : days;
  return inOrder
    .filter((day) => !dayOfPosition || (filter.newestFirst ? day <= dayOfPosition : day >= dayOfPosition))
    .map((day) => Array.from({ length: FEED_SHARDS }, (_, shard) => feedPartition(day, shard)));
}
