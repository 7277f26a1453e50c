import type { ErrorCode } from '../common/errors';
import type { RosterKind } from '../table/keys';

interface Words {
  readonly noun: string;
  /** Of error codes, and of ids made from idempotency keys. */
  readonly code: 'sync-point' | 'progress-tracker';
  /** The status before the ending. */
  readonly open: 'waiting' | 'active';
  readonly ended: ErrorCode;
  /** The member of a problem that shows its current state. */
  readonly member: 'syncPoint' | 'progressTracker';
  /** The member of answers and messages with its id. */
  readonly idMember: 'syncPointId' | 'trackerId';
  /** The beginning of the types of its events and messages. */
  readonly type: 'SYNC_POINT' | 'PROGRESS_TRACKER';
}

/** The words for each kind in error texts, error codes, answers, events and messages. */
export const WORDS = {
  SP: {
    noun: 'sync point',
    code: 'sync-point',
    open: 'waiting',
    ended: 'sync-point.not-waiting',
    member: 'syncPoint',
    idMember: 'syncPointId',
    type: 'SYNC_POINT',
  },
  PT: {
    noun: 'progress tracker',
    code: 'progress-tracker',
    open: 'active',
    ended: 'progress-tracker.not-active',
    member: 'progressTracker',
    idMember: 'trackerId',
    type: 'PROGRESS_TRACKER',
  },
} as const satisfies Record<RosterKind, Words>;
