/** Waits until a sync point or a progress tracker has ended, however long and through restarts of the service. */
import type { Clock } from './clock.ts';
import { listed } from './ended.ts';
import { NotFoundError, TimeoutError, WaitTimeoutError } from './errors.ts';
import type { List } from './list.ts';
import type { Limit, RequestOptions } from './transport.ts';
import type { Participant, ProgressTracker, SyncPoint, TrackerParticipant } from './types.ts';

/** Of `wait` and `arriveAndWait`. */
export interface WaitOptions<R = SyncPoint> {
  /** Aborts the wait; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole wait, after which it throws WaitTimeoutError. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Ends the wait early: asked at the first reading and at each change. Default: only the ending ends it. */
  readonly until?: ((current: R) => boolean) | undefined;
  /** Milliseconds that it may take until it exists; before, NotFoundError is not thrown. Default: 0. */
  readonly appearsWithinMs?: number | undefined;
  /** Whether an ending other than `completed` is thrown, unless `until` holds. Default: true. */
  readonly throwUnlessCompleted?: boolean | undefined;
  /** Whether the outcomes and data of the participants are read at the end. Default: true. */
  readonly participants?: boolean | undefined;
}

/** Of each request of a wait: repeated until the limit, without a count. */
type Patience = RequestOptions & Limit;

type Roster = SyncPoint | ProgressTracker;

/** What is waited for, and what it is made of. */
export interface Awaited<R extends Roster, P extends Participant, End> {
  /** For messages, like `Sync point nightly`. */
  readonly called: string;
  /** Of the error that says that it doesn't exist. */
  readonly notFound: 'sync-point.not-found' | 'progress-tracker.not-found';
  /** The first request; undefined if it had no reading. */
  readonly begin?: (waitSeconds: number, patience: Patience) => Promise<R | undefined>;
  readonly read: (query: { readonly wait?: number; readonly version?: number }, patience: Patience) => Promise<R>;
  readonly participants: (patience: Patience) => List<P>;
  readonly endOf: (roster: R, outcomes: { participants: P[]; data: Record<string, unknown> }) => End;
  /** What is thrown of an ending other than `completed`. */
  readonly errorOf: (end: End) => Error | undefined;
}

/** Of one request; the service allows no more. */
const POLL_SECONDS = 20;
/** Between readings of what doesn't exist yet, and of what hasn't changed though the service answered at once. */
const PAUSE_MS = 1_000;

const hasEnded = ({ endedAt }: Roster): boolean => endedAt !== null;

/** @throws what `errorOf` says, WaitTimeoutError at the limit, or what a request throws that can't be repeated */
export async function waitFor<R extends Roster, P extends Participant, End>(
  clock: Clock,
  awaited: Awaited<R, P, End>,
  options: WaitOptions<R>,
): Promise<End> {
  const { signal, timeout, until } = options;
  const endsAtMs = timeout === undefined ? undefined : clock.now() + timeout;
  const patience: Patience = { signal, endsAtMs, maxRetries: Infinity };
  let last: R | undefined;
  try {
    last = await firstReading(clock, awaited, patience, options);
    let holds = until?.(last) ?? false;
    while (!holds && !hasEnded(last)) {
      const pausedUntilMs = Math.min(clock.now() + PAUSE_MS, endsAtMs ?? Infinity);
      const next = await awaited.read({ wait: POLL_SECONDS, ...(until && { version: last.version }) }, patience);
      const restMs = pausedUntilMs - clock.now();
      if (next.version === last.version && !hasEnded(next) && restMs > 0) await clock.sleep(restMs, signal);
      last = next;
      holds = until?.(last) ?? false;
    }
    const participants = options.participants === false ? [] : await awaited.participants(patience).toArray();
    const end = awaited.endOf(last, { participants, data: dataOf(participants) });
    const error = holds || options.throwUnlessCompleted === false ? undefined : awaited.errorOf(end);
    if (error) throw error;
    return end;
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    const state = last ? [`it is ${last.status}`, listed('missing', last.missingParticipants)] : [];
    const sentence = `${awaited.called}: the wait has reached its limit of ${timeout} ms`;
    const told = state.filter((part) => part !== '').join(', ');
    throw new WaitTimeoutError(told === '' ? `${sentence}.` : `${sentence}; ${told}.`, { cause: error });
  }
}

/** Waits out that it doesn't exist, if that was allowed. */
async function firstReading<R extends Roster, P extends Participant, End>(
  clock: Clock,
  awaited: Awaited<R, P, End>,
  patience: Patience,
  { until, appearsWithinMs = 0 }: WaitOptions<R>,
): Promise<R> {
  // To wait for the ending would be too late for `until`.
  const wait = until ? 0 : POLL_SECONDS;
  const appearsUntilMs = clock.now() + appearsWithinMs;
  for (;;) {
    try {
      return (await awaited.begin?.(wait, patience)) ?? (await awaited.read({ wait }, patience));
    } catch (error) {
      const leftMs = Math.min(appearsUntilMs, patience.endsAtMs ?? Infinity) - clock.now();
      if (!(error instanceof NotFoundError && error.code === awaited.notFound) || leftMs <= 0) throw error;
      await clock.sleep(Math.min(PAUSE_MS, leftMs), patience.signal);
    }
  }
}

const dataOf = (participants: readonly (Participant | TrackerParticipant)[]): Record<string, unknown> =>
  Object.fromEntries(
    participants
      .filter(({ outcome, data }) => outcome === 'arrived' && data !== undefined)
      .map(({ agentId, data }) => [agentId, data]),
  );
