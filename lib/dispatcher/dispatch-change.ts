import { dispatchAgentChange } from '../agents/agent-changes';
import { dispatchPageChange } from '../sync-points/page-changes';
import { removeMemberships } from '../rosters/roster-lifecycle';
import { dispatchHeaderChange } from '../sync-points/header-changes';
import { AGENT_SORT_KEY, HEADER_SORT_KEY, PAGE_SORT_KEY_PREFIX, ROSTER_SORT_KEY_PREFIX } from '../table/keys';
import type { Change } from './change';
import type { Dispatcher } from './dispatcher';

/**
 * Turns one change of the table into what follows from it: events, memberships, schedules, notifications and healed
 * projections. Everything is derived from the change, so a change that is delivered twice, late or next to another
 * delivery of itself has the effect of one.
 *
 * Items of one partition come in order; items of different partitions (pages, header) in any order.
 */
export async function dispatchChange(dispatcher: Dispatcher, change: Change): Promise<void> {
  if (change.sk === HEADER_SORT_KEY) return dispatchHeaderChange(dispatcher, change);
  if (change.sk.startsWith(PAGE_SORT_KEY_PREFIX)) return dispatchPageChange(dispatcher, change);
  if (change.sk.startsWith(ROSTER_SORT_KEY_PREFIX)) return dispatchRosterChange(dispatcher, change);
  if (change.sk === AGENT_SORT_KEY) return dispatchAgentChange(dispatcher, change);
}

/** Roster chunks never change; when retention removes one, its memberships go too. */
async function dispatchRosterChange({ table }: Dispatcher, { before, after }: Change): Promise<void> {
  if (before && !after) await removeMemberships(table, 'SP', before);
}
