import type { Caller } from '../agents/caller';
import type { Clock } from '../clock';
import { MusterError } from '../errors/muster-error';
import { updateIf } from '../table/conditional-write';
import { overallKey } from '../table/keys';
import type { Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { statusOf, type Tracker, viewTracker } from './progress-tracker';
import { readTracker, trackerNotFound } from './read-tracker';
import { settleTracker } from './settle-tracker';
import { cancelParams } from './tracker-expressions';
import { loadTracker } from './tracker-repository';

/**
 * Cancels; a tracker that is cancelled already stays as it is. Cost: 2 reads of everything, 1 write unit and 1 per page.
 *
 * @throws MusterError `progress-tracker.not-found`, `auth.forbidden`, `progress-tracker.not-active`.
 */
export async function cancelTracker(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
  reason: string | undefined,
): Promise<Tracker> {
  const { relation } = await readTracker(table, now, caller, id);
  if (!relation.creator && !relation.admin) {
    throw new MusterError('auth.forbidden', `Only the creator of progress tracker "${id}" or an admin may do this.`);
  }
  const nowMs = now();
  const closing = { as: 'cancelled' as const, atMs: nowMs, by: caller.agentId, reason: reason ?? null };
  await updateIf(table, overallKey(id), traced(cancelParams(closing)));
  const loaded = await loadTracker(table, id);
  const tracker = loaded && (await settleTracker(table, loaded, nowMs));
  if (!tracker) throw trackerNotFound(id);
  if (statusOf(tracker) === 'cancelled') return tracker;
  const view = viewTracker(tracker, nowMs);
  throw new MusterError('progress-tracker.not-active', `Progress tracker "${id}" is ${view.status}.`, {
    extensions: { progressTracker: view },
  });
}
