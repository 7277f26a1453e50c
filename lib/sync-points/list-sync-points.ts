import type { Caller } from '../agents/caller';
import type { Clock } from '../clock';
import { listRelated, type RelatedFilter } from '../rosters/list-related';
import type { Table } from '../table/table';
import { settleIfDue } from './settle-sync-point';
import { statusOf, type SyncPoint, type SyncPointStatus } from './sync-point';
import { loadSyncPoint } from './sync-point-repository';

export interface SyncPointFilter extends RelatedFilter {
  readonly status?: SyncPointStatus | undefined;
}

/** Newest first, statuses as the pages say them. */
export async function listSyncPoints(
  table: Table,
  now: Clock,
  caller: Caller,
  filter: SyncPointFilter,
): Promise<{ items: SyncPoint[]; nextCursor: string | null }> {
  return listRelated(table, 'SP', caller, filter, async (id) => {
    const loaded = await loadSyncPoint(table, id);
    const syncPoint = loaded && (await settleIfDue(table, loaded, now));
    return syncPoint && (!filter.status || statusOf(syncPoint) === filter.status) ? syncPoint : null;
  });
}
