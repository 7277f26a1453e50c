import { membershipKey, membershipPartition, type RosterKind } from '../table/keys';
import { queryPage } from '../table/query-page';
import type { Item, Table } from '../table/table';

export type MembershipRole = 'participant' | 'creator';

/** That an agent takes part in, or created, something with a roster: what lists are read from. */
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

/** One entry of an agent's list; `position` is where a later page goes on. */
export interface MembershipEntry {
  readonly relatedId: string;
  readonly roles: readonly MembershipRole[];
  readonly position: string;
}

/**
 * An agent's memberships of a kind, newest first, one Query of at most `limit` entries.
 * Written by the dispatcher, so a new one appears a moment after its creation.
 */
export async function queryMemberships(
  table: Table,
  agentId: string,
  kind: RosterKind,
  limit: number,
  after: string | undefined,
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
