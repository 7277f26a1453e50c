import { listLatestEvents } from '../events/store';
import { decisionOf } from '../rosters/decision';
import { missingFrom, type Roster } from '../rosters/roster';
import type { Table } from '../table/table';
import { overallStepOf, totalStepsOf } from './tracker';

/** A report from the log; `gained` is null for the first of an agent: where it starts, not work done. */
export interface LoggedStep {
  readonly atMs: number;
  readonly gained: number | null;
}

/** So many of the latest reports tell the speed; those of others may lie between. */
const REPORTS_WANTED = 10;
const EVENTS_PER_QUERY = 50;
const MAX_QUERIES = 4;

/** Nothing moves any more if the last move is this many times as long ago as the longest pause between moves. */
const PAUSES = 3;

/**
 * Seconds left at the recent speed, rounded up: the steps left, by the steps gained per second over the latest reports.
 * Minus the time since the last move; 0 if overdue. null until a speed is known, while nothing moves, and after the
 * end. 1 read unit per 4 KB of log.
 */
export async function etaSeconds(table: Table, roster: Roster, nowMs: number): Promise<number | null> {
  if (decisionOf(roster.pages)) return null;
  const totalSteps = totalStepsOf(roster);
  const left = roster.header.rule.creatorDecides
    ? totalSteps - overallStepOf(roster.pages)
    : missingFrom(roster).reduce((sum, { step }) => sum + totalSteps - step, 0);
  return secondsLeft(await latestSteps(table, roster), left, nowMs);
}

/** Of those whose steps complete it, latest first. */
async function latestSteps(table: Table, { header, participants }: Roster): Promise<LoggedStep[]> {
  const { id, createdAtMs, createdBy, rule } = header;
  const reporters = new Set(rule.creatorDecides ? [createdBy] : participants);
  const steps: LoggedStep[] = [];
  let after: string | undefined;
  for (let query = 0; query < MAX_QUERIES; query++) {
    const found = await listLatestEvents(table, { kind: 'PT', id, createdAtMs }, EVENTS_PER_QUERY, after);
    for (const { type, agentId, timestampMs, details } of found.events) {
      if (type !== 'PROGRESS_UPDATED' || !reporters.has(agentId)) continue;
      const { step, previousStep } = details;
      steps.push({ atMs: timestampMs, gained: typeof previousStep === 'number' ? Number(step) - previousStep : null });
    }
    if (steps.length >= REPORTS_WANTED || found.after === null) break;
    ({ after } = found);
  }
  return steps;
}

/** @param steps latest first */
export function secondsLeft(steps: readonly LoggedStep[], left: number, nowMs: number): number | null {
  // A report that moves nothing tells nothing.
  const moves = steps.filter(({ gained }) => gained !== 0);
  const [latest] = moves;
  const earliest = moves.at(-1);
  if (!latest || !earliest || latest.atMs <= earliest.atMs) return null;
  // What the earliest gained was work before it.
  const gained = moves.slice(0, -1).reduce((sum, move) => sum + (move.gained ?? 0), 0);
  if (gained <= 0) return null;
  const pauses = moves.slice(1).map((move, index) => (moves[index]?.atMs ?? move.atMs) - move.atMs);
  if (nowMs - latest.atMs > PAUSES * Math.max(...pauses)) return null;
  const leftMs = (left / gained) * (latest.atMs - earliest.atMs) - (nowMs - latest.atMs);
  return Math.max(0, Math.ceil(leftMs / 1_000));
}
