// Written by `npm run client-api`. Do not edit.

/**
 * RFC 9457 problem document.
 *
 */
export interface Problem {
  /**
   * Address of the explanation of `code`.
   */
  type: string;
  /**
   * The same for every error with this `code`; for people.
   */
  title: string;
  /**
   * Of the response.
   */
  status: number;
  /**
   * What is wrong with this request; for people.
   */
  detail: string;
  /**
   * Path of the request.
   */
  instance: string;
  /**
   * Stable error code; decide by it.
   */
  code: string;
  /**
   * Finds the request in the logs of the service; name it when you report a problem.
   */
  requestId?: string;
  /**
   * The wrong places of an invalid request, the first 20 at most.
   */
  errors?: {
    /**
     * JSON pointer (RFC 6901) into the body, or the name of a parameter.
     */
    pointer: string;
    detail: string;
  }[];
  [k: string]: unknown;
}
export interface Health {
  status: 'ok';
  version: string;
}
export interface RegisteredAgent {
  agent: Agent;
  /**
   * Shown only in the response to this request and to its repeats; the service stores only its SHA-256 hash.
   */
  token: string;
}
export interface Agent {
  id: string;
  name: string;
  role: 'agent';
  /**
   * `false`: deactivated; all its tokens are revoked.
   */
  active: boolean;
  /**
   * null: the agent has never checked in, or has checked out.
   */
  presence: {
    /**
     * `lost`: the agent did not check in by the time that it had promised.
     */
    status: 'present' | 'lost';
    /**
     * As promised at the last check-in.
     */
    ttlSeconds: number;
    /**
     * First check-in of the streak. A check-in with another `ttlSeconds` starts a new one.
     */
    since: string;
    /**
     * Unless the agent checks in before, it is lost at this time; null once it is.
     */
    expiresAt: string | null;
    /**
     * null while the agent is present.
     */
    lostAt: string | null;
  } | null;
  createdAt: string;
  /**
   * null while it is active.
   */
  deactivatedAt: string | null;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * The valid tokens. A token itself is shown only once, when it is created.
   */
  tokens: {
    id: string;
    createdAt: string;
  }[];
}
export interface RegisterAgent {
  /**
   * Chosen by the service if omitted.
   */
  id?: string;
  /**
   * For people; need not be unique.
   */
  name: string;
  /**
   * Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text.
   */
  metadata?: {
    [k: string]: unknown;
  };
}
/**
 * The members from `createdAt` on are present only for admins and for the agent itself.
 *
 */
export interface AgentEntry {
  id: string;
  name: string;
  role: 'agent';
  /**
   * `false`: deactivated; all its tokens are revoked.
   */
  active: boolean;
  /**
   * null: the agent has never checked in, or has checked out.
   */
  presence: {
    /**
     * `lost`: the agent did not check in by the time that it had promised.
     */
    status: 'present' | 'lost';
    /**
     * As promised at the last check-in.
     */
    ttlSeconds: number;
    /**
     * First check-in of the streak. A check-in with another `ttlSeconds` starts a new one.
     */
    since: string;
    /**
     * Unless the agent checks in before, it is lost at this time; null once it is.
     */
    expiresAt: string | null;
    /**
     * null while the agent is present.
     */
    lostAt: string | null;
  } | null;
  createdAt?: string;
  /**
   * null while it is active.
   */
  deactivatedAt?: string | null;
  metadata?: {
    [k: string]: unknown;
  } | null;
  /**
   * The valid tokens. A token itself is shown only once, when it is created.
   */
  tokens?: {
    id: string;
    createdAt: string;
  }[];
}
export interface UpdateAgent {
  name?: string;
  /**
   * Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text.
   */
  metadata?: {
    [k: string]: unknown;
  } | null;
}
export interface CreatedToken {
  /**
   * Names the token to revoke it; no secret.
   */
  tokenId: string;
  agentId: string;
  createdAt: string;
  /**
   * Shown only in the response to this request and to its repeats; the service stores only its SHA-256 hash.
   */
  token: string;
}
export interface Me {
  id: string;
  name: string;
  /**
   * Of the token.
   */
  role: 'agent' | 'admin';
  tokenId: string;
}
export interface Presence {
  /**
   * `lost`: the agent did not check in by the time that it had promised.
   */
  status: 'present' | 'lost';
  /**
   * As promised at the last check-in.
   */
  ttlSeconds: number;
  /**
   * First check-in of the streak. A check-in with another `ttlSeconds` starts a new one.
   */
  since: string;
  /**
   * Unless the agent checks in before, it is lost at this time; null once it is.
   */
  expiresAt: string | null;
  /**
   * null while the agent is present.
   */
  lostAt: string | null;
}
export interface CheckIn {
  /**
   * The agent promises to check in again within this time. Check in at least twice as often.
   */
  ttlSeconds: number;
}
export interface CreatedSyncPoint {
  id: string;
  name: string;
  description: string | null;
  /**
   * In the order given at the creation.
   */
  participants: string[];
  /**
   * In order of arrival.
   */
  arrivedParticipants: string[];
  /**
   * In the order in which they failed.
   */
  failedParticipants: string[];
  /**
   * Those that nobody waits for any more, in the order in which they were excused.
   */
  excusedParticipants: string[];
  /**
   * Those pending: now, or at the ending.
   */
  missingParticipants: string[];
  /**
   * Nothing is accepted from then on; null: none.
   */
  deadline: string | null;
  /**
   * null: no warning before the deadline.
   */
  warnSeconds: number | null;
  /**
   * What happens when a pending participant is lost.
   */
  whenLost: 'tell' | 'fail';
  createdAt: string;
  /**
   * Id of the agent.
   */
  createdBy: string;
  /**
   * Time of the ending if the status is `completed`, otherwise null.
   */
  completedAt: string | null;
  /**
   * Time of the ending, whatever the status.
   */
  endedAt: string | null;
  /**
   * Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`.
   */
  endedBy: string | null;
  /**
   * As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed.
   */
  endReason: string | null;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * A whole number that grows with every accepted change; see the query parameter `version`.
   */
  version: number;
  /**
   * `waiting` until it ends; all others are final.
   */
  status: 'waiting' | 'completed' | 'failed' | 'expired' | 'cancelled';
  /**
   * null: everyone that is not excused.
   */
  quorum: number | null;
  /**
   * Whether it ends as soon as that is decided.
   */
  endWhen: 'decided' | 'everyone';
  /**
   * Agents that are not registered yet, deactivated, or lost.
   */
  warnings?: Warning[];
}
export interface Warning {
  code: 'agent.not-registered' | 'agent.deactivated' | 'agent.lost';
  agentId: string;
  /**
   * For people.
   */
  detail: string;
}
export interface CreateSyncPoint {
  /**
   * Chosen by the service if omitted.
   */
  id?: string;
  name: string;
  /**
   * For people: what the participants wait for.
   */
  description?: string;
  /**
   * Ids of agents, all different. They need not be registered yet.
   *
   * @minItems 2
   * @maxItems 10000
   */
  participants: string[];
  /**
   * How many arrivals are enough. If omitted: those of everyone that is not excused.
   */
  quorum?: number;
  /**
   * `decided` (default): completed as soon as enough have arrived, failed as soon as that has become impossible. `everyone`: ends when nobody is pending, or at the deadline.
   */
  endWhen?: 'decided' | 'everyone';
  /**
   * In the future, at most 366 days ahead; null: none.
   */
  deadline?: string | null;
  /**
   * Instead of `deadline`: seconds from now, by the clock of the service.
   */
  deadlineSeconds?: number;
  /**
   * That long before the deadline, those pending and the creator get a message that names who is missing.
   */
  warnSeconds?: number;
  /**
   * What happens when a pending participant that has checked in misses its next check-in after the creation. `tell` (default): the creator gets a message. `fail`: the participant has failed.
   */
  whenLost?: 'tell' | 'fail';
  /**
   * Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text.
   */
  metadata?: {
    [k: string]: unknown;
  };
}
export interface SyncPoint {
  id: string;
  name: string;
  description: string | null;
  /**
   * In the order given at the creation.
   */
  participants: string[];
  /**
   * In order of arrival.
   */
  arrivedParticipants: string[];
  /**
   * In the order in which they failed.
   */
  failedParticipants: string[];
  /**
   * Those that nobody waits for any more, in the order in which they were excused.
   */
  excusedParticipants: string[];
  /**
   * Those pending: now, or at the ending.
   */
  missingParticipants: string[];
  /**
   * Nothing is accepted from then on; null: none.
   */
  deadline: string | null;
  /**
   * null: no warning before the deadline.
   */
  warnSeconds: number | null;
  /**
   * What happens when a pending participant is lost.
   */
  whenLost: 'tell' | 'fail';
  createdAt: string;
  /**
   * Id of the agent.
   */
  createdBy: string;
  /**
   * Time of the ending if the status is `completed`, otherwise null.
   */
  completedAt: string | null;
  /**
   * Time of the ending, whatever the status.
   */
  endedAt: string | null;
  /**
   * Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`.
   */
  endedBy: string | null;
  /**
   * As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed.
   */
  endReason: string | null;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * A whole number that grows with every accepted change; see the query parameter `version`.
   */
  version: number;
  /**
   * `waiting` until it ends; all others are final.
   */
  status: 'waiting' | 'completed' | 'failed' | 'expired' | 'cancelled';
  /**
   * null: everyone that is not excused.
   */
  quorum: number | null;
  /**
   * Whether it ends as soon as that is decided.
   */
  endWhen: 'decided' | 'everyone';
}
export interface MoveDeadline {
  /**
   * In the future, at most 366 days ahead; null: none.
   */
  deadline?: string | null;
  /**
   * Instead of `deadline`: seconds from now, by the clock of the service.
   */
  deadlineSeconds?: number;
}
/**
 * `syncPoint` is present only if `wait` was given.
 *
 */
export interface ArrivalAnswer {
  syncPointId: string;
  agentId: string;
  /**
   * `true`: an earlier request recorded this; nothing changed.
   */
  repeated: boolean;
  /**
   * `waiting` until it ends; all others are final.
   */
  status: 'waiting' | 'completed' | 'failed' | 'expired' | 'cancelled';
  arrivedAt: string;
  syncPoint?: SyncPoint;
}
export interface Arrive {
  /**
   * Any JSON value of up to 65536 bytes. All participants can read it.
   */
  data?: unknown;
}
export interface FailureAnswer {
  syncPointId: string;
  agentId: string;
  /**
   * `true`: an earlier request recorded this; nothing changed.
   */
  repeated: boolean;
  /**
   * `waiting` until it ends; all others are final.
   */
  status: 'waiting' | 'completed' | 'failed' | 'expired' | 'cancelled';
  failedAt: string;
}
export interface Fail {
  /**
   * Everyone related can read it.
   */
  reason?: string;
  /**
   * Any JSON value of up to 65536 bytes.
   */
  data?: unknown;
}
export interface ExcuseAnswer {
  syncPointId: string;
  agentId: string;
  /**
   * `true`: an earlier request recorded this; nothing changed.
   */
  repeated: boolean;
  /**
   * `waiting` until it ends; all others are final.
   */
  status: 'waiting' | 'completed' | 'failed' | 'expired' | 'cancelled';
  excusedAt: string;
}
export interface Excuse {
  /**
   * A participant that is pending.
   */
  agentId: string;
  /**
   * Everyone related can read it.
   */
  reason?: string;
}
export interface Arrival {
  agentId: string;
  arrivedAt: string;
  /**
   * Absent if the arrival had none.
   */
  data?: unknown;
}
export interface Participant {
  agentId: string;
  /**
   * Final, once it is no longer `pending`.
   */
  outcome: 'pending' | 'arrived' | 'failed' | 'excused';
  /**
   * Time of the outcome; null while pending.
   */
  at: string | null;
  /**
   * Why it failed or was excused; null if not given.
   */
  reason: string | null;
  /**
   * Absent if there is none.
   */
  data?: unknown;
}
export interface End {
  /**
   * Everyone related can read it.
   */
  reason?: string;
}
export interface Event {
  /**
   * The same wherever the event appears; tells a repeat.
   */
  id: string;
  type:
    | 'SYNC_POINT_CREATED'
    | 'SYNC_POINT_DEADLINE_CHANGED'
    | 'SYNC_POINT_COMPLETED'
    | 'SYNC_POINT_FAILED'
    | 'SYNC_POINT_CANCELLED'
    | 'SYNC_POINT_EXPIRED'
    | 'PROGRESS_TRACKER_CREATED'
    | 'PROGRESS_UPDATED'
    | 'PROGRESS_STALLED'
    | 'PROGRESS_RESUMED'
    | 'PROGRESS_TRACKER_CHANGED'
    | 'PROGRESS_TRACKER_DEADLINE_CHANGED'
    | 'PROGRESS_TRACKER_COMPLETED'
    | 'PROGRESS_TRACKER_FAILED'
    | 'PROGRESS_TRACKER_CANCELLED'
    | 'PROGRESS_TRACKER_EXPIRED'
    | 'AGENT_ARRIVED'
    | 'AGENT_FAILED'
    | 'AGENT_EXCUSED'
    | 'AGENT_REGISTERED'
    | 'AGENT_DEACTIVATED'
    | 'AGENT_REACTIVATED'
    | 'AGENT_LOST'
    | 'AGENT_RETURNED';
  /**
   * Id of the sync point, progress tracker or agent.
   */
  relatedId: string;
  /**
   * The agent that caused the event; `system` if none did.
   */
  agentId: string;
  timestamp: string;
  /**
   * Depends on the type: see docs/events.md.
   */
  details: {
    [k: string]: unknown;
  };
}
export interface CreatedProgressTracker {
  id: string;
  name: string;
  description: string | null;
  /**
   * In the order given at the creation.
   */
  participants: string[];
  /**
   * In order of arrival.
   */
  arrivedParticipants: string[];
  /**
   * In the order in which they failed.
   */
  failedParticipants: string[];
  /**
   * Those that nobody waits for any more, in the order in which they were excused.
   */
  excusedParticipants: string[];
  /**
   * Those pending: now, or at the ending.
   */
  missingParticipants: string[];
  /**
   * Nothing is accepted from then on; null: none.
   */
  deadline: string | null;
  /**
   * null: no warning before the deadline.
   */
  warnSeconds: number | null;
  /**
   * What happens when a pending participant is lost.
   */
  whenLost: 'tell' | 'fail';
  createdAt: string;
  /**
   * Id of the agent.
   */
  createdBy: string;
  /**
   * Time of the ending if the status is `completed`, otherwise null.
   */
  completedAt: string | null;
  /**
   * Time of the ending, whatever the status.
   */
  endedAt: string | null;
  /**
   * Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`.
   */
  endedBy: string | null;
  /**
   * As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed.
   */
  endReason: string | null;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * A whole number that grows with every accepted change; see the query parameter `version`.
   */
  version: number;
  totalSteps: number;
  /**
   * Whose last step completes it.
   */
  completeWhen: 'creator' | 'everyone';
  /**
   * `true`: steps cannot go back.
   */
  monotonic: boolean;
  /**
   * The overall step, reported by the creator.
   */
  currentStep: number;
  /**
   * Current step by participant id.
   */
  participantProgress: {
    [k: string]: number;
  };
  /**
   * `active` until it ends; all others are final.
   */
  status: 'active' | 'completed' | 'failed' | 'expired' | 'cancelled';
  /**
   * Progress of the overall step. With completeWhen `everyone`, the mean of the participants.
   */
  percent: number;
  /**
   * Percentage by participant id.
   */
  participantPercent: {
    [k: string]: number;
  };
  /**
   * Time of the last report that was more than a repeat; null before the first.
   */
  lastProgressAt: string | null;
  /**
   * Estimated seconds left at the recent speed. null until a speed is known, while nothing moves, and after the end.
   */
  etaSeconds: number | null;
  /**
   * null: no message about a stall.
   */
  stallSeconds: number | null;
  /**
   * Time of the last move, or of the creation, if no step has moved for `stallSeconds`; otherwise null.
   */
  stalledSince: string | null;
  /**
   * Agents that are not registered yet, deactivated, or lost.
   */
  warnings?: Warning[];
}
export interface CreateProgressTracker {
  /**
   * Chosen by the service if omitted.
   */
  id?: string;
  name: string;
  /**
   * For people: what makes progress.
   */
  description?: string;
  /**
   * The step at which the work is done.
   */
  totalSteps: number;
  /**
   * Ids of agents that report a step of their own. They need not be registered yet.
   *
   * @minItems 0
   * @maxItems 10000
   */
  participants?: string[];
  /**
   * `creator` (default): completed when the creator reaches totalSteps. `everyone`: when all participants do that are not excused; then a failure fails it.
   */
  completeWhen?: 'creator' | 'everyone';
  /**
   * `true`: steps cannot go back. Default `false`.
   */
  monotonic?: boolean;
  /**
   * In the future, at most 366 days ahead; null: none.
   */
  deadline?: string | null;
  /**
   * Instead of `deadline`: seconds from now, by the clock of the service.
   */
  deadlineSeconds?: number;
  /**
   * That long before the deadline, those pending and the creator get a message that names who is missing.
   */
  warnSeconds?: number;
  /**
   * What happens when a pending participant that has checked in misses its next check-in after the creation. `tell` (default): the creator gets a message. `fail`: the participant has failed.
   */
  whenLost?: 'tell' | 'fail';
  /**
   * The creator gets a message when no step has moved for that long.
   */
  stallSeconds?: number;
  /**
   * Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text.
   */
  metadata?: {
    [k: string]: unknown;
  };
}
export interface ProgressTracker {
  id: string;
  name: string;
  description: string | null;
  /**
   * In the order given at the creation.
   */
  participants: string[];
  /**
   * In order of arrival.
   */
  arrivedParticipants: string[];
  /**
   * In the order in which they failed.
   */
  failedParticipants: string[];
  /**
   * Those that nobody waits for any more, in the order in which they were excused.
   */
  excusedParticipants: string[];
  /**
   * Those pending: now, or at the ending.
   */
  missingParticipants: string[];
  /**
   * Nothing is accepted from then on; null: none.
   */
  deadline: string | null;
  /**
   * null: no warning before the deadline.
   */
  warnSeconds: number | null;
  /**
   * What happens when a pending participant is lost.
   */
  whenLost: 'tell' | 'fail';
  createdAt: string;
  /**
   * Id of the agent.
   */
  createdBy: string;
  /**
   * Time of the ending if the status is `completed`, otherwise null.
   */
  completedAt: string | null;
  /**
   * Time of the ending, whatever the status.
   */
  endedAt: string | null;
  /**
   * Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`.
   */
  endedBy: string | null;
  /**
   * As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed.
   */
  endReason: string | null;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * A whole number that grows with every accepted change; see the query parameter `version`.
   */
  version: number;
  totalSteps: number;
  /**
   * Whose last step completes it.
   */
  completeWhen: 'creator' | 'everyone';
  /**
   * `true`: steps cannot go back.
   */
  monotonic: boolean;
  /**
   * The overall step, reported by the creator.
   */
  currentStep: number;
  /**
   * Current step by participant id.
   */
  participantProgress: {
    [k: string]: number;
  };
  /**
   * `active` until it ends; all others are final.
   */
  status: 'active' | 'completed' | 'failed' | 'expired' | 'cancelled';
  /**
   * Progress of the overall step. With completeWhen `everyone`, the mean of the participants.
   */
  percent: number;
  /**
   * Percentage by participant id.
   */
  participantPercent: {
    [k: string]: number;
  };
  /**
   * Time of the last report that was more than a repeat; null before the first.
   */
  lastProgressAt: string | null;
  /**
   * Estimated seconds left at the recent speed. null until a speed is known, while nothing moves, and after the end.
   */
  etaSeconds: number | null;
  /**
   * null: no message about a stall.
   */
  stallSeconds: number | null;
  /**
   * Time of the last move, or of the creation, if no step has moved for `stallSeconds`; otherwise null.
   */
  stalledSince: string | null;
}
export interface ReportAnswer {
  trackerId: string;
  agentId: string;
  step: number;
  /**
   * The overall step.
   */
  currentStep: number;
  /**
   * `active` until it ends; all others are final.
   */
  status: 'active' | 'completed' | 'failed' | 'expired' | 'cancelled';
  /**
   * `true`: it repeats the latest report of the agent: the same step, with the same data or none. Only `lastReportAt` changes.
   */
  repeated: boolean;
  /**
   * Of this report, also of a repeat.
   */
  reportedAt: string;
}
export interface ReportProgress {
  /**
   * The step reached, at most `totalSteps`.
   */
  step: number;
  /**
   * Any JSON value of up to 65536 bytes, stored with the report.
   */
  data?: unknown;
  /**
   * Accept the report only if this is the current step; otherwise respond with 409.
   */
  ifStep?: number;
}
export interface Report {
  agentId: string;
  step: number;
  /**
   * Absent if the report had none.
   */
  data?: unknown;
  reportedAt: string;
}
export interface ChangeProgressTracker {
  /**
   * In the future, at most 366 days ahead; null: none.
   */
  deadline?: string | null;
  /**
   * Instead of `deadline`: seconds from now, by the clock of the service.
   */
  deadlineSeconds?: number;
  /**
   * Not below a step that was reported.
   */
  totalSteps?: number;
}
export interface TrackerFailureAnswer {
  trackerId: string;
  agentId: string;
  /**
   * `true`: an earlier request recorded this; nothing changed.
   */
  repeated: boolean;
  /**
   * `active` until it ends; all others are final.
   */
  status: 'active' | 'completed' | 'failed' | 'expired' | 'cancelled';
  failedAt: string;
}
export interface TrackerExcuseAnswer {
  trackerId: string;
  agentId: string;
  /**
   * `true`: an earlier request recorded this; nothing changed.
   */
  repeated: boolean;
  /**
   * `active` until it ends; all others are final.
   */
  status: 'active' | 'completed' | 'failed' | 'expired' | 'cancelled';
  excusedAt: string;
}
export interface TrackerParticipant {
  agentId: string;
  /**
   * Final, once it is no longer `pending`.
   */
  outcome: 'pending' | 'arrived' | 'failed' | 'excused';
  /**
   * Time of the outcome; null while pending.
   */
  at: string | null;
  /**
   * Why it failed or was excused; null if not given.
   */
  reason: string | null;
  /**
   * Absent if there is none.
   */
  data?: unknown;
  /**
   * As last reported; 0 before the first report.
   */
  step: number;
  percent: number;
  /**
   * Of the latest report, repeats included.
   */
  lastReportAt: string | null;
}
export interface InboxMessage {
  id: string;
  sender: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
  };
  /**
   * All to whom it was sent by id; otherwise only the owner of the inbox.
   */
  recipients: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
  }[];
  timestamp: string;
  priority: 'LOW' | 'MEDIUM' | 'HIGH';
  /**
   * `type` tells what it is about; the other members depend on it. docs/events.md has those of the service.
   */
  content: {
    type: string;
    [k: string]: unknown;
  };
  /**
   * `true`: recipients are reminded until they acknowledge.
   */
  requiresAcknowledgment: boolean;
  /**
   * From then on it is not listed or reminded; null: never.
   */
  expiresAt: string | null;
  /**
   * Id of the message that it answers.
   */
  inReplyTo: string | null;
  /**
   * Present only if the message was sent to the participants of this.
   */
  recipientsOf?:
    | {
        syncPointId: string;
      }
    | {
        progressTrackerId: string;
      };
  /**
   * null: not dealt with yet.
   */
  acknowledgedAt: string | null;
  /**
   * Reminder number, from 1; absent on the original message.
   */
  reminder?: number;
}
export interface AcknowledgedMessage {
  id: string;
  sender: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
  };
  /**
   * All to whom it was sent by id; otherwise only the owner of the inbox.
   */
  recipients: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
  }[];
  timestamp: string;
  priority: 'LOW' | 'MEDIUM' | 'HIGH';
  /**
   * `type` tells what it is about; the other members depend on it. docs/events.md has those of the service.
   */
  content: {
    type: string;
    [k: string]: unknown;
  };
  /**
   * `true`: recipients are reminded until they acknowledge.
   */
  requiresAcknowledgment: boolean;
  /**
   * From then on it is not listed or reminded; null: never.
   */
  expiresAt: string | null;
  /**
   * Id of the message that it answers.
   */
  inReplyTo: string | null;
  /**
   * Present only if the message was sent to the participants of this.
   */
  recipientsOf?:
    | {
        syncPointId: string;
      }
    | {
        progressTrackerId: string;
      };
  /**
   * null: not dealt with yet.
   */
  acknowledgedAt: string | null;
  /**
   * Reminder number, from 1; absent on the original message.
   */
  reminder?: number;
  /**
   * `true`: acknowledged by an earlier request, whose time and data stand.
   */
  repeated: boolean;
  /**
   * As recorded for the sender; absent if there is none.
   */
  data?: unknown;
}
export interface Acknowledge {
  /**
   * Any JSON value of up to 4096 bytes, for the sender.
   */
  data?: unknown;
}
export interface Acknowledgements {
  /**
   * The acknowledged messages, in the order given.
   */
  items: {
    messageId: string;
    acknowledgedAt: string;
    /**
     * `true`: acknowledged by an earlier request, whose time and data stand.
     */
    repeated: boolean;
  }[];
  /**
   * Ids of messages that are not in the inbox.
   */
  notFound: string[];
}
export interface AcknowledgeMany {
  /**
   * All different.
   *
   * @minItems 1
   * @maxItems 100
   */
  messageIds: string[];
  /**
   * Any JSON value of up to 4096 bytes, for the sender.
   */
  data?: unknown;
}
export interface AcceptedMessage {
  id: string;
  sender: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
  };
  /**
   * The first 100 or, of one message, the page asked for.
   */
  recipients: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
    /**
     * null: not acknowledged yet.
     */
    acknowledgedAt: string | null;
    /**
     * Of the acknowledgement; absent if there is none.
     */
    data?: unknown;
  }[];
  /**
   * Of all recipients, also those not listed here.
   */
  recipientCount: number;
  /**
   * Present only if the message was sent to the participants of this.
   */
  recipientsOf?:
    | {
        syncPointId: string;
      }
    | {
        progressTrackerId: string;
      };
  timestamp: string;
  priority: 'LOW' | 'MEDIUM' | 'HIGH';
  content: {
    type: string;
    [k: string]: unknown;
  };
  requiresAcknowledgment: boolean;
  /**
   * null: never.
   */
  expiresAt: string | null;
  /**
   * Id of the message that it answers.
   */
  inReplyTo: string | null;
  /**
   * Agents that are not registered yet, deactivated, or lost.
   */
  warnings?: Warning[];
}
export interface SendMessage {
  /**
   * Ids, or all participants (up to 10000) of what the sender is related to; the sender too if it takes part.
   */
  recipients:
    | string[]
    | {
        syncPointId: string;
      }
    | {
        progressTrackerId: string;
      };
  /**
   * A `type` and any other members, up to 65536 bytes of JSON; to everyone on a roster 4096.
   */
  content: {
    type: string;
    [k: string]: unknown;
  };
  /**
   * Default MEDIUM.
   */
  priority?: 'LOW' | 'MEDIUM' | 'HIGH';
  /**
   * Default false. Any message can be acknowledged; if this is true, recipients are reminded to.
   */
  requiresAcknowledgment?: boolean;
  /**
   * In the future, at most 366 days ahead. From then on it is not listed, reminded or delivered.
   */
  expiresAt?: string;
  /**
   * Instead of `expiresAt`: seconds from now, by the clock of the service.
   */
  expiresInSeconds?: number;
  /**
   * Id of the message that this one answers; not checked.
   */
  inReplyTo?: string;
}
export interface SentMessage {
  id: string;
  sender: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
  };
  /**
   * The first 100 or, of one message, the page asked for.
   */
  recipients: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
    /**
     * null: not acknowledged yet.
     */
    acknowledgedAt: string | null;
    /**
     * Of the acknowledgement; absent if there is none.
     */
    data?: unknown;
  }[];
  /**
   * Of all recipients, also those not listed here.
   */
  recipientCount: number;
  /**
   * Present only if the message was sent to the participants of this.
   */
  recipientsOf?:
    | {
        syncPointId: string;
      }
    | {
        progressTrackerId: string;
      };
  timestamp: string;
  priority: 'LOW' | 'MEDIUM' | 'HIGH';
  content: {
    type: string;
    [k: string]: unknown;
  };
  requiresAcknowledgment: boolean;
  /**
   * null: never.
   */
  expiresAt: string | null;
  /**
   * Id of the message that it answers.
   */
  inReplyTo: string | null;
}
export interface MessageWithRecipients {
  id: string;
  sender: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
  };
  /**
   * The first 100 or, of one message, the page asked for.
   */
  recipients: {
    id: string;
    /**
     * The present name; the id of an agent that is not registered.
     */
    name: string;
    /**
     * null: not acknowledged yet.
     */
    acknowledgedAt: string | null;
    /**
     * Of the acknowledgement; absent if there is none.
     */
    data?: unknown;
  }[];
  /**
   * Of all recipients, also those not listed here.
   */
  recipientCount: number;
  /**
   * Present only if the message was sent to the participants of this.
   */
  recipientsOf?:
    | {
        syncPointId: string;
      }
    | {
        progressTrackerId: string;
      };
  timestamp: string;
  priority: 'LOW' | 'MEDIUM' | 'HIGH';
  content: {
    type: string;
    [k: string]: unknown;
  };
  requiresAcknowledgment: boolean;
  /**
   * null: never.
   */
  expiresAt: string | null;
  /**
   * Id of the message that it answers.
   */
  inReplyTo: string | null;
  /**
   * Pass it as `cursor` for further recipients; null if there are none.
   */
  nextCursor: string | null;
}
export interface ListAgentsAnswer {
  items: AgentEntry[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListAgentsQuery {
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ReactivateAgentBody {}
export interface CreateTokenBody {}
export interface ListSyncPointsAnswer {
  items: SyncPoint[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListSyncPointsQuery {
  /**
   * Only sync points with this status. May be repeated; then one of the values has to match.
   */
  status?: ('waiting' | 'completed' | 'failed' | 'expired' | 'cancelled')[];
  /**
   * Only those with this role of the agent. If omitted: both.
   */
  role?: 'participant' | 'creator';
  /**
   * Admins only: list the sync points of this agent.
   */
  agentId?: string;
  /**
   * Admins only: `true` lists the sync points of all agents that are waiting. Of those that have ended, `GET /v1/events` has the events.
   */
  all?: boolean;
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface GetSyncPointQuery {
  /**
   * Long poll: maximum seconds to wait (0 to 20).
   */
  wait?: number;
  /**
   * With `wait`: respond as soon as the version is no longer this one. If omitted: at the ending.
   */
  version?: number;
}
export interface ArriveAtSyncPointQuery {
  /**
   * Long poll: maximum seconds to wait (0 to 20).
   */
  wait?: number;
}
export interface ListArrivalsAnswer {
  items: Arrival[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListArrivalsQuery {
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ListSyncPointParticipantsAnswer {
  items: Participant[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListSyncPointParticipantsQuery {
  /**
   * Only participants with this outcome.
   */
  outcome?: 'pending' | 'arrived' | 'failed' | 'excused';
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ListSyncPointEventsAnswer {
  items: Event[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListSyncPointEventsQuery {
  /**
   * Which events come first. Default `oldest`.
   */
  order?: 'oldest' | 'newest';
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ListProgressTrackersAnswer {
  items: ProgressTracker[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListProgressTrackersQuery {
  /**
   * Only progress trackers with this status. May be repeated; then one of the values has to match.
   */
  status?: ('active' | 'completed' | 'failed' | 'expired' | 'cancelled')[];
  /**
   * Only those with this role of the agent. If omitted: both.
   */
  role?: 'participant' | 'creator';
  /**
   * Admins only: list the progress trackers of this agent.
   */
  agentId?: string;
  /**
   * Admins only: `true` lists the progress trackers of all agents that are active. Of those that have ended, `GET /v1/events` has the events.
   */
  all?: boolean;
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface GetProgressTrackerQuery {
  /**
   * Long poll: maximum seconds to wait (0 to 20).
   */
  wait?: number;
  /**
   * With `wait`: respond as soon as the version is no longer this one. If omitted: at the ending.
   */
  version?: number;
}
export interface ListReportsAnswer {
  items: Report[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListReportsQuery {
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ListProgressTrackerParticipantsAnswer {
  items: TrackerParticipant[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListProgressTrackerParticipantsQuery {
  /**
   * Only participants with this outcome.
   */
  outcome?: 'pending' | 'arrived' | 'failed' | 'excused';
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ListProgressTrackerEventsAnswer {
  items: Event[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListProgressTrackerEventsQuery {
  /**
   * Which events come first. Default `oldest`.
   */
  order?: 'oldest' | 'newest';
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ReadInboxAnswer {
  items: InboxMessage[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ReadInboxQuery {
  /**
   * `true`: only messages not acknowledged yet, whether or not acknowledgement is required: most urgent first, oldest first among equals. Otherwise all messages, oldest first.
   */
  unacknowledged?: boolean;
  /**
   * Only messages whose content has this type.
   */
  type?: string;
  /**
   * Only messages with this priority.
   */
  priority?: 'LOW' | 'MEDIUM' | 'HIGH';
  /**
   * Long poll: maximum seconds to wait for a message (0 to 20).
   */
  wait?: number;
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ListMessagesAnswer {
  items: SentMessage[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListMessagesQuery {
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface GetMessageQuery {
  /**
   * Maximum number of recipients to return. Default 100.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}
export interface ListEventsAnswer {
  items: Event[];
  /**
   * Pass it as `cursor` for the next page; null on the last page.
   */
  nextCursor: string | null;
}
export interface ListEventsQuery {
  /**
   * Only events of this type. May be repeated; then one of the values has to match.
   */
  type?: (
    | 'SYNC_POINT_CREATED'
    | 'SYNC_POINT_DEADLINE_CHANGED'
    | 'SYNC_POINT_COMPLETED'
    | 'SYNC_POINT_FAILED'
    | 'SYNC_POINT_CANCELLED'
    | 'SYNC_POINT_EXPIRED'
    | 'PROGRESS_TRACKER_CREATED'
    | 'PROGRESS_UPDATED'
    | 'PROGRESS_STALLED'
    | 'PROGRESS_RESUMED'
    | 'PROGRESS_TRACKER_CHANGED'
    | 'PROGRESS_TRACKER_DEADLINE_CHANGED'
    | 'PROGRESS_TRACKER_COMPLETED'
    | 'PROGRESS_TRACKER_FAILED'
    | 'PROGRESS_TRACKER_CANCELLED'
    | 'PROGRESS_TRACKER_EXPIRED'
    | 'AGENT_ARRIVED'
    | 'AGENT_FAILED'
    | 'AGENT_EXCUSED'
    | 'AGENT_REGISTERED'
    | 'AGENT_DEACTIVATED'
    | 'AGENT_REACTIVATED'
    | 'AGENT_LOST'
    | 'AGENT_RETURNED'
  )[];
  /**
   * Only events of this sync point, progress tracker or agent.
   */
  relatedId?: string;
  /**
   * Only events that this agent caused; `system` for those that no agent caused.
   */
  agentId?: string;
  /**
   * Only events at or after this time.
   */
  since?: string;
  /**
   * Which events come first. Default `oldest`.
   */
  order?: 'oldest' | 'newest';
  /**
   * Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null.
   */
  limit?: number;
  /**
   * `nextCursor` of the previous page.
   */
  cursor?: string;
}

/** What each operation takes and answers. */
export interface Operations {
  /** Check the health of the service. */
  getHealth: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Health;
  };
  /** Register an agent (admin). */
  registerAgent: {
    path: undefined;
    query: undefined;
    body: RegisterAgent;
    answer: RegisteredAgent;
  };
  /** List all agents, ordered by id (any agent, unless the stage has turned the directory off). */
  listAgents: {
    path: undefined;
    query: ListAgentsQuery;
    body: undefined;
    answer: ListAgentsAnswer;
  };
  /** Read an agent (any agent, unless the stage has turned the directory off). */
  getAgent: {
    path: { readonly agentId: string };
    query: undefined;
    body: undefined;
    answer: AgentEntry;
  };
  /** Change the name or metadata of an agent (self or admin). */
  updateAgent: {
    path: { readonly agentId: string };
    query: undefined;
    body: UpdateAgent;
    answer: Agent;
  };
  /** Deactivate an agent and revoke all its tokens (admin). */
  deactivateAgent: {
    path: { readonly agentId: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Bring a deactivated agent back with the same id, inbox and rosters, and a new token (admin). */
  reactivateAgent: {
    path: { readonly agentId: string };
    query: undefined;
    body: ReactivateAgentBody;
    answer: RegisteredAgent;
  };
  /** Create another token; to rotate, then revoke the old one (self or admin). */
  createToken: {
    path: { readonly agentId: string };
    query: undefined;
    body: CreateTokenBody;
    answer: CreatedToken;
  };
  /** Revoke a token (self or admin). */
  revokeToken: {
    path: { readonly agentId: string; readonly tokenId: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Read the agent that the token belongs to. */
  whoAmI: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Me;
  };
  /** Check in, and promise to do so again within `ttlSeconds`; an agent that misses it counts as lost. */
  checkIn: {
    path: undefined;
    query: undefined;
    body: CheckIn;
    answer: Presence;
  };
  /** Check out: ends the promise; the agent does not count as lost. */
  checkOut: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Create a sync point; participants can register later. */
  createSyncPoint: {
    path: undefined;
    query: undefined;
    body: CreateSyncPoint;
    answer: CreatedSyncPoint;
  };
  /** List the caller's sync points, newest first; with all=true, which is for admins, those of all agents that are open. */
  listSyncPoints: {
    path: undefined;
    query: ListSyncPointsQuery;
    body: undefined;
    answer: ListSyncPointsAnswer;
  };
  /** Read a sync point, or wait until it changes or ends. */
  getSyncPoint: {
    path: { readonly id: string };
    query: GetSyncPointQuery;
    body: undefined;
    answer: SyncPoint;
  };
  /** Move the deadline of a sync point, later or earlier, or take it away. */
  moveSyncPointDeadline: {
    path: { readonly id: string };
    query: undefined;
    body: MoveDeadline;
    answer: SyncPoint;
  };
  /** Arrive at a sync point; when enough have arrived, it is completed. */
  arriveAtSyncPoint: {
    path: { readonly id: string };
    query: ArriveAtSyncPointQuery;
    body: Arrive;
    answer: ArrivalAnswer;
  };
  /** List the arrivals with their data, in order of arrival. */
  listArrivals: {
    path: { readonly id: string };
    query: ListArrivalsQuery;
    body: undefined;
    answer: ListArrivalsAnswer;
  };
  /** Say that the caller cannot do its part. */
  failAtSyncPoint: {
    path: { readonly id: string };
    query: undefined;
    body: Fail;
    answer: FailureAnswer;
  };
  /** Take a pending participant off the list of those waited for. */
  excuseFromSyncPoint: {
    path: { readonly id: string };
    query: undefined;
    body: Excuse;
    answer: ExcuseAnswer;
  };
  /** List what became of each participant, in the order given at creation. */
  listSyncPointParticipants: {
    path: { readonly id: string };
    query: ListSyncPointParticipantsQuery;
    body: undefined;
    answer: ListSyncPointParticipantsAnswer;
  };
  /** Complete a sync point by hand. */
  completeSyncPoint: {
    path: { readonly id: string };
    query: undefined;
    body: End;
    answer: SyncPoint;
  };
  /** Cancel a sync point. */
  cancelSyncPoint: {
    path: { readonly id: string };
    query: undefined;
    body: End;
    answer: SyncPoint;
  };
  /** Fail a sync point by hand. */
  failSyncPoint: {
    path: { readonly id: string };
    query: undefined;
    body: End;
    answer: SyncPoint;
  };
  /** List the events of a sync point, oldest first or newest first. */
  listSyncPointEvents: {
    path: { readonly id: string };
    query: ListSyncPointEventsQuery;
    body: undefined;
    answer: ListSyncPointEventsAnswer;
  };
  /** Create a progress tracker; participants can register later. */
  createProgressTracker: {
    path: undefined;
    query: undefined;
    body: CreateProgressTracker;
    answer: CreatedProgressTracker;
  };
  /** List the caller's progress trackers, newest first; with all=true, which is for admins, those of all agents that are open. */
  listProgressTrackers: {
    path: undefined;
    query: ListProgressTrackersQuery;
    body: undefined;
    answer: ListProgressTrackersAnswer;
  };
  /** Read a progress tracker, or wait until it changes or ends. */
  getProgressTracker: {
    path: { readonly id: string };
    query: GetProgressTrackerQuery;
    body: undefined;
    answer: ProgressTracker;
  };
  /** Move the deadline of a progress tracker, take it away, or change its total. */
  changeProgressTracker: {
    path: { readonly id: string };
    query: undefined;
    body: ChangeProgressTracker;
    answer: ProgressTracker;
  };
  /** Report a step: participants their own, the creator the overall one, a creator that takes part both at once. */
  reportProgress: {
    path: { readonly id: string };
    query: undefined;
    body: ReportProgress;
    answer: ReportAnswer;
  };
  /** List the reports with their data, oldest first. */
  listReports: {
    path: { readonly id: string };
    query: ListReportsQuery;
    body: undefined;
    answer: ListReportsAnswer;
  };
  /** Say that the caller cannot do its part. */
  failAtProgressTracker: {
    path: { readonly id: string };
    query: undefined;
    body: Fail;
    answer: TrackerFailureAnswer;
  };
  /** Take a pending participant off the list of those waited for. */
  excuseFromProgressTracker: {
    path: { readonly id: string };
    query: undefined;
    body: Excuse;
    answer: TrackerExcuseAnswer;
  };
  /** List what became of each participant and its progress, in the order given at creation. */
  listProgressTrackerParticipants: {
    path: { readonly id: string };
    query: ListProgressTrackerParticipantsQuery;
    body: undefined;
    answer: ListProgressTrackerParticipantsAnswer;
  };
  /** Complete a progress tracker by hand. */
  completeProgressTracker: {
    path: { readonly id: string };
    query: undefined;
    body: End;
    answer: ProgressTracker;
  };
  /** Cancel a progress tracker. */
  cancelProgressTracker: {
    path: { readonly id: string };
    query: undefined;
    body: End;
    answer: ProgressTracker;
  };
  /** Fail a progress tracker by hand. */
  failProgressTracker: {
    path: { readonly id: string };
    query: undefined;
    body: End;
    answer: ProgressTracker;
  };
  /** List the events of a progress tracker, oldest first or newest first. */
  listProgressTrackerEvents: {
    path: { readonly id: string };
    query: ListProgressTrackerEventsQuery;
    body: undefined;
    answer: ListProgressTrackerEventsAnswer;
  };
  /** List the caller's messages, or wait for one: those not acknowledged, or all by time. */
  readInbox: {
    path: undefined;
    query: ReadInboxQuery;
    body: undefined;
    answer: ReadInboxAnswer;
  };
  /** Acknowledge a message: it has been dealt with; a repeat has no effect. */
  acknowledgeMessage: {
    path: { readonly messageId: string };
    query: undefined;
    body: Acknowledge;
    answer: AcknowledgedMessage;
  };
  /** Acknowledge up to 100 messages; a repeat has no effect. */
  acknowledgeMessages: {
    path: undefined;
    query: undefined;
    body: AcknowledgeMany;
    answer: Acknowledgements;
  };
  /** Send a message to agents, or to everyone on a roster; recipients can register later. */
  sendMessage: {
    path: undefined;
    query: undefined;
    body: SendMessage;
    answer: AcceptedMessage;
  };
  /** List the messages that the caller has sent, newest first. */
  listMessages: {
    path: undefined;
    query: ListMessagesQuery;
    body: undefined;
    answer: ListMessagesAnswer;
  };
  /** Read a sent message and its acknowledgements (sender or admin). */
  getMessage: {
    path: { readonly id: string };
    query: GetMessageQuery;
    body: undefined;
    answer: MessageWithRecipients;
  };
  /** List the events of all agents (admin). */
  listEvents: {
    path: undefined;
    query: ListEventsQuery;
    body: undefined;
    answer: ListEventsAnswer;
  };
}
