import * as z from 'zod';
import {
  answerSchema,
  createdAnswer,
  eventSchema,
  listOf,
  nullableTimeSchema,
  timeSchema,
  warningsSchema,
} from './answers';
import { MAX_DATA_BYTES, MIN_PARTICIPANTS } from '../limits';
import { authenticatedRoute, jsonBody, optionalJsonBody } from './route';
import {
  dataSchema,
  descriptionSchema,
  endBody,
  idempotencyHeader,
  idSchema,
  listQuery,
  metadataSchema,
  nameSchema,
  participantsSchema,
  pathId,
  waitSchema,
} from './schemas';

const statusSchema = z.enum(['waiting', 'completed', 'expired', 'cancelled']);

/** RFC 3339 with an offset or Z; anything else would leave the time zone to a guess. */
export const deadlineSchema = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 date and time with a time zone, like 2026-03-01T12:00:00Z' })
  .meta({ description: 'In the future, at most 366 days ahead.', example: '2026-03-01T12:00:00.000Z' });

export const createSyncPointBody = z
  .strictObject({
    id: idSchema.optional().meta({ description: 'Made by the service unless given.' }),
    name: nameSchema,
    description: descriptionSchema.optional(),
    participants: participantsSchema(MIN_PARTICIPANTS).meta({ example: ['builder', 'tester'] }),
    deadline: deadlineSchema.optional(),
    metadata: metadataSchema.optional(),
  })
  .meta({ id: 'CreateSyncPoint' });

export const syncPointSchema = answerSchema(() =>
  z
    .object({
      id: idSchema,
      name: z.string(),
      description: z.string().nullable(),
      participants: z.array(z.string()),
      arrivedParticipants: z.array(z.string()).meta({ description: 'In order of arrival.' }),
      deadline: nullableTimeSchema(),
      status: statusSchema,
      createdAt: timeSchema(),
      createdBy: z.string(),
      completedAt: nullableTimeSchema().meta({ description: 'Set when the status is `completed`.' }),
      endedAt: nullableTimeSchema().meta({ description: 'Set with every ending.' }),
      endedBy: z.string().nullable().meta({ description: '`system` where no agent ended it by hand.' }),
      endReason: z.string().nullable(),
      metadata: z.record(z.string(), z.unknown()).nullable(),
    })
    .meta({ id: 'SyncPoint' }),
);

const createdSyncPointSchema = answerSchema(() =>
  syncPointSchema().extend({ warnings: warningsSchema() }).meta({ id: 'CreatedSyncPoint' }),
);

export const arrivalAnswerSchema = answerSchema(() =>
  z
    .object({
      syncPointId: z.string(),
      agentId: z.string(),
      arrivedAt: timeSchema(),
      repeated: z.boolean().meta({ description: 'true: this agent had arrived before; nothing changed.' }),
      status: statusSchema,
      syncPoint: syncPointSchema().optional(),
    })
    .meta({ id: 'ArrivalAnswer', description: '`syncPoint` stands there with `wait` only.' }),
);

const arrivalSchema = answerSchema(() =>
  z
    .object({
      agentId: z.string(),
      arrivedAt: timeSchema(),
      data: z.unknown().optional().meta({ description: 'Absent when the arrival had none.' }),
    })
    .meta({ id: 'Arrival' }),
);

const arriveBody = z
  .strictObject({
    data: dataSchema.meta({
      description: `Any JSON of up to ${MAX_DATA_BYTES} bytes; every participant can read it.`,
    }),
  })
  .meta({ id: 'Arrive' });

const params = pathId('Id of the sync point.');
const tags = ['Sync points'];

export const syncPointRoutes = {
  create: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points',
    operationId: 'createSyncPoint',
    summary: 'Create a sync point; participants need not be registered yet',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(createSyncPointBody) },
    answers: () => ({ 201: createdAnswer('Created.', createdSyncPointSchema()) }),
  }),
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points',
    operationId: 'listSyncPoints',
    summary: "List the caller's sync points, newest first",
    tags,
    request: {
      query: z.strictObject({
        status: statusSchema.optional(),
        role: z.enum(['participant', 'creator']).optional(),
        agentId: idSchema.optional().meta({ description: 'Admins only: whose sync points to list.' }),
        ...listQuery,
      }),
    },
    answers: () => ({ 200: { description: 'A page of sync points.', schema: listOf(syncPointSchema()) } }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}',
    operationId: 'getSyncPoint',
    summary: 'Read a sync point, or wait for its end',
    tags,
    request: { params, query: z.strictObject({ wait: waitSchema }) },
    answers: () => ({ 200: { description: 'The sync point.', schema: syncPointSchema() } }),
  }),
  move: authenticatedRoute({
    method: 'patch',
    path: '/v1/sync-points/{id}',
    operationId: 'moveSyncPointDeadline',
    summary: 'Move the deadline, later or earlier',
    tags,
    request: { params, body: jsonBody(z.strictObject({ deadline: deadlineSchema }).meta({ id: 'MoveDeadline' })) },
    answers: () => ({ 200: { description: 'The sync point with its new deadline.', schema: syncPointSchema() } }),
  }),
  arrive: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points/{id}/arrivals',
    operationId: 'arriveAtSyncPoint',
    summary: 'Arrive; the last arrival completes the sync point',
    tags,
    request: { params, query: z.strictObject({ wait: waitSchema }), body: optionalJsonBody(arriveBody) },
    answers: () => ({
      201: { description: 'Arrived.', schema: arrivalAnswerSchema() },
      200: { description: 'Had arrived before; nothing changed.', schema: arrivalAnswerSchema() },
    }),
  }),
  listArrivals: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}/arrivals',
    operationId: 'listArrivals',
    summary: 'List arrivals with their data, in order of arrival',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of arrivals.', schema: listOf(arrivalSchema()) } }),
  }),
  complete: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points/{id}/complete',
    operationId: 'completeSyncPoint',
    summary: 'Complete by hand',
    tags,
    request: { params, body: optionalJsonBody(endBody) },
    answers: () => ({ 200: { description: 'The completed sync point.', schema: syncPointSchema() } }),
  }),
  cancel: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points/{id}/cancel',
    operationId: 'cancelSyncPoint',
    summary: 'Cancel',
    tags,
    request: { params, body: optionalJsonBody(endBody) },
    answers: () => ({ 200: { description: 'The cancelled sync point.', schema: syncPointSchema() } }),
  }),
  listEvents: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}/events',
    operationId: 'listSyncPointEvents',
    summary: 'Read the event log of a sync point, oldest first',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of events.', schema: listOf(eventSchema()) } }),
  }),
};
