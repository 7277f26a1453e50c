import { setTimeout as delay } from 'node:timers/promises';
import type { Caller } from '../agents/caller';
import type { Clock } from '../clock';
import { MusterError } from '../errors/muster-error';
import { nextPollMs } from '../poll-interval';
import { isUndecided, isOnPage, pageIndexOf } from '../rosters/page';
import { isRelated, type Relation, relationTo } from '../rosters/relation';
import { readPages } from '../rosters/roster-repository';
import type { Table } from '../table/table';
import { settleIfDue } from './settle-sync-point';
import { syncPointRoster, type SyncPoint } from './sync-point';
import { loadSyncPoint } from './sync-point-repository';

export function relationOf(syncPoint: SyncPoint, caller: Caller): Relation {
  const page = syncPoint.pages[pageIndexOf(caller.agentId, syncPoint.header)];
  return relationTo(syncPoint.header.createdBy, page !== undefined && isOnPage(page, caller.agentId), caller);
}

export const notFound = (id: string): MusterError =>
  new MusterError('sync-point.not-found', `There is no sync point "${id}" that you are related to.`);

/** @throws MusterError `sync-point.not-found` also for callers without a relation. */
export async function readSyncPoint(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
): Promise<{ syncPoint: SyncPoint; relation: Relation }> {
  const loaded = await loadSyncPoint(table, id);
  if (!loaded) throw notFound(id);
  const relation = relationOf(loaded, caller);
  if (!isRelated(relation)) throw notFound(id);
  const syncPoint = await settleIfDue(table, loaded, now);
  if (!syncPoint) throw notFound(id);
  return { syncPoint, relation };
}

/** Complete, cancel and move are for the creator and admins. @throws MusterError `auth.forbidden` for participants. */
export function requireCreatorOrAdmin(relation: Relation, id: string): void {
  if (relation.creator || relation.admin) return;
  throw new MusterError('auth.forbidden', `Only the creator of sync point "${id}" or an admin may do this.`);
}

/**
 * Waits until the sync point has ended or the time is up, and answers its latest state.
 *
 * The lowest undecided page is watched (1 read unit a look, any number of participants): it is filled or closed
 * before the sync point can end, and the deadline is on it too. When it is decided the rest is read again.
 */
export async function waitForEnd(table: Table, now: Clock, syncPoint: SyncPoint, waitMs: number): Promise<SyncPoint> {
  if (waitMs <= 0) return syncPoint;
  const untilMs = now() + waitMs;
  let current = syncPoint;
  for (let pollMs = nextPollMs(); ; pollMs = nextPollMs(pollMs)) {
    const watched = current.pages.find(isUndecided);
    if (!watched) return current;
    const nowMs = now();
    const timeUp = nowMs >= untilMs;
    if (!timeUp) {
      const untilDeadlineMs = watched.deadlineMs === null ? Infinity : Math.max(0, watched.deadlineMs - nowMs);
      await delay(Math.min(pollMs, untilMs - nowMs, untilDeadlineMs));
      const [page] = await readPages(table, syncPointRoster(current.header.id), [watched.index]);
      const due = page?.deadlineMs !== null && page?.deadlineMs !== undefined && page.deadlineMs <= now();
      if (page && isUndecided(page) && !due) continue;
    }
    const refreshed = await refresh(table, now, current);
    if (!refreshed) throw notFound(current.header.id);
    current = refreshed;
    if (timeUp) return current;
  }
}

/** Reads what may have changed since. */
async function refresh(table: Table, now: Clock, syncPoint: SyncPoint): Promise<SyncPoint | null> {
  const open = syncPoint.pages.filter(isUndecided).map((page) => page.index);
  const fresh = new Map(
    (await readPages(table, syncPointRoster(syncPoint.header.id), open)).map((page) => [page.index, page]),
  );
  if (fresh.size < open.length) return null;
  const pages = syncPoint.pages.map((page) => fresh.get(page.index) ?? page);
  return settleIfDue(table, { ...syncPoint, pages }, now);
}
