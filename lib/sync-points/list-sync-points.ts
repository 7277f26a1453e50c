import { decodeCursor, encodeCursor } from '../api/cursor';
import { type Caller, isAdmin } from '../agents/caller';
import type { Clock } from '../clock';
import { MusterError } from '../errors/muster-error';
import { DEFAULT_LIST_LIMIT } from '../limits';
import { type MembershipRole, queryMemberships } from '../memberships/membership-repository';
import { mapConcurrently, type Table } from '../table/table';
import { settleIfDue } from './settle-sync-point';
import { statusOf, type SyncPoint, type SyncPointStatus } from './sync-point';
import { loadSyncPoint } from './sync-point-repository';

export interface SyncPointFilter {
  readonly status?: SyncPointStatus | undefined;
  readonly role?: MembershipRole | undefined;
  /** Admins only. */
  readonly agentId?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const LOADS_IN_FLIGHT = 8;
/** Bounds the size of an answer: a page of the list may be shorter than its limit. */
const MAX_PARTICIPANTS_PER_ANSWER = 20_000;
/** Bounds the work of one request when a filter matches little. */
const MAX_ENTRIES_LOOKED_AT = 300;

/**
 * Newest first, statuses as the pages say them. Cost: 1 Query of memberships per round, and what reading each sync
 * point costs.
 *
 * @throws MusterError `auth.forbidden` when somebody but an admin asks for another agent's list.
 */
export async function listSyncPoints(
  table: Table,
  now: Clock,
  caller: Caller,
  filter: SyncPointFilter,
): Promise<{ items: SyncPoint[]; nextCursor: string | null }> {
  const agentId = filter.agentId ?? caller.agentId;
  if (agentId !== caller.agentId && !isAdmin(caller)) {
    throw new MusterError('auth.forbidden', `Only an admin may list the sync points of "${agentId}".`);
  }
  const scope = `sync-points ${agentId}`;
  const limit = filter.limit ?? DEFAULT_LIST_LIMIT;
  const items: SyncPoint[] = [];
  let position = decodeCursor(scope, filter.cursor);
  let participants = 0;

  for (let lookedAt = 0; lookedAt < MAX_ENTRIES_LOOKED_AT;) {
    const { entries, more } = await queryMemberships(table, agentId, 'SP', limit, position);
    lookedAt += entries.length;
    const wanted = entries.filter((entry) => !filter.role || entry.roles.includes(filter.role));
    for (let start = 0; start < wanted.length; start += LOADS_IN_FLIGHT) {
      const batch = wanted.slice(start, start + LOADS_IN_FLIGHT);
      const loaded = await mapConcurrently(batch, LOADS_IN_FLIGHT, async (entry) => ({
        entry,
        syncPoint: await loadSettled(table, now, entry.relatedId),
      }));
      for (const { entry, syncPoint } of loaded) {
        if (!syncPoint || (filter.status && statusOf(syncPoint) !== filter.status)) continue;
        participants += syncPoint.header.participantCount;
        items.push(syncPoint);
        if (items.length >= limit || participants >= MAX_PARTICIPANTS_PER_ANSWER) {
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

async function loadSettled(table: Table, now: Clock, id: string): Promise<SyncPoint | null> {
  const syncPoint = await loadSyncPoint(table, id);
  return syncPoint && settleIfDue(table, syncPoint, now);
}
