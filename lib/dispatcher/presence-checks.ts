import { findPresence, markLost } from '../agents/check-in';
import { isStreak, type Presence, presenceFromItem } from '../agents/presence';
import type { PresencePayload } from '../schedules/payloads';
import { LONGEST_EARLINESS_MS, type ScheduleSetter } from '../schedules/schedules';
import type { Service } from '../table/service';

/**
 * Whether an agent has checked in is looked at by one schedule per streak, which sets itself again: a check-in never
 * calls the Scheduler.
 */
export const schedulePresenceCheck = (
  schedules: ScheduleSetter,
  { agentId, sinceMs }: Presence,
  atMs: number,
): Promise<void> => schedules.set({ kind: 'PRESENCE', agentId, sinceMs }, atMs);

/** Runs when the schedule fires, perhaps late or twice: the presence decides. */
export async function checkPresence(
  { table, now, schedules }: Service & { readonly schedules: ScheduleSetter },
  { agentId, sinceMs }: PresencePayload,
): Promise<'lost' | 'rescheduled' | 'nothing-to-do'> {
  let seen = await findPresence(table, agentId);
  for (;;) {
    // A later streak has a schedule of its own.
    if (!seen || !isStreak(seen) || seen.sinceMs !== sinceMs) return 'nothing-to-do';
    const aheadMs = seen.untilMs - now();
    if (aheadMs > 0) {
      // If this one fired early, by another clock than ours, its deletion must not take the next one along (same name).
      const laterMs = aheadMs <= LONGEST_EARLINESS_MS ? 1_000 : 0;
      await schedulePresenceCheck(schedules, seen, seen.untilMs + laterMs);
      return 'rescheduled';
    }
    const { applied, item } = await markLost(table, seen);
    if (applied) return 'lost';
    // A check-in, or the end of the streak, came in between.
    seen = item && presenceFromItem(item);
  }
}
