import type { Caller } from '../agents/caller';
import type { Clock } from '../clock';
import { listRelated, type RelatedFilter } from '../rosters/list-related';
import type { Table } from '../table/table';
import { statusOf, type Tracker, type TrackerStatus } from './progress-tracker';
import { settleTracker } from './settle-tracker';
import { loadTracker } from './tracker-repository';

export interface TrackerFilter extends RelatedFilter {
  readonly status?: TrackerStatus | undefined;
}

/** Newest first. */
export async function listTrackers(
  table: Table,
  now: Clock,
  caller: Caller,
  filter: TrackerFilter,
): Promise<{ items: Tracker[]; nextCursor: string | null }> {
  return listRelated(table, 'PT', caller, filter, async (id) => {
    const loaded = await loadTracker(table, id);
    const tracker = loaded && (await settleTracker(table, loaded, now()));
    return tracker && (!filter.status || statusOf(tracker) === filter.status) ? tracker : null;
  });
}
