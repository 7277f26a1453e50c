import { MusterError } from '../common/errors';
import { type Caller, isAdmin, requireAdmin } from '../http/caller';
import { membershipKey } from '../table/keys';
import { type EntrySource, listEntries, type ListEntry, type ListPage, type RosterList } from './list-entries';
import { type MembershipEntry, type MembershipRole, queryMemberships } from './memberships';
import { isEntryOf, queryOpen, removeStaleEntry } from './open-rosters';
import { type RosterStatus, statusOf } from './roster';
import type { RosterService } from './service';
import { loadSettled } from './settle';
import { WORDS } from './words';

export interface RosterFilter extends ListPage {
  /** Only those with one of these. */
  readonly status?: readonly RosterStatus[] | undefined;
  readonly role?: MembershipRole | undefined;
  /** Admins only: the agent whose list is read. */
  readonly agentId?: string | undefined;
  /** Admins only: everything that is open, of all agents. */
  readonly all?: 'true' | 'false' | undefined;
}

/**
 * Newest first, with the statuses from the pages.
 *
 * @throws MusterError `auth.forbidden` if a caller other than an admin asks for the list of another agent, or of all.
 */
export async function listRosters(service: RosterService, caller: Caller, filter: RosterFilter): Promise<RosterList> {
  if (filter.all !== 'true') return listEntries(related(service, caller, filter), filter);
  requireAdmin(caller);
  return listEntries(allOpen(service), filter);
}

/** What an agent participates in or created. */
function related(
  service: RosterService,
  caller: Caller,
  { agentId = caller.agentId, role, status }: RosterFilter,
): EntrySource<MembershipEntry> {
  const { kind, table } = service;
  if (agentId !== caller.agentId && !isAdmin(caller)) {
    throw new MusterError('auth.forbidden', `Only admins may list for another agent, "${agentId}".`);
  }
  return {
    scope: `${kind} ${agentId}`,
    query: (query) => queryMemberships(table, agentId, kind, query),
    load: async ({ relatedId: id, roles, position }) => {
      if (role && !roles.includes(role)) return null;
      const roster = await loadSettled(service, { kind, id });
      // An id can be reused after retention removed its first use; the entry is then about another roster.
      if (!roster || membershipKey(agentId, kind, roster.header.createdAtMs, id).sk !== position) return null;
      return !status || status.includes(statusOf(roster)) ? roster : null;
    },
  };
}

/** An entry of something that has ended, or is gone, is removed by whoever finds it. */
function allOpen(service: RosterService): EntrySource<ListEntry> {
  const { kind, table } = service;
  return {
    scope: `${kind} all`,
    query: (query) => queryOpen(table, kind, query),
    load: async (entry) => {
      const roster = await loadSettled(service, { kind, id: entry.relatedId });
      if (roster && isEntryOf(entry, roster) && statusOf(roster) === WORDS[kind].open) return roster;
      await removeStaleEntry(table, kind, entry);
      return null;
    },
  };
}
