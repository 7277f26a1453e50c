import type { Clock } from '../clock';
import { currentDeadline, decisionOf, needsSettling } from '../rosters/decision';
import { walk, type Wish } from '../rosters/walk';
import type { Table } from '../table/table';
import { syncPointRoster, type SyncPoint } from './sync-point';
import { projectDeadline, projectEnding } from './sync-point-repository';

/**
 * The dispatcher writes a completed header within moments of the last arrival. A reader who finds it unwritten after
 * this long takes it that the dispatcher is behind, and writes it instead.
 */
const HEAL_AFTER_MS = 5_000;

/**
 * Carries out a wish on the pages and brings the header in line. Answers the sync point as it then is;
 * null when retention removed it meanwhile.
 */
export async function walkSyncPoint(
  table: Table,
  syncPoint: SyncPoint,
  wish: Wish,
  nowMs: number,
): Promise<{ syncPoint: SyncPoint; moved: boolean } | null> {
  const { id } = syncPoint.header;
  const result = await walk(table, syncPointRoster(id), syncPoint.pages, wish, nowMs);
  if (result.kind === 'gone') return null;
  if (result.kind === 'ended') await projectEnding(table, id, result.decision);
  else {
    const { deadlineMs, moves } = currentDeadline(result.pages);
    if (deadlineMs !== null && moves > syncPoint.header.moves) await projectDeadline(table, id, deadlineMs, moves);
  }
  return { syncPoint: { ...syncPoint, pages: result.pages }, moved: result.kind === 'moved' };
}

/**
 * What every reader does before it answers: a passed deadline or a walk that was cut short is settled first, so that
 * what a reader says can't be overturned. Costs nothing where nothing is due.
 */
export async function settleIfDue(table: Table, syncPoint: SyncPoint, now: Clock): Promise<SyncPoint | null> {
  const nowMs = now();
  if (needsSettling(syncPoint.pages, nowMs)) {
    return (await walkSyncPoint(table, syncPoint, { kind: 'observe' }, nowMs))?.syncPoint ?? null;
  }
  const decision = decisionOf(syncPoint.pages);
  if (decision && syncPoint.header.status === 'waiting' && decision.endedAtMs + HEAL_AFTER_MS <= nowMs) {
    await projectEnding(table, syncPoint.header.id, decision);
  }
  return syncPoint;
}
