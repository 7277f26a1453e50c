import { pageIndexOf, type RosterShape, SINGLE_PAGE } from '../../lib/rosters/page';
import { newPageItem } from '../../lib/rosters/page-expressions';
import { headerToItem } from '../../lib/sync-points/sync-point-repository';
import { newOverallItem, newTrackerPageItem } from '../../lib/progress-trackers/tracker-expressions';
import { trackerHeaderToItem } from '../../lib/progress-trackers/tracker-repository';
import { overallKey, pageKey } from '../../lib/table/keys';
import { batchWrite, type Item } from '../../lib/table/table';
import type { TrackerRules } from './tracker-model';
import type { World } from './world';

export interface SmallSyncPoint {
  readonly id: string;
  readonly shape: RosterShape;
  readonly participants: readonly string[];
}

export interface SmallSyncPointOptions {
  readonly id: string;
  readonly pageCount: number;
  readonly participants: readonly string[];
  readonly deadlineMs?: number | null;
}

/**
 * A sync point over several pages with a handful of participants, put straight into the table: through the API it takes
 * more than 20, and many rounds of that take long. At least one participant stands on every page.
 */
export async function putSmallSyncPoint(world: World, options: SmallSyncPointOptions): Promise<SmallSyncPoint> {
  const { shape, items } = smallSyncPoint(options, world.clock.nowMs);
  await batchWrite(
    world.table,
    items.map((item) => ({ put: item })),
  );
  return { id: options.id, shape, participants: options.participants };
}

/** The same as items. */
export function smallSyncPoint(
  { id, pageCount, participants, deadlineMs = null }: SmallSyncPointOptions,
  createdAtMs: number,
): { shape: RosterShape; items: Item[] } {
  const shape = shapeThatUsesAllPages(participants, pageCount);
  const header = headerToItem({
    id,
    name: 'meeting',
    description: null,
    metadata: null,
    participantCount: participants.length,
    ...shape,
    createdBy: 'creator',
    createdAtMs,
    firstDeadlineMs: deadlineMs,
    deadlineMs,
    moves: 0,
    status: 'waiting',
    endedAtMs: null,
    endedBy: null,
    endReason: null,
    requestHash: '',
  });
  const pages = Array.from({ length: shape.pageCount }, (_, index) => ({
    ...pageKey('SP', id, index),
    ...newPageItem(
      participants.filter((participant) => pageIndexOf(participant, shape) === index),
      shape,
      deadlineMs,
    ),
  }));
  return { shape, items: [{ ...header, participants }, ...pages] };
}

/** A tracker over several pages with a handful of participants, as items. The creator is called `creator`. */
export function smallTracker(
  { id, pageCount, ...rules }: { readonly id: string; readonly pageCount: number } & Omit<TrackerRules, 'creator'>,
  createdAtMs: number,
): { shape: RosterShape; items: Item[] } {
  const { participants } = rules;
  const others = participants.filter((who) => who !== 'creator');
  const shape = shapeThatUsesAllPages(others, pageCount);
  const header = trackerHeaderToItem({
    id,
    name: 'migration',
    description: null,
    metadata: null,
    totalSteps: rules.totalSteps,
    completeWhen: rules.completeWhen,
    monotonic: rules.monotonic,
    participantCount: participants.length,
    ...shape,
    createdBy: 'creator',
    createdAtMs,
    status: 'active',
    requestHash: '',
  });
  const pages = Array.from({ length: shape.pageCount }, (_, index) => ({
    ...pageKey('PT', id, index),
    ...newTrackerPageItem(
      others.filter((who) => pageIndexOf(who, shape) === index),
      shape,
      rules,
    ),
  }));
  const overall = { ...overallKey(id), ...newOverallItem('creator', shape.pageCount, rules) };
  return { shape, items: [{ ...header, participants }, overall, ...pages] };
}

function shapeThatUsesAllPages(participants: readonly string[], pageCount: number): RosterShape {
  if (pageCount === 1) return SINGLE_PAGE;
  for (let salt = 1; salt < 10_000; salt++) {
    const shape = { pageCount, salt };
    if (new Set(participants.map((participant) => pageIndexOf(participant, shape))).size === pageCount) return shape;
  }
  throw new Error(`no salt spreads ${participants.join(', ')} over ${pageCount} pages`);
}
