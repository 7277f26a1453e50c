/** One sync point or tracker, by long polls: an answer comes as soon as it changes. */
import { ApiError, type Muster, type ProgressTracker, type SyncPoint } from '@muster/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { keepReading, once } from './keep-reading';
import { OPEN_STATUSES } from './roster';

const WAIT_SECONDS = 20;

/** At most so often, however fast it changes; less often where an answer names thousands of participants. */
const PACE_MS = 250;
const PACE_PER_PARTICIPANT_MS = 0.2;

export interface Watched<View> {
  readonly view: ReadonlySignal<View | undefined>;
  /** Why there is nothing to show, if asking again is no use. */
  readonly error: ReadonlySignal<ApiError | undefined>;
  /** Shows what a request of the page itself has changed, before the long poll tells of it. */
  show(changed: View): void;
  /** @returns stops it */
  readonly start: () => () => void;
}

export const watchSyncPoint = (muster: Muster, id: string): Watched<SyncPoint> =>
  watch((query, options) => muster.syncPoints.get(id, query, options));

export const watchTracker = (muster: Muster, id: string): Watched<ProgressTracker> =>
  watch((query, options) => muster.trackers.get(id, query, options));

type Read<View> = (
  query: { readonly wait?: number; readonly version?: number },
  options: ReturnType<typeof once>,
) => PromiseLike<View>;

function watch<View extends SyncPoint | ProgressTracker>(read: Read<View>): Watched<View> {
  const view = signal<View | undefined>(undefined);
  const error = signal<ApiError | undefined>(undefined);
  const show = (changed: View): void => {
    if (changed.version >= (view.value?.version ?? 0)) view.value = changed;
  };
  const round = async (signal: AbortSignal): Promise<number | null> => {
    const query = view.value ? { wait: WAIT_SECONDS, version: view.value.version } : {};
    try {
      show(await read(query, once(signal)));
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || isPassing(thrown)) throw thrown;
      error.value = thrown;
      return null;
    }
    if (!view.value || !OPEN_STATUSES.includes(view.value.status)) return null;
    return PACE_MS + PACE_PER_PARTICIPANT_MS * view.value.participants.length;
  };
  return { view, error, show, start: () => keepReading(round) };
}

/** A missing token is for whoever reads in rounds; the others get better by themselves. */
const isPassing = ({ status }: ApiError): boolean => status === 401 || status === 429 || status >= 500;
