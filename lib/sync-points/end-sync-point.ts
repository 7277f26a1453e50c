import type { Caller } from '../agents/caller';
import type { Clock } from '../clock';
import type { Ending } from '../rosters/page';
import type { Wish } from '../rosters/walk';
import type { Table } from '../table/table';
import { refusedAsEnded } from './arrive';
import { requireFutureDeadline } from './create-sync-point';
import { notFound, readSyncPoint, requireCreatorOrAdmin } from './read-sync-point';
import { walkSyncPoint } from './settle-sync-point';
import { statusOf, type SyncPoint, viewSyncPoint } from './sync-point';

/**
 * Completes or cancels by hand. When it has ended already: the same ending is no error and changes nothing.
 * Cost: 1 read of everything, 1 write unit per page not filled, 1 write of the header.
 *
 * @throws MusterError `sync-point.not-found`, `auth.forbidden`, `sync-point.not-waiting`, `sync-point.expired`.
 */
export async function endSyncPoint(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
  ending: Exclude<Ending, 'expired'>,
  reason: string | undefined,
): Promise<SyncPoint> {
  const nowMs = now();
  const closing = { as: ending, atMs: nowMs, by: caller.agentId, reason: reason ?? null };
  const { syncPoint } = await carryOut(table, now, caller, id, { kind: 'end', closing });
  const status = statusOf(syncPoint);
  if (status !== ending) throw refusedAsEnded(status, id, { syncPoint: viewSyncPoint(syncPoint) });
  return syncPoint;
}

/**
 * Moves the deadline, later or earlier, or sets the first one.
 * Cost: 1 read of everything, 1 write unit per page not filled, 1 write of the header.
 *
 * @throws MusterError as above, and `request.invalid` for a deadline that is not in the future.
 */
export async function moveDeadline(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
  deadline: string,
): Promise<SyncPoint> {
  const deadlineMs = Date.parse(deadline);
  const { syncPoint, moved } = await carryOut(table, now, caller, id, { kind: 'move', deadlineMs, by: caller.agentId });
  if (!moved) throw refusedAsEnded(statusOf(syncPoint), id, { syncPoint: viewSyncPoint(syncPoint) });
  return syncPoint;
}

async function carryOut(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
  wish: Wish,
): Promise<{ syncPoint: SyncPoint; moved: boolean }> {
  const { syncPoint, relation } = await readSyncPoint(table, now, caller, id);
  requireCreatorOrAdmin(relation, id);
  const nowMs = now();
  if (wish.kind === 'move') requireFutureDeadline(wish.deadlineMs, nowMs);
  // The ending is not before what was read above.
  const timed: Wish = wish.kind === 'end' ? { kind: 'end', closing: { ...wish.closing, atMs: nowMs } } : wish;
  const walked = await walkSyncPoint(table, syncPoint, timed, nowMs);
  if (!walked) throw notFound(id);
  return walked;
}
