/**
 * The rosters in which a lost agent is waited for. The dispatcher writes memberships, so those of a new roster may come
 * after a loss has been handled. Therefore who handles a loss first records it and then reads the memberships, and who
 * writes the memberships reads the losses afterwards. One of the two sees the other; both is harmless.
 */
import type { Loss } from '../agents/presence';
import {
  entityIdOf,
  headerKey,
  lossKey,
  LOST_PARTITION,
  membershipsBefore,
  pageKey,
  type RosterKind,
  sortableTime,
} from '../table/keys';
import { queryPage } from '../table/query-page';
import type { Service } from '../table/service';
import { batchGet, batchWrite, type Table } from '../table/table';
import { currentTerms, decisionOf, isDue } from './decision';
import type { Entry } from './entry';
import { headerFromItem, type RosterHeader } from './header';
import { queryMemberships } from './memberships';
import { isOpen, type Page, pageIndexOf, type Terms } from './page';
import { pageFromItem } from './page-writes';
import { entryOf } from './roster';
import { loadSettled } from './settle';

/** Longer than the stream or a dead-letter queue keeps the creation of a roster. */
const KEPT_SECONDS = 15 * 86_400;

/** 1 write unit; a repeat changes nothing. */
export const recordLoss = (table: Table, { agentId, lostAtMs, ttlSeconds }: Loss): Promise<void> =>
  batchWrite(table, [
    {
      put: {
        ...lossKey(agentId, lostAtMs),
        ...{ agentId, lostAt: lostAtMs, ttlSeconds },
        expiresAtSeconds: Math.floor(lostAtMs / 1_000) + KEPT_SECONDS,
      },
    },
  ]);

const LOSSES_PER_QUERY = 1_000;

/** Of all agents. One strong Query, mostly empty: 1 read unit. */
export async function lossesSince(table: Table, sinceMs: number): Promise<Loss[]> {
  const losses: Loss[] = [];
  let after: string | undefined = sortableTime(sinceMs);
  do {
    const { items, more } = await queryPage(table, { pk: LOST_PARTITION, limit: LOSSES_PER_QUERY, after });
    for (const { agentId, lostAt, ttlSeconds } of items) {
      losses.push({ agentId: String(agentId), lostAtMs: Number(lostAt), ttlSeconds: Number(ttlSeconds) });
    }
    after = more ? String(items.at(-1)?.['sk']) : undefined;
  } while (after !== undefined);
  return losses;
}

/** A roster that waits for an agent, and the page of the agent. */
export interface Awaiting {
  readonly kind: RosterKind;
  readonly header: RosterHeader;
  readonly page: Page;
}

/** A BatchGet of headers, one of pages. */
const MEMBERSHIPS_PER_ROUND = 100;

/**
 * All rosters of one kind that wait for a lost agent, round by round. Per round of 100 memberships: 1 Query, the
 * headers, and the agent's own page of those still open. 1 read unit per 4 KB of each.
 */
export async function* rostersAwaiting(service: Service, loss: Loss, kind: RosterKind): AsyncGenerator<Awaiting[]> {
  // Newest first; later ones are no concern of this loss.
  let after = membershipsBefore(kind, loss.lostAtMs + 1);
  for (;;) {
    const { entries, more } = await queryMemberships(service.table, loss.agentId, kind, {
      limit: MEMBERSHIPS_PER_ROUND,
      after,
    });
    const ids = entries.filter(({ roles }) => roles.includes('participant')).map(({ relatedId }) => relatedId);
    // An id that was used again may be listed twice until the first use is removed.
    yield await awaiting(service, loss, kind, [...new Set(ids)]);
    const last = entries.at(-1);
    if (!more || !last) return;
    after = last.position;
  }
}

/** Those of the rosters that were created at or before the loss, are open, and in which the lost agent is pending. */
export async function awaiting(
  service: Service,
  loss: Loss,
  kind: RosterKind,
  ids: readonly string[],
): Promise<Awaiting[]> {
  const { table } = service;
  const headerItems = await batchGet(
    table,
    ids.map((id) => headerKey(kind, id)),
    { consistent: true },
  );
  const headers = headerItems
    .map(headerFromItem)
    .filter(({ status, createdAtMs }) => status === 'open' && createdAtMs <= loss.lostAtMs);
  const pageItems = await batchGet(
    table,
    headers.map((header) => pageKey(kind, header.id, ownPageIndex(kind, header, loss.agentId))),
    { consistent: true },
  );
  const pages = new Map(pageItems.map((item) => [entityIdOf(String(item['pk'])), pageFromItem(item)]));
  const waiting: Awaiting[] = [];
  for (const header of headers) {
    const page = pages.get(header.id);
    if (page && (await isAwaited(service, { kind, header, page }, loss.agentId))) waiting.push({ kind, header, page });
  }
  return waiting;
}

/** The creator of a tracker is on the first page, whatever the hash says. */
const ownPageIndex = (kind: RosterKind, header: RosterHeader, agentId: string): number =>
  kind === 'PT' && header.createdBy === agentId ? 0 : pageIndexOf(agentId, header);

async function isAwaited(service: Service, { kind, header, page }: Awaiting, agentId: string): Promise<boolean> {
  if (!isOpen(page) || !isPending(page.entries.get(agentId), page.terms)) return false;
  if (!isDue(page, service.now())) return true;
  // Its deadline may have been moved by a walk that has not reached this page.
  const roster = await loadSettled(service, { kind, id: header.id });
  if (!roster || decisionOf(roster.pages)) return false;
  return isPending(entryOf(roster, agentId), currentTerms(roster.pages));
}

/** And, of a tracker, not at the total. */
const isPending = (entry: Entry | null | undefined, { totalSteps }: Terms): boolean =>
  entry?.outcome === 'pending' && (totalSteps === null || entry.step < totalSteps);
