import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { isoTime } from '../clock';

export const EVENT_TYPES = [
  'SYNC_POINT_CREATED',
  'AGENT_ARRIVED',
  'SYNC_POINT_DEADLINE_CHANGED',
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_CANCELLED',
  'SYNC_POINT_EXPIRED',
  'PROGRESS_TRACKER_CREATED',
  'PROGRESS_UPDATED',
  'PROGRESS_TRACKER_COMPLETED',
  'PROGRESS_TRACKER_CANCELLED',
  'AGENT_REGISTERED',
  'AGENT_DEACTIVATED',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One immutable line of the audit log. */
export interface MusterEvent {
  readonly id: string;
  readonly type: EventType;
  readonly relatedId: string;
  /** `system` for what no agent did. */
  readonly agentId: string;
  readonly timestampMs: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * A UUID (version 7, so in order of time) that says the same for the same change: derived from what happened and
 * when, it is repeated exactly when a stream record is delivered again.
 */
export function derivedId(timestampMs: number, ...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return uuidv7({ msecs: timestampMs, random: digest.subarray(0, 16), seq: digest.readUInt32BE(16) });
}

export function newEvent(
  type: EventType,
  relatedId: string,
  agentId: string,
  timestampMs: number,
  details: Record<string, unknown>,
  /** Tells apart changes of one type by one agent in one millisecond. */
  discriminator: string | number = '',
): MusterEvent {
  const id = derivedId(timestampMs, 'event', type, relatedId, agentId, discriminator);
  return { id, type, relatedId, agentId, timestampMs, details };
}

export const viewEvent = (event: MusterEvent) => ({
  id: event.id,
  type: event.type,
  relatedId: event.relatedId,
  agentId: event.agentId,
  timestamp: isoTime(event.timestampMs),
  details: event.details,
});

const BEGINNINGS = new Set<EventType>(['SYNC_POINT_CREATED', 'PROGRESS_TRACKER_CREATED', 'AGENT_REGISTERED']);
const STEPS = new Set<EventType>(['AGENT_ARRIVED', 'SYNC_POINT_DEADLINE_CHANGED', 'PROGRESS_UPDATED']);

/** Within a millisecond, a beginning comes first and an ending last: the order in which they can have happened. */
export function rankOf(type: EventType): number {
  if (BEGINNINGS.has(type)) return 0;
  return STEPS.has(type) ? 1 : 2;
}
