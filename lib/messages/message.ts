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
  /** ISO 8601; absent: never. From then on it is not listed, reminded or delivered. */
  readonly expiresAt?: string;
  /** Id of the message that it answers, as its sender has given it. */
  readonly inReplyTo?: string;
  /** What its recipients are the participants of, if it was sent to them as such. */
  readonly recipientsOf?: RecipientsOf;
  /** Reminder number, from 1; absent on the original message. */
  readonly reminder?: number;
}

/** Whom a message to everyone on a roster goes to. */
export type RecipientsOf = { readonly syncPointId: string } | { readonly progressTrackerId: string };

/** Exact: at that millisecond it has expired. */
export const isExpired = ({ expiresAt }: Pick<Message, 'expiresAt'>, nowMs: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;

/** A message in one agent's inbox. */
export interface InboxMessage extends Message {
  readonly acknowledgedAtMs: number | null;
}

export const viewInboxMessage = ({ acknowledgedAtMs, expiresAt, inReplyTo, ...message }: InboxMessage) => ({
  ...message,
  recipients: [...message.recipients],
  expiresAt: expiresAt ?? null,
  inReplyTo: inReplyTo ?? null,
  acknowledgedAt: isoTimeOrNull(acknowledgedAtMs),
});
