/** What one agent takes part in or created. */
import type { Muster, ProgressTracker, SyncPoint } from '@muster/client';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isAdmin } from '../session';
import { serverNow } from './connection';
import { keepReading, once } from './keep-reading';
import { inPieces, merged } from './merge';
import { type Pager, usePager } from './pager';
import { keyOf, OPEN_STATUSES, Roster } from './roster';
import { useShared } from './use-room';

type View = SyncPoint | ProgressTracker;

const PAGE = 20;
const LIST_AGAIN_MS = 10_000;

/** Of those that ended while the page was open. */
const MOST_LATE = 100;

const ENDED = ['completed', 'failed', 'expired', 'cancelled'] as const;

const isNewer = (one: View, other: View): boolean => one.createdAt > other.createdAt;

/**
 * Those of the room, which cost nothing: unless more is open than the room keeps. Then they are listed, at 12 requests
 * a minute.
 */
export function useOpenRosters(id: string): readonly Roster[] {
  const { room, session } = useShared();
  const listed = useSignal<readonly Roster[]>([]);
  const isListed = room.isCut.value;
  useEffect(() => {
    if (!isListed) return undefined;
    return keepReading(async (signal) => {
      const filter = { limit: 100, ...(isAdmin(session) && { agentId: id }) };
      const [syncPoints, trackers] = await Promise.all([
        session.muster.syncPoints.list({ ...filter, status: ['waiting'] }, once(signal)),
        session.muster.trackers.list({ ...filter, status: ['active'] }, once(signal)),
      ]);
      listed.value = [...syncPoints.items, ...trackers.items].map((view) => new Roster(view, serverNow()));
      return LIST_AGAIN_MS;
    });
  }, [id, isListed]);
  return isListed ? listed.value : room.rosters.value.filter((roster) => concerns(roster, id) && roster.observeOpen());
}

const concerns = ({ outcomes, latest }: Roster, id: string): boolean => outcomes.has(id) || latest.createdBy === id;

/**
 * Those that have ended, the latest first among those read: 2 requests for each twenty, and one for each that ends
 * meanwhile.
 */
export function useEnded(id: string): { readonly views: readonly View[]; readonly pager: Pager<View> } {
  const { room, session } = useShared();
  const pager = usePager(() => inPieces(endedOf(session.muster, isAdmin(session) ? id : undefined), PAGE), id);
  const late = useSignal<readonly View[]>([]);
  const justEnded = room.rosters.value.filter((roster) => concerns(roster, id) && !roster.observeOpen());
  const key = justEnded.map((roster) => roster.key).join(' ');
  useEffect(() => {
    const known = new Set([...late.peek(), ...pager.items.peek()].map(keyOf));
    for (const roster of justEnded) {
      // If it fails, it is read when the next one ends.
      if (!known.has(roster.key)) read(roster).catch(() => undefined);
    }
  }, [key]);
  const read = async (roster: Roster): Promise<void> => {
    const { syncPoints, trackers } = session.muster;
    const view = await (roster.kind === 'tracker' ? trackers.get(roster.id) : syncPoints.get(roster.id));
    if (!OPEN_STATUSES.includes(view.status)) late.value = [view, ...late.value].slice(0, MOST_LATE);
  };
  const views = new Map([...late.value, ...pager.items.value].map((view) => [keyOf(view), view]));
  return { views: [...views.values()].sort((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? 1 : -1)), pager };
}

function endedOf(muster: Muster, agentId: string | undefined): AsyncIterable<View> {
  const filter = { limit: PAGE, status: [...ENDED], ...(agentId !== undefined && { agentId }) };
  return merged<View>(muster.syncPoints.list(filter), muster.trackers.list(filter), isNewer);
}
