import type { RosterKind } from '../table/keys';

/** Payload of a schedule for `expire-deadline`. */
export interface DeadlinePayload {
  readonly kind: RosterKind;
  readonly id: string;
}

/** Payload of a schedule for `send-reminder`. */
export interface ReminderPayload {
  readonly kind: 'REMINDER';
  readonly messageId: string;
  /** Origin of the message: a sent message, or the creation of a sync point. */
  readonly source: { readonly kind: 'MESSAGE' | 'SP'; readonly id: string };
  /**
   * 1 for the first reminder. After the last reminder, limit + 1 tells the sender which acknowledgements are missing.
   */
  readonly number: number;
}

/** Payload of a schedule for `send-reminder`: a deadline is near. */
export interface WarningPayload {
  readonly kind: 'WARNING';
  readonly roster: RosterKind;
  readonly id: string;
  /** The deadline that is near; another one has its own warning. */
  readonly deadlineMs: number;
}

/** Payload of a schedule for `send-reminder`: a progress tracker may have stalled. */
export interface StallPayload {
  readonly kind: 'STALL';
  readonly id: string;
}

/** Payload of a schedule for `send-reminder`: an agent may not have kept its promise to check in. */
export interface PresencePayload {
  readonly kind: 'PRESENCE';
  readonly agentId: string;
  /** Start of the streak of check-ins; another one has its own schedule. */
  readonly sinceMs: number;
}

/** Payloads of schedules for `send-reminder`. */
export type NoticePayload = ReminderPayload | WarningPayload | StallPayload | PresencePayload;

export type SchedulePayload = DeadlinePayload | NoticePayload;

export const isDeadlinePayload = (payload: SchedulePayload): payload is DeadlinePayload =>
  payload.kind === 'SP' || payload.kind === 'PT';

/** A received payload, with the trace of the request that led to the schedule. */
export type Traced<Payload extends SchedulePayload> = Payload & { readonly traceparent?: string };
