/** The names of the API's own types; generated/api.ts has their fields, from the schemas of the service. */
import type { components, operations } from './generated/api.ts';
import type { OPERATIONS } from './generated/operations.ts';

type Schemas = components['schemas'];

export type Agent = Schemas['Agent'];
export type AgentEntry = Schemas['AgentEntry'];
export type RegisteredAgent = Schemas['RegisteredAgent'];
export type CreatedToken = Schemas['CreatedToken'];
export type Me = Schemas['Me'];
export type Health = Schemas['Health'];
export type Presence = Schemas['Presence'];
export type SyncPoint = Schemas['SyncPoint'];
export type CreatedSyncPoint = Schemas['CreatedSyncPoint'];
export type Arrival = Schemas['Arrival'];
export type ArrivalAnswer = Schemas['ArrivalAnswer'];
export type FailureAnswer = Schemas['FailureAnswer'];
export type ExcuseAnswer = Schemas['ExcuseAnswer'];
export type Participant = Schemas['Participant'];
export type ProgressTracker = Schemas['ProgressTracker'];
export type CreatedProgressTracker = Schemas['CreatedProgressTracker'];
export type Report = Schemas['Report'];
export type ReportAnswer = Schemas['ReportAnswer'];
export type TrackerFailureAnswer = Schemas['TrackerFailureAnswer'];
export type TrackerExcuseAnswer = Schemas['TrackerExcuseAnswer'];
export type TrackerParticipant = Schemas['TrackerParticipant'];
export type InboxMessage = Schemas['InboxMessage'];
export type AcknowledgedMessage = Schemas['AcknowledgedMessage'];
export type Acknowledgements = Schemas['Acknowledgements'];
export type AcceptedMessage = Schemas['AcceptedMessage'];
export type SentMessage = Schemas['SentMessage'];
export type MessageWithRecipients = Schemas['MessageWithRecipients'];
export type Event = Schemas['Event'];
export type Warning = Schemas['Warning'];
export type Problem = Schemas['Problem'];

export type RegisterAgent = Schemas['RegisterAgent'];
export type UpdateAgent = Schemas['UpdateAgent'];
export type CheckIn = Schemas['CheckIn'];
export type CreateSyncPoint = Schemas['CreateSyncPoint'];
export type MoveDeadline = Schemas['MoveDeadline'];
export type Arrive = Schemas['Arrive'];
export type Fail = Schemas['Fail'];
export type Excuse = Schemas['Excuse'];
export type End = Schemas['End'];
export type CreateProgressTracker = Schemas['CreateProgressTracker'];
export type ChangeProgressTracker = Schemas['ChangeProgressTracker'];
export type ReportProgress = Schemas['ReportProgress'];
export type Acknowledge = Schemas['Acknowledge'];
export type AcknowledgeMany = Schemas['AcknowledgeMany'];
export type SendMessage = Schemas['SendMessage'];

export type Operation = keyof typeof OPERATIONS;

/** As the API has them, but with booleans for what it spells `true` and `false`. */
type Spelled<T> = [T] extends ['true' | 'false' | undefined] ? boolean : [T] extends ['true' | undefined] ? true : T;

type RawQuery<O extends Operation> = NonNullable<operations[O]['parameters']['query']>;

/** The query parameters of an operation. */
export type QueryOf<O extends Operation> = { readonly [K in keyof RawQuery<O>]: Spelled<RawQuery<O>[K]> };

/** The query parameters of a list, without those that the client takes care of. */
export type Filter<O extends Operation> = Omit<QueryOf<O>, 'cursor' | 'wait'>;

export type PathOf<O extends Operation> = operations[O]['parameters']['path'];

type RequestBody<O extends Operation> = NonNullable<operations[O]['requestBody']>;

export type BodyOf<O extends Operation> = [RequestBody<O>] extends [never]
  ? undefined
  : RequestBody<O> extends { content: { 'application/json': infer Body } }
    ? Body
    : undefined;

type Json<Answer> = Answer extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Answers<O extends Operation> = operations[O]['responses'];

/** What an operation answers when it succeeds. */
export type AnswerOf<O extends Operation> = {
  [Status in keyof Answers<O>]: Status extends 200 | 201 | 204 ? Json<Answers<O>[Status]> : never;
}[keyof Answers<O>];

/** An item of a list. */
export type ItemOf<O extends Operation> = AnswerOf<O> extends { items: readonly (infer Item)[] } ? Item : never;
