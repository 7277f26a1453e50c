/** How sync points and progress trackers end: what waiting for it returns, and what it throws. */
import { MusterError } from './errors.ts';
import type { Participant, ProgressTracker, SyncPoint, TrackerParticipant } from './types.ts';

/** A sync point after waiting, with the outcomes and data of everyone. */
export interface SyncPointEnd {
  readonly syncPoint: SyncPoint;
  /** In the order of the creation; empty if `participants: false` was given. */
  readonly participants: Participant[];
  /** Of those that arrived with data, by agent id. */
  readonly data: Record<string, unknown>;
}

/** A progress tracker after waiting, with the outcomes and data of everyone. */
export interface TrackerEnd {
  readonly tracker: ProgressTracker;
  /** In the order of the creation; empty if `participants: false` was given. */
  readonly participants: TrackerParticipant[];
  /** Of those that reached the total and reported data with it, by agent id. */
  readonly data: Record<string, unknown>;
}

/**
 * Thrown by `syncPoints.wait` and `arriveAndWait` when the sync point has ended and was not completed. `end` is what
 * they would have returned.
 *
 * @example
 * try {
 *   await muster.syncPoints.wait('nightly');
 * } catch (error) {
 *   if (error instanceof SyncPointEnded) console.log(error.end.syncPoint.status, error.end.data);
 *   else throw error;
 * }
 */
export class SyncPointEnded extends MusterError {
  override readonly name: string = 'SyncPointEnded';
  readonly end: SyncPointEnd;

  constructor(end: SyncPointEnd) {
    super(sentenceOf('Sync point', end.syncPoint, end.participants));
    this.end = end;
  }
}
/** Too many participants have failed, or it was ended as failed by hand. */
export class SyncPointFailed extends SyncPointEnded {
  override readonly name = 'SyncPointFailed';
}
/** Its deadline has passed. */
export class SyncPointExpired extends SyncPointEnded {
  override readonly name = 'SyncPointExpired';
}
/** Its creator or an admin has cancelled it. */
export class SyncPointCancelled extends SyncPointEnded {
  override readonly name = 'SyncPointCancelled';
}

/**
 * Thrown by `trackers.wait` when the progress tracker has ended and was not completed. `end` is what it would have
 * returned.
 *
 * @example
 * try {
 *   await muster.trackers.wait('import');
 * } catch (error) {
 *   if (error instanceof TrackerExpired) console.log(error.end.tracker.percent);
 *   else throw error;
 * }
 */
export class TrackerEnded extends MusterError {
  override readonly name: string = 'TrackerEnded';
  readonly end: TrackerEnd;

  constructor(end: TrackerEnd) {
    super(sentenceOf('Progress tracker', end.tracker, end.participants));
    this.end = end;
  }
}
/** A participant has failed that was waited for, or it was ended as failed by hand. */
export class TrackerFailed extends TrackerEnded {
  override readonly name = 'TrackerFailed';
}
/** Its deadline has passed. */
export class TrackerExpired extends TrackerEnded {
  override readonly name = 'TrackerExpired';
}
/** Its creator or an admin has cancelled it. */
export class TrackerCancelled extends TrackerEnded {
  override readonly name = 'TrackerCancelled';
}

const SYNC_POINT_ERRORS = { failed: SyncPointFailed, expired: SyncPointExpired, cancelled: SyncPointCancelled };
const TRACKER_ERRORS = { failed: TrackerFailed, expired: TrackerExpired, cancelled: TrackerCancelled };

/** Undefined while it is open, and if it was completed. */
export function syncPointEnded(end: SyncPointEnd): SyncPointEnded | undefined {
  const { status } = end.syncPoint;
  return status === 'waiting' || status === 'completed' ? undefined : new SYNC_POINT_ERRORS[status](end);
}

/** Undefined while it is open, and if it was completed. */
export function trackerEnded(end: TrackerEnd): TrackerEnded | undefined {
  const { status } = end.tracker;
  return status === 'active' || status === 'completed' ? undefined : new TRACKER_ERRORS[status](end);
}

type Ended = SyncPoint | ProgressTracker;

/** Like `Sync point nightly has failed: The compiler crashed (failed: builder; missing: tester).` */
function sentenceOf(noun: string, ended: Ended, participants: readonly Participant[]): string {
  const { id, endedBy, endReason, failedParticipants, missingParticipants } = ended;
  const by = endedBy === null || endedBy === 'system' ? '' : ` by ${endedBy}`;
  const reasons = new Map(participants.map(({ agentId, reason }) => [agentId, reason]));
  const failed = failedParticipants.map((agentId) => {
    const reason = reasons.get(agentId) ?? null;
    return reason === null || reason === endReason ? agentId : `${agentId} (${reason})`;
  });
  const who = [listed('failed', failed), listed('missing', missingParticipants)].filter((part) => part !== '');
  const verb = ended.status === 'cancelled' ? 'was' : 'has';
  return (
    `${noun} ${id} ${verb} ${ended.status}${by}${endReason === null ? '' : `: ${endReason}`}` +
    (who.length > 0 ? ` (${who.join('; ')}).` : endReason === null ? '.' : '')
  );
}

/** More names would make the message unreadable. */
const NAMED = 5;

/** Like `missing: builder, tester and 3 more`; empty without names. */
export function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${what}: ${names.slice(0, NAMED).join(', ')}${more}`;
}
