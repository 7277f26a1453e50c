import { isoTimeOrNull } from '../clock';

export type Priority = 'LOW' | 'MEDIUM' | 'HIGH';

export interface Party {
  readonly id: string;
  readonly name: string;
}

/** `type` says what it is; the other members depend on it. */
export interface MessageContent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Types of the messages that the service itself sends; an agent can't send one of these. */
export const NOTIFICATION_TYPES: readonly string[] = [
  'SYNC_POINT_NOTIFICATION',
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_CANCELLED',
  'SYNC_POINT_EXPIRED',
  'PROGRESS_TRACKER_NOTIFICATION',
  'PROGRESS_UPDATE_NOTIFICATION',
  'PROGRESS_TRACKER_CANCELLED',
  'ACKNOWLEDGEMENT_MISSING',
];

/** What an agent receives. Immutable; acknowledging is kept beside it, in the inbox. */
export interface Message {
  readonly id: string;
  readonly sender: Party;
  readonly recipients: readonly Party[];
  /** ISO 8601: a message travels through SNS as it is. */
  readonly timestamp: string;
  readonly priority: Priority;
  readonly content: MessageContent;
  readonly requiresAcknowledgment: boolean;
  /** The how many-th reminder of the message this is; absent the first time. */
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
