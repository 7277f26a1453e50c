/** What the API takes and answers; generated/api.ts has every field, from the schemas of the service. */
import type { Operations } from './generated/api.ts';

export type {
  Agent,
  AgentEntry,
  RegisteredAgent,
  CreatedToken,
  Me,
  Health,
  Presence,
  SyncPoint,
  CreatedSyncPoint,
  Arrival,
  ArrivalAnswer,
  FailureAnswer,
  ExcuseAnswer,
  Participant,
  ProgressTracker,
  CreatedProgressTracker,
  Report,
  ReportAnswer,
  TrackerFailureAnswer,
  TrackerExcuseAnswer,
  TrackerParticipant,
  InboxMessage,
  AcknowledgedMessage,
  Acknowledgements,
  AcceptedMessage,
  SentMessage,
  MessageWithRecipients,
  Event,
  Warning,
  Problem,
  RegisterAgent,
  UpdateAgent,
  CheckIn,
  CreateSyncPoint,
  MoveDeadline,
  Arrive,
  Fail,
  Excuse,
  End,
  CreateProgressTracker,
  ChangeProgressTracker,
  ReportProgress,
  Acknowledge,
  AcknowledgeMany,
  SendMessage,
} from './generated/api.ts';

export type Operation = keyof Operations;
export type PathOf<O extends Operation> = Operations[O]['path'];
export type BodyOf<O extends Operation> = Operations[O]['body'];

/** What an operation answers when it succeeds. */
export type AnswerOf<O extends Operation> = Operations[O]['answer'];

/** The query parameters of an operation. */
export type QueryOf<O extends Operation> = Readonly<NonNullable<Operations[O]['query']>>;

/** The query parameters of a list, without those that the client takes care of. */
export type Filter<O extends Operation> = Omit<QueryOf<O>, 'cursor' | 'wait'>;

/** An item of a list. */
export type ItemOf<O extends Operation> = AnswerOf<O> extends { items: readonly (infer Item)[] } ? Item : never;
