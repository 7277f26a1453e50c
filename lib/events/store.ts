import { decodeCursor, encodeCursor } from '../table/cursor';
import { expiryAfter, type Retention } from '../common/retention';
import type { EventBus } from './bus';
import { DEFAULT_LIST_LIMIT } from '../common/limits';
import { EVENT_SORT_KEY_PREFIX, eventsPartition, type RosterKind, sortableTime } from '../table/keys';
import { queryPage } from '../table/query-page';
import { batchWrite, type Item, type Table } from '../table/table';
import { dayItems, type EventItem, feedItems } from './feed-items';
import { type EventType, type MusterEvent, rankOf } from './event';

export type EventSubject = RosterKind | 'AGENT';

/** The log of one sync point, tracker or agent. */
export interface EventLog {
  readonly kind: EventSubject;
  readonly id: string;
}

/** Days known to be in the list of days, by table; at most two are added per day, so the sets need no bound. */
const enteredDays = new WeakMap<Table, Set<string>>();

export interface EventRecorder {
  readonly table: Table;
  readonly bus: EventBus;
  readonly retention: Pick<Retention, 'eventDays'>;
}

/**
 * Stores events, then puts them onto the bus, so that consumers can read them. Storing one again writes the same bytes
 * under the same key, which changes nothing. 2 write units per event and KB: its own log and the feed.
 */
export async function recordEvents(
  { table, bus, retention }: EventRecorder,
  subject: EventSubject,
  events: readonly MusterEvent[],
): Promise<void> {
  const [first] = events;
  if (!first) return;
  // A replay computes the same value, so it writes the same bytes.
  const expiresAtSeconds = expiryAfter(first.timestampMs, retention.eventDays);
  const items = events.map((event) => eventToItem(subject, event, expiresAtSeconds));
  const entered = enteredDays.get(table) ?? new Set();
  const days = dayItems(items).filter((day) => !entered.has(String(day['sk'])));
  const puts = [...items, ...feedItems(items), ...days].map((item) => ({ put: item }));
  await batchWrite(table, puts);
  enteredDays.set(table, new Set([...entered, ...days.map((day) => String(day['sk']))]));
  await bus(events);
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

/** Sorted by time, then by the possible order within a millisecond, then by id. */
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

/** Oldest first, one strong Query; entries have their position in the log. */
export async function listEventsAfter(
  table: Table,
  { kind, id }: EventLog,
  limit: number,
  after: string,
): Promise<{ entries: { event: MusterEvent; sortKey: string }[]; more: boolean }> {
  const pk = eventsPartition(kind, id);
  const { items, more } = await queryPage(table, { pk, prefix: EVENT_SORT_KEY_PREFIX, limit, after });
  return { entries: items.map((item) => ({ event: eventFromItem(item), sortKey: String(item['sk']) })), more };
}

/** Of a log that began with the creation; latest first, one strong Query. Continues below `after`. */
export async function listLatestEvents(
  table: Table,
  { kind, id, createdAtMs }: EventLog & { readonly createdAtMs: number },
  limit: number,
  after: string | undefined,
): Promise<{ events: MusterEvent[]; after: string | null }> {
  const pk = eventsPartition(kind, id);
  const query = { pk, prefix: EVENT_SORT_KEY_PREFIX, limit, after, descending: true };
  const { items, more } = await queryPage(table, query);
  const events = items.map(eventFromItem).filter(({ timestampMs }) => timestampMs >= createdAtMs - CLOCK_TOLERANCE_MS);
  const last = items.at(-1)?.['sk'] as string | undefined;
  // Below an event of an earlier use of the id are only others of it.
  const isAllOfThis = events.length === items.length;
  return { events, after: more && isAllOfThis ? (last ?? null) : null };
}

/** Longer than clocks differ, and far shorter than the time between two uses of an id. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * The position to continue a log from: the cursor, but never before the creation. An id can be reused after retention
 * removed its first use, and the old log is not for the participants of the new one.
 */
export function logPosition(createdAtMs: number, cursorPosition: string | undefined): string {
  const first = EVENT_SORT_KEY_PREFIX + sortableTime(Math.max(0, createdAtMs - CLOCK_TOLERANCE_MS));
  if (cursorPosition === undefined) return first;
  // The query refuses anything that is no position in a log.
  return cursorPosition.startsWith(EVENT_SORT_KEY_PREFIX) && cursorPosition < first ? first : cursorPosition;
}

export interface EventPage {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  /** @default 'oldest' */
  readonly order?: 'oldest' | 'newest' | undefined;
}

/** A page of the log for the API. The dispatcher writes the log, so an event appears a moment after its change. */
export async function listEvents(
  table: Table,
  log: EventLog & { readonly createdAtMs: number },
  page: EventPage,
): Promise<{ items: MusterEvent[]; nextCursor: string | null }> {
  const partition = eventsPartition(log.kind, log.id);
  if (page.order === 'newest') {
    const scope = `${partition} newest`;
    const before = decodeCursor(scope, page.cursor);
    const { events, after } = await listLatestEvents(table, log, page.limit ?? DEFAULT_LIST_LIMIT, before);
    return { items: events, nextCursor: after === null ? null : encodeCursor(scope, after) };
  }
  const scope = partition;
  const after = logPosition(log.createdAtMs, decodeCursor(scope, page.cursor));
  const { entries, more } = await listEventsAfter(table, log, page.limit ?? DEFAULT_LIST_LIMIT, after);
  const last = entries.at(-1);
  return {
    items: entries.map(({ event }) => event),
    nextCursor: more && last ? encodeCursor(scope, last.sortKey) : null,
  };
}
