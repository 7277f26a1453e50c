import { setTimeout as delay } from 'node:timers/promises';
import type { MusterError } from '../common/errors';
import { timeAheadProblem } from '../http/time-ahead';
import type { DeadlinePayload } from '../schedules/payloads';
import { LONGEST_EARLINESS_MS, type ScheduleSetter } from '../schedules/schedules';
import type { Service } from '../table/service';
import { currentTerms, decisionOf } from './decision';
import { loadSettled } from './settle';

export interface GivenDeadline {
  /** null: none, or take it away. */
  readonly deadline?: string | null | undefined;
  readonly deadlineSeconds?: number | undefined;
}

/** Epoch milliseconds; null: none. */
export function deadlineOf({ deadline, deadlineSeconds }: GivenDeadline, nowMs: number): number | null {
  if (deadlineSeconds !== undefined) return nowMs + deadlineSeconds * 1_000;
  return typeof deadline === 'string' ? Date.parse(deadline) : null;
}

/** What is wrong with a new deadline; null: nothing. */
export const deadlineProblem = (deadlineMs: number | null, nowMs: number): MusterError | null =>
  deadlineMs === null ? null : timeAheadProblem('#/deadline', deadlineMs, nowMs);

/** @throws MusterError `request.invalid` for a deadline that is not in the future. */
export function newDeadline(given: GivenDeadline, nowMs: number): number | null {
  const deadlineMs = deadlineOf(given, nowMs);
  const problem = deadlineProblem(deadlineMs, nowMs);
  if (problem) throw problem;
  return deadlineMs;
}

/**
 * Runs when a schedule fires, perhaps late, twice, or after a move of the deadline: the pages decide. If the deadline
 * is still ahead, a new schedule is set, because the fired one is deleted.
 */
export async function expireDeadline(
  service: Service & { readonly schedules: ScheduleSetter },
  payload: DeadlinePayload,
): Promise<'ended' | 'rescheduled' | 'nothing-to-do'> {
  const { now, schedules } = service;
  for (;;) {
    const roster = await loadSettled(service, payload);
    if (!roster) return 'nothing-to-do';
    if (decisionOf(roster.pages)) return 'ended';

    const { deadlineMs } = currentTerms(roster.pages);
    if (deadlineMs === null) return 'nothing-to-do';
    const aheadMs = deadlineMs - now();
    if (aheadMs > LONGEST_EARLINESS_MS) {
      await schedules.set(payload, deadlineMs);
      return 'rescheduled';
    }
    await delay(Math.max(0, aheadMs));
  }
}
