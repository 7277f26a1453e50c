/** What a person reads for each type of event. */
import type { Event } from '@muster/client';
import { AGENT_TYPES } from '../live/event-types';
import type { Outcome, RosterStatus } from '../live/roster';

export type EventType = Event['type'];

interface Told {
  readonly mark: RosterStatus | Exclude<Outcome, 'pending'> | 'lost' | 'present' | 'stalled';
  readonly verb: string;
}

const TOLD: Readonly<Record<EventType, Told>> = {
  SYNC_POINT_CREATED: { mark: 'waiting', verb: 'created' },
  SYNC_POINT_DEADLINE_CHANGED: { mark: 'waiting', verb: 'moved the deadline of' },
  SYNC_POINT_COMPLETED: { mark: 'completed', verb: 'completed' },
  SYNC_POINT_FAILED: { mark: 'failed', verb: 'failed' },
  SYNC_POINT_CANCELLED: { mark: 'cancelled', verb: 'cancelled' },
  SYNC_POINT_EXPIRED: { mark: 'expired', verb: 'expired' },
  PROGRESS_TRACKER_CREATED: { mark: 'active', verb: 'created' },
  PROGRESS_UPDATED: { mark: 'active', verb: 'reported to' },
  PROGRESS_STALLED: { mark: 'stalled', verb: 'stalled' },
  PROGRESS_RESUMED: { mark: 'active', verb: 'moves again' },
  PROGRESS_TRACKER_CHANGED: { mark: 'active', verb: 'changed the total of' },
  PROGRESS_TRACKER_DEADLINE_CHANGED: { mark: 'active', verb: 'moved the deadline of' },
  PROGRESS_TRACKER_COMPLETED: { mark: 'completed', verb: 'completed' },
  PROGRESS_TRACKER_FAILED: { mark: 'failed', verb: 'failed' },
  PROGRESS_TRACKER_CANCELLED: { mark: 'cancelled', verb: 'cancelled' },
  PROGRESS_TRACKER_EXPIRED: { mark: 'expired', verb: 'expired' },
  AGENT_ARRIVED: { mark: 'arrived', verb: 'arrived at' },
  AGENT_FAILED: { mark: 'failed', verb: 'failed at' },
  AGENT_EXCUSED: { mark: 'excused', verb: 'was excused from' },
  AGENT_REGISTERED: { mark: 'present', verb: 'was registered' },
  AGENT_DEACTIVATED: { mark: 'lost', verb: 'was deactivated' },
  AGENT_REACTIVATED: { mark: 'present', verb: 'was reactivated' },
  AGENT_LOST: { mark: 'lost', verb: 'was lost' },
  AGENT_RETURNED: { mark: 'present', verb: 'returned' },
};

/** A newer Muster may log types that this page doesn't know: they are shown as they are called. */
export const toldOf = (type: string): Told =>
  (TOLD as Partial<Record<string, Told>>)[type] ?? { mark: 'active', verb: type };

/** What an agent did to it as a whole. */
const NEEDS_OBJECT: readonly EventType[] = [
  'SYNC_POINT_CREATED',
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_FAILED',
  'SYNC_POINT_CANCELLED',
  'PROGRESS_TRACKER_CREATED',
  'PROGRESS_TRACKER_COMPLETED',
  'PROGRESS_TRACKER_FAILED',
  'PROGRESS_TRACKER_CANCELLED',
];

const includes = (types: readonly EventType[], type: EventType): boolean => types.includes(type);

export const isAboutAgent = (type: EventType): boolean => includes(AGENT_TYPES, type);

export const needsObject = (type: EventType): boolean => includes(NEEDS_OBJECT, type);
