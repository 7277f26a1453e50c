import type { Muster, ProgressTracker, SyncPoint } from '@muster/client';
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Detail } from '../live/detail';
import { Pages, type ReadPage } from '../live/pages';
import { OPEN_STATUSES } from '../live/roster';
import { useShared } from '../live/use-room';
import { watchSyncPoint, watchTracker } from '../live/watch';
import { isAdmin, messageOf } from '../session';

export type View = SyncPoint | ProgressTracker;
export type Kind = 'sync-point' | 'tracker';

export const NOUNS: Readonly<Record<Kind, string>> = { 'sync-point': 'sync point', tracker: 'progress tracker' };

export const isTracker = (view: View): view is ProgressTracker => 'totalSteps' in view;

export const isOpen = ({ status }: View): boolean => OPEN_STATUSES.includes(status);

/** What the sync points and trackers of the client have in common. */
export const resourceOf = (muster: Muster, kind: Kind) => (kind === 'tracker' ? muster.trackers : muster.syncPoints);

export function useSyncPoint(id: string): Detail<SyncPoint> {
  const { muster } = useShared().session;
  return useStarted(
    useMemo(
      () => new Detail(watchSyncPoint(muster, id), (query, options) => muster.syncPoints.events(id, query, options)),
      [muster, id],
    ),
  );
}

export function useTracker(id: string): Detail<ProgressTracker> {
  const { muster } = useShared().session;
  return useStarted(
    useMemo(
      () => new Detail(watchTracker(muster, id), (query, options) => muster.trackers.events(id, query, options)),
      [muster, id],
    ),
  );
}

function useStarted<V extends View>(detail: Detail<V>): Detail<V> {
  useEffect(() => detail.start(), [detail]);
  return detail;
}

export interface Shown {
  readonly kind: Kind;
  readonly view: View;
  readonly detail: Detail<View>;
}

export const DetailContext = createContext<Shown | undefined>(undefined);

/** What the page is about, for its parts. */
export function useDetail(): Shown {
  const shown = useContext(DetailContext);
  if (!shown) throw new Error('There is no sync point or tracker around this part.');
  return shown;
}

/** A list that is kept up to date while it is on the page. */
export function usePages<Item>(read: ReadPage<Item>, inputs: readonly unknown[], limit?: number): Pages<Item> {
  const { detail } = useDetail();
  const pages = useMemo(() => new Pages(read, limit), inputs);
  useEffect(() => detail.open((signal) => pages.again(signal)), [detail, pages]);
  return pages;
}

interface Task {
  readonly isBusy: boolean;
  readonly error: string | null;
  readonly run: () => void;
}

/** Something that a button does, given up when the part is left. */
export function useTask(work: (signal: AbortSignal) => Promise<void>): Task {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    leaving.current = new AbortController();
    return () => {
      leaving.current.abort();
    };
  }, []);
  const run = async (): Promise<void> => {
    const { signal } = leaving.current;
    setBusy(true);
    try {
      await work(signal);
      setError(null);
    } catch (thrown) {
      if (!signal.aborted) setError(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, run: () => void run() };
}

/** Whether the one who is signed in may end it, excuse participants and move its deadline. */
export function useMayChange(): boolean {
  const { session } = useShared();
  const { view } = useDetail();
  return isOpen(view) && (isAdmin(session) || view.createdBy === session.me.id);
}

/** Ids of the agents that are lost; known to admins. */
export const useLost = (): ReadonlySet<string> => useShared().room.directory.lost.value;
