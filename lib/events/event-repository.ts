import { decodeCursor, encodeCursor } from '../api/cursor';
import { DEFAULT_LIST_LIMIT } from '../limits';
import { EVENT_SORT_KEY_PREFIX, eventsPartition, type RosterKind, sortableTime } from '../table/keys';
import { queryPage } from '../table/query-page';
import { batchWrite, type Item, type Table } from '../table/table';
import { dayItems, type EventItem, feedItems } from './event-feed-items';
import { type EventType, type MusterEvent, rankOf } from './event';

export type EventSubject = RosterKind | 'AGENT';

/** Days in the feed's list of days, as far as this container knows; two a day at most, so it need not be bounded. */
const enteredDays = new Set<string>();
const dayMark = (table: Table, day: Item): string => `${table.name} ${String(day['sk'])}`;

/**
 * Stores events; storing one again writes the same bytes under the same key, which changes nothing.
 * 2 write units per event and KB: its own log and the feed.
 */
export async function putEvents(
  table: Table,
  subject: EventSubject,
  events: readonly MusterEvent[],
  expiresAtSeconds: number,
): Promise<void> {
  const items = events.map((event) => eventToItem(subject, event, expiresAtSeconds));
  const days = dayItems(items).filter((day) => !enteredDays.has(dayMark(table, day)));
  await batchWrite(
    table,
    [...items, ...feedItems(items), ...days].map((item) => ({ put: item })),
  );
  for (const day of days) enteredDays.add(dayMark(table, day));
}

function eventToItem(subject: EventSubject, event: MusterEvent, expiresAtSeconds: number): EventItem {
  return {
    pk: eventsPartition(subject, event.relatedId),
    sk: eventSortKey(event),
    id: event.id,
    type: event.type,
    relatedId: event.relatedId,
    agentId: event.agentId,
    timestamp: event.timestampMs,
    details: event.details,
    expiresAtSeconds,
  };
}

/** Time, then what can only come first or last within a millisecond, then id. */
export const eventSortKey = (event: MusterEvent): string =>
  `${EVENT_SORT_KEY_PREFIX}${sortableTime(event.timestampMs)}#${rankOf(event.type)}#${event.id}`;

export function eventFromItem(item: Item): MusterEvent {
  return {
    id: String(item['id']),
    type: item['type'] as EventType,
    relatedId: String(item['relatedId']),
    agentId: String(item['agentId']),
    timestampMs: Number(item['timestamp']),
    details: item['details'] as Record<string, unknown>,
  };
}

/** Oldest first, one strong Query; entries with their place in the log. */
export async function listEventsAfter(
  table: Table,
  subject: EventSubject,
  relatedId: string,
  limit: number,
  after: string,
): Promise<{ entries: { event: MusterEvent; sortKey: string }[]; more: boolean }> {
  const pk = eventsPartition(subject, relatedId);
  const { items, more } = await queryPage(table, { pk, prefix: EVENT_SORT_KEY_PREFIX, limit, after });
  return { entries: items.map((item) => ({ event: eventFromItem(item), sortKey: String(item['sk']) })), more };
}

/** More than clocks differ, and far less than an id is free between two uses. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Where to go on reading a log: after the cursor's position, but never before the creation. An id can be used again
 * when retention has removed what it stood for, and the log of that is not for those who share the new one.
 */
export function logPosition(createdAtMs: number, cursorPosition: string | undefined): string {
  const first = EVENT_SORT_KEY_PREFIX + sortableTime(Math.max(0, createdAtMs - CLOCK_TOLERANCE_MS));
  if (cursorPosition === undefined) return first;
  // Anything else than a place in a log is refused by the query.
  return cursorPosition.startsWith(EVENT_SORT_KEY_PREFIX) && cursorPosition < first ? first : cursorPosition;
}

/** A page of the log for the API. Written by the dispatcher, so an event appears a moment after its change. */
export async function listEvents(
  table: Table,
  subject: EventSubject,
  relatedId: string,
  createdAtMs: number,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: MusterEvent[]; nextCursor: string | null }> {
  const scope = eventsPartition(subject, relatedId);
  const after = logPosition(createdAtMs, decodeCursor(scope, page.cursor));
  const { entries, more } = await listEventsAfter(table, subject, relatedId, page.limit ?? DEFAULT_LIST_LIMIT, after);
  const last = entries.at(-1);
  return {
    items: entries.map(({ event }) => event),
    nextCursor: more && last ? encodeCursor(scope, last.sortKey) : null,
  };
}
