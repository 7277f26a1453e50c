import { mapConcurrently } from '../common/concurrency';
import { type Caller, isAdmin } from '../http/caller';
import { decodeCursor, encodeCursor } from '../table/cursor';
import { MusterError } from '../common/errors';
import { DEFAULT_LIST_LIMIT } from '../common/limits';
import { type MembershipEntry, type MembershipRole, queryMemberships } from './memberships';
import { membershipKey, type RosterKind } from '../table/keys';
import { type Table } from '../table/table';

export interface RelatedFilter {
  readonly role?: MembershipRole | undefined;
  /** Admins only: the agent whose list is read. */
  readonly agentId?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const LOADS_IN_FLIGHT = 8;
/** Bounds the size of a response: a page of the list may be shorter than its limit. */
const MAX_PARTICIPANTS_PER_ANSWER = 20_000;
/** Bounds the work of one request if a filter matches little. */
const MAX_ENTRIES_LOOKED_AT = 300;

interface ListedItem {
  readonly participants: readonly string[];
  readonly header: { readonly id: string; readonly createdAtMs: number };
}

interface RelatedList<Loaded extends ListedItem> {
  readonly kind: RosterKind;
  /** Returns null for entries that were removed or do not match. */
  readonly load: (id: string) => Promise<Loaded | null>;
}

/**
 * The rosters that an agent participates in or created, newest first. Cost: 1 Query of memberships per round, and the
 * cost of loading each entry.
 *
 * @throws MusterError `auth.forbidden` if a caller other than an admin asks for the list of another agent.
 */
export async function listRelated<Loaded extends ListedItem>(
  table: Table,
  { kind, load }: RelatedList<Loaded>,
  caller: Caller,
  filter: RelatedFilter,
): Promise<{ items: Loaded[]; nextCursor: string | null }> {
  const agentId = filter.agentId ?? caller.agentId;
  if (agentId !== caller.agentId && !isAdmin(caller)) {
    throw new MusterError('auth.forbidden', `Only admins may list for another agent, "${agentId}".`);
  }
  const scope = `${kind} ${agentId}`;
  const limit = filter.limit ?? DEFAULT_LIST_LIMIT;
  const items: Loaded[] = [];
  let position = decodeCursor(scope, filter.cursor);
  let participants = 0;

  for (let lookedAt = 0; lookedAt < MAX_ENTRIES_LOOKED_AT;) {
    const { entries, more } = await queryMemberships(table, agentId, kind, { limit, after: position });
    lookedAt += entries.length;
    for (const batch of batchesOf(entries, LOADS_IN_FLIGHT)) {
      const loaded = await mapConcurrently(batch, LOADS_IN_FLIGHT, (entry) =>
        filter.role && !entry.roles.includes(filter.role) ? Promise.resolve(null) : load(entry.relatedId),
      );
      for (const [index, entry] of batch.entries()) {
        const item = loaded[index];
        // An id can be reused after retention removed its first use; the entry is then about another roster.
        if (!item || membershipKey(agentId, kind, item.header.createdAtMs, item.header.id).sk !== entry.position)
          continue;
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

function batchesOf(entries: readonly MembershipEntry[], size: number): MembershipEntry[][] {
  const batches: MembershipEntry[][] = [];
  for (let start = 0; start < entries.length; start += size) batches.push(entries.slice(start, start + size));
  return batches;
}
