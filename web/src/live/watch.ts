/** One sync point or tracker, by long polls: an answer comes as soon as it changes. */
import { ApiError, type Muster, type ProgressTracker, type SyncPoint } from '@muster/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { keepReading, once } from './keep-reading';
import { OPEN_STATUSES } from './roster';

const WAIT_SECONDS = 20;

/** At most so often, however fast it changes. */
const PACE_MS = 250;

export interface Watched<View> {
  readonly view: ReadonlySignal<View | undefined>;
  /** Why there is nothing to show, if asking again is no use. */
  readonly error: ReadonlySignal<ApiError | undefined>;
  readonly stop: () => void;
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
  const stop = keepReading(async (signal) => {
    const query = view.value ? { wait: WAIT_SECONDS, version: view.value.version } : {};
    try {
      view.value = await read(query, once(signal));
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || isPassing(thrown)) throw thrown;
      error.value = thrown;
      return null;
    }
    return OPEN_STATUSES.includes(view.value.status) ? PACE_MS : null;
  });
  return { view, error, stop };
}

/** A missing token is for whoever reads in rounds; the others get better by themselves. */
const isPassing = ({ status }: ApiError): boolean => status === 401 || status === 429 || status >= 500;
