import { createHash } from 'node:crypto';
import { FEED_DAYS_PARTITION, feedPartition } from '../table/keys';
import type { Item } from '../table/table';

/**
 * The feed of all events: a copy of each event, spread over shards so that no key is hot (16 partitions take 16,000
 * write units a second), and split by day so that old days can be skipped. A list of the days with events lets readers
 * skip empty ones.
 */
export const FEED_SHARDS = 16;

export interface EventItem extends Item {
  readonly sk: string;
  readonly id: string;
  readonly timestamp: number;
  readonly expiresAtSeconds: number;
}

/** UTC, `2026-03-01`. */
export const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

const shardOf = (eventId: string): number => (createHash('sha256').update(eventId).digest()[0] ?? 0) % FEED_SHARDS;

/** The copies of events for the feed; a replay yields the same items. */
export const feedItems = (events: readonly EventItem[]): Item[] =>
  events.map((event) => ({ ...event, pk: feedPartition(dayOf(event.timestamp), shardOf(event.id)) }));

const SECONDS_PER_DAY = 86_400;

/** Entries of the list of days; each outlives all events of its day. */
export function dayItems(events: readonly EventItem[]): Item[] {
  const days = new Map(events.map((event) => [dayOf(event.timestamp), event.expiresAtSeconds]));
  return [...days].map(([day, expiresAtSeconds]) => ({
    pk: FEED_DAYS_PARTITION,
    sk: day,
    expiresAtSeconds: expiresAtSeconds + SECONDS_PER_DAY,
  }));
}
