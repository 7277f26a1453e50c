import { decisionOf } from '../rosters/decision';
import type { RosterHeader } from '../rosters/header';
import type { Roster } from '../rosters/roster';
import { loadSettled } from '../rosters/settle';
import type { StallPayload } from '../schedules/payloads';
import { LONGEST_EARLINESS_MS, type ScheduleSetter } from '../schedules/schedules';
import { updateIf } from '../table/conditional-write';
import { headerKey } from '../table/keys';
import type { Service } from '../table/service';
import type { Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { lastReportMs } from '../trackers/tracker';

/**
 * Whether a tracker has stalled is looked at by one schedule, which sets itself again: a report never calls the
 * Scheduler. A stall is marked on the header, and its event and message follow from that.
 */
export async function scheduleStallCheck(
  schedules: ScheduleSetter,
  { id, stallSeconds }: Pick<RosterHeader, 'id' | 'stallSeconds'>,
  movedAtMs: number,
): Promise<void> {
  if (stallSeconds !== null) await schedules.set({ kind: 'STALL', id }, movedAtMs + stallSeconds * 1_000);
}

const lastMoveMs = (roster: Roster): number => lastReportMs(roster, 'movedAtMs') ?? roster.header.createdAtMs;

/** Runs when the schedule fires, perhaps late or twice: the pages decide. */
export async function checkStall(
  service: Service & { readonly schedules: ScheduleSetter },
  { id }: StallPayload,
): Promise<'stalled' | 'rescheduled' | 'nothing-to-do'> {
  const { table, now, schedules } = service;
  const roster = await loadSettled(service, { kind: 'PT', id });
  if (!roster || decisionOf(roster.pages)) return 'nothing-to-do';
  const { stallSeconds, stalledSinceMs } = roster.header;
  if (stallSeconds === null || stalledSinceMs !== null) return 'nothing-to-do';
  const movedAtMs = lastMoveMs(roster);
  const aheadMs = movedAtMs + stallSeconds * 1_000 - now();
  if (aheadMs > 0) {
    // If this one fired early, by another clock than ours, its deletion must not take the next one along (same name).
    const laterMs = aheadMs <= LONGEST_EARLINESS_MS ? 1_000 : 0;
    await scheduleStallCheck(schedules, roster.header, movedAtMs + laterMs);
    return 'rescheduled';
  }
  await updateIf(
    table,
    headerKey('PT', id),
    traced({
      UpdateExpression: 'SET stalledSince = :moved REMOVE resumedAt',
      ConditionExpression:
        '#status = :open AND attribute_not_exists(stalledSince) AND (attribute_not_exists(resumedAt) OR resumedAt <= :moved)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':moved': movedAtMs, ':open': 'open' },
    }),
  );
  return 'stalled';
}

/** Takes the mark away if a step has moved since. 1 write unit per KB of the header. */
export async function resumeIfMoved(table: Table, roster: Roster): Promise<void> {
  const movedAtMs = lastMoveMs(roster);
  if (movedAtMs <= (roster.header.stalledSinceMs ?? Infinity)) return;
  await updateIf(
    table,
    headerKey('PT', roster.header.id),
    traced({
      UpdateExpression: 'SET resumedAt = :moved REMOVE stalledSince',
      ConditionExpression: '#status = :open AND stalledSince < :moved',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':moved': movedAtMs, ':open': 'open' },
    }),
  );
}
