import { membershipKey, membershipPartition, type RosterKind } from '../table/keys';
import { queryPage } from '../table/query-page';
import type { Item, Table } from '../table/table';
import type { EntryQuery, ListEntry } from './list-entries';

export type MembershipRole = 'participant' | 'creator';

/** Records that an agent participates in, or created, something with a roster. Lists are read from memberships. */
export interface Membership {
  readonly agentId: string;
  readonly kind: RosterKind;
  readonly relatedId: string;
  readonly createdAtMs: number;
  readonly roles: readonly MembershipRole[];
}

export function membershipItem(membership: Membership): Item {
  return {
    ...membershipKey(membership.agentId, membership.kind, membership.createdAtMs, membership.relatedId),
    relatedId: membership.relatedId,
    roles: [...membership.roles],
  };
}

/** One entry of the list of an agent. */
export interface MembershipEntry extends ListEntry {
  readonly roles: readonly MembershipRole[];
}

/**
 * The memberships of an agent of one kind, newest first, with one Query of at most `limit` entries.
 * The dispatcher writes them, so a new one appears a moment after its creation.
 */
export async function queryMemberships(
  table: Table,
  agentId: string,
  kind: RosterKind,
  { limit, after }: EntryQuery,
): Promise<{ entries: MembershipEntry[]; more: boolean }> {
  const { items, more } = await queryPage(table, {
    pk: membershipPartition(agentId),
    prefix: `${kind}#`,
    limit,
    after,
    descending: true,
  });
  const entries = items.map((item) => ({
    relatedId: String(item['relatedId']),
    roles: item['roles'] as MembershipRole[],
    position: String(item['sk']),
  }));
  return { entries, more };
}
