import { mapConcurrently } from '../common/concurrency';
import { DEFAULT_LIST_LIMIT } from '../common/limits';
import { decodeCursor, encodeCursor } from '../table/cursor';
import type { Roster } from './roster';

/** Names a roster; a later page of the list continues at `position`. */
export interface ListEntry {
  readonly relatedId: string;
  readonly position: string;
}

export interface EntryQuery {
  readonly limit: number;
  /** The position of the last entry of the previous page. */
  readonly after: string | undefined;
}

/** A collection of rosters in the order of the list. */
export interface EntrySource<Entry extends ListEntry> {
  /** Refuses cursors of other lists. */
  readonly scope: string;
  readonly query: (query: EntryQuery) => Promise<{ entries: Entry[]; more: boolean }>;
  /** Returns null for entries that were removed or do not match. */
  readonly load: (entry: Entry) => Promise<Roster | null>;
}

export interface ListPage {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface RosterList {
  readonly items: Roster[];
  readonly nextCursor: string | null;
}

const LOADS_IN_FLIGHT = 8;
/** Bounds the size of a response: a page of the list may be shorter than its limit. */
const MAX_PARTICIPANTS_PER_ANSWER = 20_000;
/** Bounds the work of one request if a filter matches little. */
const MAX_ENTRIES_LOOKED_AT = 300;

/** A page of the rosters that the entries name. Cost: one query of entries per round, and loading each entry. */
export async function listEntries<Entry extends ListEntry>(
  { scope, query, load }: EntrySource<Entry>,
  page: ListPage,
): Promise<RosterList> {
  const limit = page.limit ?? DEFAULT_LIST_LIMIT;
  const items: Roster[] = [];
  let position = decodeCursor(scope, page.cursor);
  let participants = 0;

  for (let lookedAt = 0; lookedAt < MAX_ENTRIES_LOOKED_AT;) {
    const { entries, more } = await query({ limit, after: position });
    lookedAt += entries.length;
    for (const batch of batchesOf(entries, LOADS_IN_FLIGHT)) {
      const loaded = await mapConcurrently(batch, LOADS_IN_FLIGHT, load);
      for (const [index, entry] of batch.entries()) {
        const item = loaded[index];
        if (!item) continue;
        participants += item.participants.length;
        if (items.length > 0 && participants > MAX_PARTICIPANTS_PER_ANSWER) {
          return { items, nextCursor: encodeCursor(scope, position ?? '') };
        }
        position = entry.position;
        items.push(item);
        if (items.length >= limit) {
          const last = !more && entry === entries.at(-1);
          return { items, nextCursor: last ? null : encodeCursor(scope, entry.position) };
        }
      }
    }
    position = entries.at(-1)?.position ?? position;
    if (!more) return { items, nextCursor: null };
  }
  return { items, nextCursor: position === undefined ? null : encodeCursor(scope, position) };
}

function batchesOf<Entry>(entries: readonly Entry[], size: number): Entry[][] {
  const batches: Entry[][] = [];
  for (let start = 0; start < entries.length; start += size) batches.push(entries.slice(start, start + size));
  return batches;
}
