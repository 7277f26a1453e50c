/** Kinds of events that belong together. */
import type { Event } from '@muster/client';

type Types = readonly Event['type'][];

export const ENDING_TYPES = [
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_FAILED',
  'SYNC_POINT_CANCELLED',
  'SYNC_POINT_EXPIRED',
  'PROGRESS_TRACKER_COMPLETED',
  'PROGRESS_TRACKER_FAILED',
  'PROGRESS_TRACKER_CANCELLED',
  'PROGRESS_TRACKER_EXPIRED',
] as const satisfies Types;

/** About an agent itself, which is their `relatedId`. */
export const AGENT_TYPES = [
  'AGENT_REGISTERED',
  'AGENT_DEACTIVATED',
  'AGENT_REACTIVATED',
  'AGENT_LOST',
  'AGENT_RETURNED',
] as const satisfies Types;

/** About a participant of what is their `relatedId`. They don't say whether that is a sync point or a tracker. */
export const PARTICIPANT_TYPES: Types = ['AGENT_ARRIVED', 'AGENT_FAILED', 'AGENT_EXCUSED'];

/**
 * What lies in time, not in a request: it carries the time at which it was due, and is logged when a schedule has
 * fired, up to a minute later.
 */
export const LATE_TYPES: Types = [
  'SYNC_POINT_EXPIRED',
  'PROGRESS_TRACKER_EXPIRED',
  'PROGRESS_STALLED',
  'PROGRESS_RESUMED',
  'AGENT_LOST',
  'AGENT_RETURNED',
];

/** Applied to a state that is newer, they would take it back. */
export const MOVING_TYPES: Types = [
  'PROGRESS_UPDATED',
  'SYNC_POINT_DEADLINE_CHANGED',
  'PROGRESS_TRACKER_DEADLINE_CHANGED',
  'PROGRESS_TRACKER_CHANGED',
];
