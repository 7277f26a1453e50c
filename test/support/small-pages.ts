import { pageIndexOf, type RosterShape, SINGLE_PAGE } from '../../lib/rosters/page';
import { newPageItem } from '../../lib/rosters/page-expressions';
import { headerToItem } from '../../lib/sync-points/sync-point-repository';
import { pageKey } from '../../lib/table/keys';
import { batchWrite } from '../../lib/table/table';
import type { World } from './world';

export interface SmallSyncPoint {
  readonly id: string;
  readonly shape: RosterShape;
  readonly participants: readonly string[];
}

/**
 * A sync point over several pages with a handful of participants, put straight into the table: through the API it takes
 * more than 20, and many rounds of that take long. At least one participant stands on every page.
 */
export async function putSmallSyncPoint(
  world: World,
  options: { id: string; pageCount: number; participants: readonly string[]; deadlineMs?: number | null },
): Promise<SmallSyncPoint> {
  const { id, participants, deadlineMs = null } = options;
  const shape = shapeThatUsesAllPages(participants, options.pageCount);
  const header = headerToItem({
    id,
    name: 'meeting',
    description: null,
    metadata: null,
    participantCount: participants.length,
    ...shape,
    createdBy: 'creator',
    createdAtMs: world.clock.nowMs,
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
  await batchWrite(
    world.table,
    [{ ...header, participants }, ...pages].map((item) => ({ put: item })),
  );
  return { id, shape, participants };
}

function shapeThatUsesAllPages(participants: readonly string[], pageCount: number): RosterShape {
  if (pageCount === 1) return SINGLE_PAGE;
  for (let salt = 1; salt < 10_000; salt++) {
    const shape = { pageCount, salt };
    if (new Set(participants.map((participant) => pageIndexOf(participant, shape))).size === pageCount) return shape;
  }
  throw new Error(`no salt spreads ${participants.join(', ')} over ${pageCount} pages`);
}
