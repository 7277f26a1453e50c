import { decodeCursor, encodeCursor } from '../api/cursor';
import { DEFAULT_LIST_LIMIT } from '../limits';
import { EVENT_SORT_KEY_PREFIX, eventsPartition, type RosterKind, sortableTime } from '../table/keys';
import { queryPage } from '../table/query-page';
import { batchWrite, type Item, type Table } from '../table/table';
import { type EventType, type MusterEvent, rankOf } from './event';

export type EventSubject = RosterKind | 'AGENT';

/**
 * Stores events; storing one again writes the same bytes under the same key, which changes nothing.
 * 1 write unit per event and KB.
 */
export async function putEvents(
  table: Table,
  subject: EventSubject,
  events: readonly MusterEvent[],
  expiresAtSeconds: number,
): Promise<void> {
  await batchWrite(
    table,
    events.map((event) => ({ put: eventToItem(subject, event, expiresAtSeconds) })),
  );
}

function eventToItem(subject: EventSubject, event: MusterEvent, expiresAtSeconds: number): Item {
  return {
    pk: eventsPartition(subject, event.relatedId),
    sk: `${EVENT_SORT_KEY_PREFIX}${sortableTime(event.timestampMs)}#${rankOf(event.type)}#${event.id}`,
    id: event.id,
    type: event.type,
    relatedId: event.relatedId,
    agentId: event.agentId,
    timestamp: event.timestampMs,
    details: event.details,
    expiresAtSeconds,
  };
}

function eventFromItem(item: Item): MusterEvent {
  return {
    id: String(item['id']),
    type: item['type'] as EventType,
    relatedId: String(item['relatedId']),
    agentId: String(item['agentId']),
    timestampMs: Number(item['timestamp']),
    details: item['details'] as Record<string, unknown>,
  };
}

/** Oldest first, one strong Query. Written by the dispatcher, so an event appears a moment after its change. */
export async function listEvents(
  table: Table,
  subject: EventSubject,
  relatedId: string,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: MusterEvent[]; nextCursor: string | null }> {
  const pk = eventsPartition(subject, relatedId);
  const { items, more } = await queryPage(table, {
    pk,
    limit: page.limit ?? DEFAULT_LIST_LIMIT,
    after: decodeCursor(pk, page.cursor),
  });
  const last = items.at(-1)?.['sk'];
  return {
    items: items.map(eventFromItem),
    nextCursor: more && typeof last === 'string' ? encodeCursor(pk, last) : null,
  };
}
