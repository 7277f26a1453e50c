import { lossOf, presenceFromItem } from '../agents/presence';
import type { Measurement, MetricName } from '../common/metric';
import { tallyOf } from '../rosters/decision';
import { headerFromItem } from '../rosters/header';
import type { Ending } from '../rosters/page';
import { pageFromItem } from '../rosters/page-writes';
import { dispatchedItemOf, type RosterKind } from '../table/keys';
import type { Item } from '../table/table';
import type { Change } from './change';

const ENDINGS: Readonly<Record<RosterKind, Readonly<Record<Ending, MetricName>>>> = {
  SP: {
    completed: 'SyncPointsCompleted',
    failed: 'SyncPointsFailed',
    expired: 'SyncPointsExpired',
    cancelled: 'SyncPointsCancelled',
  },
  PT: {
    completed: 'TrackersCompleted',
    failed: 'TrackersFailed',
    expired: 'TrackersExpired',
    cancelled: 'TrackersCancelled',
  },
};

/** The metrics of a change, computed only from its two images. */
export function measurementsOf({ before, after, changedAtMs, ...key }: Change): Measurement[] {
  // A created item has no arrival, report or ending yet.
  if (!before || !after) return [];
  switch (dispatchedItemOf(key)) {
    case 'sync-point-page':
      return outcomes('SP', before, after);
    case 'tracker-page':
      return outcomes('PT', before, after);
    case 'sync-point-header':
      return ending('SP', before, after, changedAtMs);
    case 'tracker-header':
      return ending('PT', before, after, changedAtMs);
    case 'presence':
      return lossOf(presenceFromItem(before), presenceFromItem(after)) ? [{ metric: 'AgentsLost', value: 1 }] : [];
    default:
      return [];
  }
}

function outcomes(kind: RosterKind, before: Item, after: Item): Measurement[] {
  const [previous, page] = [pageFromItem(before), pageFromItem(after)];
  const [old, now] = [tallyOf([previous]), tallyOf([page])];
  // Of a tracker, an arrival is a report.
  const counts: [MetricName, number][] = [
    kind === 'SP'
      ? ['Arrivals', now.arrived - old.arrived]
      : ['Reports', page.reports + now.arrived - previous.reports - old.arrived],
    ['Failures', now.failed - old.failed],
  ];
  return counts.filter(([, value]) => value > 0).map(([metric, value]) => ({ metric, value }));
}

function ending(kind: RosterKind, before: Item, after: Item, changedAtMs: number | undefined): Measurement[] {
  const { status, endedAtMs } = headerFromItem(after);
  if (status === 'open' || headerFromItem(before).status !== 'open') return [];
  const counted: Measurement = { metric: ENDINGS[kind][status], value: 1 };
  if (status !== 'expired' || endedAtMs === null || changedAtMs === undefined) return [counted];
  // The time is truncated to the second, so it may be just before the deadline.
  return [counted, { metric: 'ExpiryLag', value: Math.max(0, changedAtMs - endedAtMs) }];
}
