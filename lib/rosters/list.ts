import type { Caller } from '../http/caller';
import { listRelated, type RelatedFilter } from './list-related';
import { loadRoster, type Roster, type RosterStatus, statusOf } from './roster';
import type { RosterService } from './service';
import { settleRoster } from './settle';

export interface RosterFilter extends RelatedFilter {
  readonly status?: RosterStatus | undefined;
}

/** Newest first, with the statuses from the pages. */
export async function listRosters(
  service: RosterService,
  caller: Caller,
  filter: RosterFilter,
): Promise<{ items: Roster[]; nextCursor: string | null }> {
  const { kind, table } = service;
  const load = async (id: string): Promise<Roster | null> => {
    const loaded = await loadRoster(table, { kind, id });
    const roster = loaded && (await settleRoster(service, loaded));
    return roster && (!filter.status || statusOf(roster) === filter.status) ? roster : null;
  };
  return listRelated(table, { kind, load }, caller, filter);
}
