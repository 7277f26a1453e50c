import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock';
import { currentDeadline } from '../rosters/decision';
import { walkSyncPoint } from '../sync-points/settle-sync-point';
import { statusOf } from '../sync-points/sync-point';
import { loadSyncPoint } from '../sync-points/sync-point-repository';
import type { Table } from '../table/table';
import type { DeadlinePayload, ScheduleSetter } from './schedules';

/** A schedule that fires this little early, by another clock than ours, is waited out on the spot. */
const LONGEST_EARLINESS_MS = 5_000;

/**
 * What happens when a schedule fires, perhaps late, twice, or after the deadline moved: the pages decide. When the
 * deadline lies ahead the schedule is set again, because the one that fired is gone after it.
 */
export async function expireDeadline(
  table: Table,
  now: Clock,
  schedules: ScheduleSetter,
  payload: DeadlinePayload,
): Promise<'ended' | 'rescheduled' | 'nothing-to-do'> {
  for (;;) {
    const syncPoint = await loadSyncPoint(table, payload.id);
    const walked = syncPoint && (await walkSyncPoint(table, syncPoint, { kind: 'observe' }, now()));
    if (!walked) return 'nothing-to-do';
    if (statusOf(walked.syncPoint) !== 'waiting') return 'ended';

    const { deadlineMs } = currentDeadline(walked.syncPoint.pages);
    if (deadlineMs === null) return 'nothing-to-do';
    const aheadMs = deadlineMs - now();
    if (aheadMs > LONGEST_EARLINESS_MS) {
      await schedules.set(payload, deadlineMs);
      return 'rescheduled';
    }
    await delay(Math.max(0, aheadMs));
  }
}
