import type { Measurement, MetricName } from '../metrics/metric';
import { pageFromItem } from '../rosters/page-expressions';
import { headerFromItem } from '../sync-points/sync-point-repository';
import type { SyncPointStatus } from '../sync-points/sync-point';
import { HEADER_SORT_KEY, OVERALL_SORT_KEY, PAGE_SORT_KEY_PREFIX } from '../table/keys';
import { overallFromItem, trackerPageFromItem } from '../progress-trackers/tracker-expressions';
import type { TrackerStatus } from '../progress-trackers/progress-tracker';
import { trackerHeaderFromItem } from '../progress-trackers/tracker-repository';
import type { Item } from '../table/table';
import type { Change } from './change';

const ENDINGS: Readonly<Record<Exclude<SyncPointStatus, 'waiting'>, MetricName>> = {
  completed: 'SyncPointsCompleted',
  expired: 'SyncPointsExpired',
  cancelled: 'SyncPointsCancelled',
};

const TRACKER_ENDINGS: Readonly<Record<Exclude<TrackerStatus, 'active'>, MetricName>> = {
  completed: 'TrackersCompleted',
  cancelled: 'TrackersCancelled',
};

/** What a change says to the metrics; from the two images alone. */
export function measurementsOf({ pk, sk, before, after, changedAtMs }: Change): Measurement[] {
  // What is created has no arrival, report or ending yet.
  if (!before || !after) return [];
  const isTracker = pk.startsWith('PT#');
  if (sk.startsWith(PAGE_SORT_KEY_PREFIX)) return isTracker ? reports(before, after) : arrivals(before, after);
  if (sk === OVERALL_SORT_KEY) return overallReports(before, after);
  if (sk === HEADER_SORT_KEY) return isTracker ? trackerEnding(before, after) : ending(before, after, changedAtMs);
  return [];
}

function arrivals(before: Item, after: Item): Measurement[] {
  const added = pageFromItem(after).arrived.size - pageFromItem(before).arrived.size;
  return added > 0 ? [{ metric: 'Arrivals', value: added }] : [];
}

function reports(before: Item, after: Item): Measurement[] {
  const previous = trackerPageFromItem(before).steps;
  const reported = [...trackerPageFromItem(after).steps].filter(
    ([agentId, { atMs, step }]) => previous.get(agentId)?.atMs !== atMs || previous.get(agentId)?.step !== step,
  );
  return reported.length > 0 ? [{ metric: 'Reports', value: reported.length }] : [];
}

function overallReports(before: Item, after: Item): Measurement[] {
  const [previous, record] = [overallFromItem(before).record, overallFromItem(after).record];
  const reported = previous.atMs !== record.atMs || previous.step !== record.step;
  return reported ? [{ metric: 'Reports', value: 1 }] : [];
}

function ending(before: Item, after: Item, changedAtMs: number | undefined): Measurement[] {
  const { status, endedAtMs } = headerFromItem(after);
  if (status === 'waiting' || headerFromItem(before).status !== 'waiting') return [];
  const counted: Measurement = { metric: ENDINGS[status], value: 1 };
  if (status !== 'expired' || endedAtMs === null || changedAtMs === undefined) return [counted];
  // The second in which the change was made began before the deadline's millisecond, perhaps.
  return [counted, { metric: 'ExpiryLag', value: Math.max(0, changedAtMs - endedAtMs) }];
}

function trackerEnding(before: Item, after: Item): Measurement[] {
  const { status } = trackerHeaderFromItem(after);
  if (status === 'active' || trackerHeaderFromItem(before).status !== 'active') return [];
  return [{ metric: TRACKER_ENDINGS[status], value: 1 }];
}
