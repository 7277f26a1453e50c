import * as z from 'zod';
import { answerSchema, createdAnswer, listOf, timeSchema, warningsSchema } from '../http/answers';
import { MAX_DATA_BYTES, MAX_PARTICIPANTS, MIN_PARTICIPANTS } from '../common/limits';
import { authenticatedRoute, jsonBody, optionalJsonBody } from '../http/route';
import {
  dataSchema,
  descriptionSchema,
  idempotencyHeader,
  idSchema,
  listQuery,
  metadataSchema,
  nameSchema,
  participantsSchema,
  pathId,
  waitSchema,
} from '../http/schemas';
import { recorded, rosterRoutes } from '../rosters/routes';
import {
  deadlineFields,
  isOneDeadline,
  outcomeQuery,
  participantFields,
  repeatedSchema,
  rosterFields,
  rosterListQuery,
  TWO_DEADLINES,
  waitQuery,
  warnSecondsField,
  whenLostField,
} from '../rosters/schemas';

const STATUSES = ['waiting', 'completed', 'failed', 'expired', 'cancelled'] as const;
const statusSchema = z.enum(STATUSES);
/** Of an answer. */
const openStatusSchema = answerSchema(() =>
  statusSchema.meta({ description: '`waiting` until it ends; all others are final.' }),
);
const endWhenSchema = z.enum(['decided', 'everyone']);

const createSyncPointBody = z
  .strictObject({
    id: idSchema.optional().meta({ description: 'Chosen by the service if omitted.' }),
    name: nameSchema,
    description: descriptionSchema.optional().meta({ description: 'For people: what the participants wait for.' }),
    participants: participantsSchema(
      MIN_PARTICIPANTS,
      'must list at least two participants; an orchestrator with one worker takes part itself',
    ).meta({
      description: 'Ids of agents, all different. They need not be registered yet.',
      example: ['builder', 'tester'],
    }),
    quorum: z
      .int()
      .min(1)
      .max(MAX_PARTICIPANTS)
      .optional()
      .meta({ description: 'How many arrivals are enough. If omitted: those of everyone that is not excused.' }),
    endWhen: endWhenSchema.optional().meta({
      description:
        '`decided` (default): completed as soon as enough have arrived, failed as soon as that has become impossible. `everyone`: ends when nobody is pending, or at the deadline.',
    }),
    ...deadlineFields,
    ...warnSecondsField,
    ...whenLostField,
    metadata: metadataSchema.optional(),
  })
  .refine(isOneDeadline, TWO_DEADLINES)
  .superRefine(({ quorum, participants: { length } }, context) => {
    if (quorum === undefined || quorum <= length) return;
    const message = `must be at most the number of participants, ${length}`;
    context.addIssue({ code: 'custom', path: ['quorum'], message });
  })
  .meta({ id: 'CreateSyncPoint' });

export type CreateSyncPoint = z.output<typeof createSyncPointBody>;

const moveDeadlineBody = z
  .strictObject(deadlineFields)
  .refine(isOneDeadline, TWO_DEADLINES)
  .refine(({ deadline, deadlineSeconds }) => deadline !== undefined || deadlineSeconds !== undefined, {
    error: 'must have deadline or deadlineSeconds',
  })
  .meta({ id: 'MoveDeadline' });

const syncPointSchema = answerSchema(() =>
  z
    .object({
      ...rosterFields(),
      status: openStatusSchema(),
      quorum: z.int().nullable().meta({ description: 'null: everyone that is not excused.' }),
      endWhen: endWhenSchema.meta({ description: 'Whether it ends as soon as that is decided.' }),
    })
    .meta({ id: 'SyncPoint' }),
);

/** A sync point in API responses. */
export type SyncPointView = z.output<ReturnType<typeof syncPointSchema>>;

const createdSyncPointSchema = answerSchema(() =>
  syncPointSchema().extend({ warnings: warningsSchema() }).meta({ id: 'CreatedSyncPoint' }),
);

export type CreatedSyncPoint = z.output<ReturnType<typeof createdSyncPointSchema>>;

const outcomeAnswer = () => ({
  syncPointId: z.string(),
  agentId: z.string(),
  repeated: repeatedSchema(),
  status: openStatusSchema(),
});

const arrivalAnswerSchema = answerSchema(() =>
  z
    .object({ ...outcomeAnswer(), arrivedAt: timeSchema(), syncPoint: syncPointSchema().optional() })
    .meta({ id: 'ArrivalAnswer', description: '`syncPoint` is present only if `wait` was given.' }),
);

export type ArrivalAnswer = z.output<ReturnType<typeof arrivalAnswerSchema>>;

const failureAnswerSchema = answerSchema(() =>
  z.object({ ...outcomeAnswer(), failedAt: timeSchema() }).meta({ id: 'FailureAnswer' }),
);
const excuseAnswerSchema = answerSchema(() =>
  z.object({ ...outcomeAnswer(), excusedAt: timeSchema() }).meta({ id: 'ExcuseAnswer' }),
);

const arrivalSchema = answerSchema(() =>
  z
    .object({
      agentId: z.string(),
      arrivedAt: timeSchema(),
      data: z.unknown().optional().meta({ description: 'Absent if the arrival had none.' }),
    })
    .meta({ id: 'Arrival' }),
);

export type Arrival = z.output<ReturnType<typeof arrivalSchema>>;

const participantSchema = answerSchema(() => z.object(participantFields()).meta({ id: 'Participant' }));

const arriveBody = z
  .strictObject({
    data: dataSchema.meta({
      description: `Any JSON value of up to ${MAX_DATA_BYTES} bytes. All participants can read it.`,
    }),
  })
  .meta({ id: 'Arrive' });

const params = pathId('Id of the sync point.');
const tags = ['Sync points'];

const { fail, excuse, ...endings } = rosterRoutes({
  path: '/v1/sync-points/{id}',
  noun: 'sync point',
  name: 'SyncPoint',
  tags,
  params,
  view: syncPointSchema,
  failureAnswer: failureAnswerSchema,
  excuseAnswer: excuseAnswerSchema,
});

export const syncPointRoutes = {
  create: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points',
    operationId: 'createSyncPoint',
    summary: 'Create a sync point; participants can register later',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(createSyncPointBody) },
    answers: () => ({
      201: createdAnswer('Created.', createdSyncPointSchema()),
      200: { description: 'Created before, by the same request; its present state.', schema: createdSyncPointSchema() },
    }),
  }),
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points',
    operationId: 'listSyncPoints',
    summary:
      "List the caller's sync points, newest first; with all=true, which is for admins, those of all agents that are open",
    tags,
    request: { query: rosterListQuery('sync points', STATUSES) },
    answers: () => ({ 200: { description: 'A page of sync points.', schema: listOf(syncPointSchema()) } }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}',
    operationId: 'getSyncPoint',
    summary: 'Read a sync point, or wait until it changes or ends',
    tags,
    request: { params, query: waitQuery },
    answers: () => ({ 200: { description: 'The sync point.', schema: syncPointSchema() } }),
  }),
  move: authenticatedRoute({
    method: 'patch',
    path: '/v1/sync-points/{id}',
    operationId: 'moveSyncPointDeadline',
    summary: 'Move the deadline of a sync point, later or earlier, or take it away',
    tags,
    request: { params, body: jsonBody(moveDeadlineBody) },
    answers: () => ({ 200: { description: 'The sync point with its new deadline.', schema: syncPointSchema() } }),
  }),
  arrive: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points/{id}/arrivals',
    operationId: 'arriveAtSyncPoint',
    summary: 'Arrive at a sync point; when enough have arrived, it is completed',
    tags,
    request: { params, query: z.strictObject({ wait: waitSchema }), body: optionalJsonBody(arriveBody) },
    answers: () => recorded('Arrived.', 'The agent had already arrived', arrivalAnswerSchema()),
  }),
  fail,
  excuse,
  listArrivals: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}/arrivals',
    operationId: 'listArrivals',
    summary: 'List the arrivals with their data, in order of arrival',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of arrivals.', schema: listOf(arrivalSchema()) } }),
  }),
  listParticipants: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}/participants',
    operationId: 'listSyncPointParticipants',
    summary: 'List what became of each participant, in the order given at creation',
    tags,
    request: { params, query: z.strictObject({ ...outcomeQuery, ...listQuery }) },
    answers: () => ({ 200: { description: 'A page of participants.', schema: listOf(participantSchema()) } }),
  }),
  ...endings,
};
