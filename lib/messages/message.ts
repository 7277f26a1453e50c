import { isoTimeOrNull } from '../common/clock';

export type Priority = 'LOW' | 'MEDIUM' | 'HIGH';

export interface Party {
  readonly id: string;
  readonly name: string;
}

/** `type` determines the other members. */
export interface MessageContent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Types of messages that only the service may send. */
export const NOTIFICATION_TYPES: readonly string[] = [
  'SYNC_POINT_NOTIFICATION',
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_FAILED',
  'SYNC_POINT_CANCELLED',
  'SYNC_POINT_EXPIRED',
  'SYNC_POINT_DEADLINE_CHANGED',
  'SYNC_POINT_DEADLINE_NEAR',
  'PROGRESS_TRACKER_NOTIFICATION',
  'PROGRESS_UPDATE_NOTIFICATION',
  'PROGRESS_TRACKER_FAILED',
  'PROGRESS_TRACKER_CANCELLED',
  'PROGRESS_TRACKER_EXPIRED',
  'PROGRESS_TRACKER_DEADLINE_CHANGED',
  'PROGRESS_TRACKER_DEADLINE_NEAR',
  'PROGRESS_STALLED',
  'AGENT_FAILED',
  'AGENT_LOST',
  'ACKNOWLEDGEMENT_MISSING',
];

/** A message to agents. It is immutable; the acknowledgement is stored beside it, in the inbox. */
export interface Message {
  readonly id: string;
  readonly sender: Party;
  readonly recipients: readonly Party[];
  /** ISO 8601, because a message passes through SNS as JSON. */
  readonly timestamp: string;
  readonly priority: Priority;
  readonly content: MessageContent;
  readonly requiresAcknowledgment: boolean;
  /** Reminder number, from 1; absent on the original message. */
  readonly reminder?: number;
}

/** A message in one agent's inbox. */
export interface InboxMessage extends Message {
  readonly acknowledgedAtMs: number | null;
}

export const viewInboxMessage = ({ acknowledgedAtMs, ...message }: InboxMessage) => ({
  ...message,
  recipients: [...message.recipients],
  acknowledgedAt: isoTimeOrNull(acknowledgedAtMs),
});
