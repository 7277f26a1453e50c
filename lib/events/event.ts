import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { isoTime } from '../common/clock';

export const EVENT_TYPES = [
  'SYNC_POINT_CREATED',
  'SYNC_POINT_DEADLINE_CHANGED',
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_FAILED',
  'SYNC_POINT_CANCELLED',
  'SYNC_POINT_EXPIRED',
  'PROGRESS_TRACKER_CREATED',
  'PROGRESS_UPDATED',
  'PROGRESS_STALLED',
  'PROGRESS_RESUMED',
  'PROGRESS_TRACKER_CHANGED',
  'PROGRESS_TRACKER_DEADLINE_CHANGED',
  'PROGRESS_TRACKER_COMPLETED',
  'PROGRESS_TRACKER_FAILED',
  'PROGRESS_TRACKER_CANCELLED',
  'PROGRESS_TRACKER_EXPIRED',
  'AGENT_ARRIVED',
  'AGENT_FAILED',
  'AGENT_EXCUSED',
  'AGENT_REGISTERED',
  'AGENT_DEACTIVATED',
  'AGENT_REACTIVATED',
  'AGENT_LOST',
  'AGENT_RETURNED',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One immutable line of the audit log. */
export interface MusterEvent {
  readonly id: string;
  readonly type: EventType;
  readonly relatedId: string;
  /** `system` if no agent caused the event. */
  readonly agentId: string;
  readonly timestampMs: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * A UUID (version 7, so ordered by time). It is derived from the change and its time, so a redelivered stream record
 * yields the same id.
 */
export function derivedId(timestampMs: number, ...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return uuidv7({ msecs: timestampMs, random: digest.subarray(0, 16), seq: digest.readUInt32BE(16) });
}

/** @param discriminator distinguishes changes of one type by one agent in one millisecond */
export function newEvent(event: Omit<MusterEvent, 'id'>, discriminator: string | number = ''): MusterEvent {
  const { type, relatedId, agentId, timestampMs } = event;
  return { id: derivedId(timestampMs, 'event', type, relatedId, agentId, discriminator), ...event };
}

export const viewEvent = (event: MusterEvent) => ({
  id: event.id,
  type: event.type,
  relatedId: event.relatedId,
  agentId: event.agentId,
  timestamp: isoTime(event.timestampMs),
  details: event.details,
});

const BEGINNINGS = /_(CREATED|REGISTERED)$/;
const ENDINGS = /^(?!AGENT_FAILED).*_(COMPLETED|FAILED|CANCELLED|EXPIRED|DEACTIVATED)$/;

/**
 * Within a millisecond, beginnings sort first and endings last; what a report brings about follows it, and a return the
 * loss, since only that order is possible.
 */
export function rankOf(type: EventType): number {
  if (BEGINNINGS.test(type)) return 0;
  if (ENDINGS.test(type)) return 3;
  return type === 'PROGRESS_RESUMED' || type === 'AGENT_RETURNED' ? 2 : 1;
}
