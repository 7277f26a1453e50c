import { z } from '@hono/zod-openapi';
import { MAX_DATA_BYTES, MIN_PARTICIPANTS } from '../limits';
import { eventSchema } from './event-schema';
import { authenticatedRoute, createdAnswer, jsonAnswer, jsonBody, optionalJsonBody } from './route';
import {
  dataSchema,
  descriptionSchema,
  endBody,
  idempotencyHeader,
  idSchema,
  listOf,
  listQuery,
  metadataSchema,
  nameSchema,
  nullableTimeSchema,
  participantsSchema,
  pathId,
  timeSchema,
  waitSchema,
  warningSchema,
} from './schemas';

const statusSchema = z.enum(['waiting', 'completed', 'expired', 'cancelled']);

/** RFC 3339 with an offset or Z; anything else would leave the time zone to a guess. */
export const deadlineSchema = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 date and time with a time zone, like 2026-03-01T12:00:00Z' })
  .openapi({ description: 'In the future, at most 366 days ahead.', example: '2026-03-01T12:00:00.000Z' });

export const createSyncPointBody = z
  .strictObject({
    id: idSchema.optional().openapi({ description: 'Made by the service unless given.' }),
    name: nameSchema,
    description: descriptionSchema.optional(),
    participants: participantsSchema(MIN_PARTICIPANTS).openapi({ example: ['builder', 'tester'] }),
    deadline: deadlineSchema.optional(),
    metadata: metadataSchema.optional(),
  })
  .openapi('CreateSyncPoint');

export const syncPointSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    description: z.string().nullable(),
    participants: z.array(z.string()),
    arrivedParticipants: z.array(z.string()).openapi({ description: 'In order of arrival.' }),
    deadline: nullableTimeSchema,
    status: statusSchema,
    createdAt: timeSchema,
    createdBy: z.string(),
    completedAt: nullableTimeSchema.openapi({ description: 'Set when the status is `completed`.' }),
    endedAt: nullableTimeSchema.openapi({ description: 'Set with every ending.' }),
    endedBy: z.string().nullable().openapi({ description: '`system` where no agent ended it by hand.' }),
    endReason: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('SyncPoint');

const createdSyncPointSchema = syncPointSchema
  .extend({ warnings: z.array(warningSchema).optional().openapi({ description: 'Participants not registered yet.' }) })
  .openapi('CreatedSyncPoint');

export const arrivalAnswerSchema = z
  .object({
    syncPointId: z.string(),
    agentId: z.string(),
    arrivedAt: timeSchema,
    repeated: z.boolean().openapi({ description: 'true: this agent had arrived before; nothing changed.' }),
    status: statusSchema,
    syncPoint: syncPointSchema.optional().openapi({ description: 'With `wait` only.' }),
  })
  .openapi('ArrivalAnswer');

const arrivalSchema = z
  .object({
    agentId: z.string(),
    arrivedAt: timeSchema,
    data: z.unknown().optional().openapi({ description: 'Absent when the arrival had none.' }),
  })
  .openapi('Arrival');

const arriveBody = z
  .strictObject({
    data: dataSchema.openapi({
      description: `Any JSON of up to ${MAX_DATA_BYTES} bytes; every participant can read it.`,
    }),
  })
  .openapi('Arrive');

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
    responses: { 201: createdAnswer('Created.', createdSyncPointSchema) },
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
        agentId: idSchema.optional().openapi({ description: 'Admins only: whose sync points to list.' }),
        ...listQuery,
      }),
    },
    responses: { 200: jsonAnswer('A page of sync points.', listOf(syncPointSchema)) },
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}',
    operationId: 'getSyncPoint',
    summary: 'Read a sync point, or wait for its end',
    tags,
    request: { params, query: z.strictObject({ wait: waitSchema }) },
    responses: { 200: jsonAnswer('The sync point.', syncPointSchema) },
  }),
  move: authenticatedRoute({
    method: 'patch',
    path: '/v1/sync-points/{id}',
    operationId: 'moveSyncPointDeadline',
    summary: 'Move the deadline, later or earlier',
    tags,
    request: { params, body: jsonBody(z.strictObject({ deadline: deadlineSchema }).openapi('MoveDeadline')) },
    responses: { 200: jsonAnswer('The sync point with its new deadline.', syncPointSchema) },
  }),
  arrive: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points/{id}/arrivals',
    operationId: 'arriveAtSyncPoint',
    summary: 'Arrive; the last arrival completes the sync point',
    tags,
    request: { params, query: z.strictObject({ wait: waitSchema }), body: optionalJsonBody(arriveBody) },
    responses: {
      201: jsonAnswer('Arrived.', arrivalAnswerSchema),
      200: jsonAnswer('Had arrived before; nothing changed.', arrivalAnswerSchema),
    },
  }),
  listArrivals: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}/arrivals',
    operationId: 'listArrivals',
    summary: 'List arrivals with their data, in order of arrival',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    responses: { 200: jsonAnswer('A page of arrivals.', listOf(arrivalSchema)) },
  }),
  complete: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points/{id}/complete',
    operationId: 'completeSyncPoint',
    summary: 'Complete by hand',
    tags,
    request: { params, body: optionalJsonBody(endBody) },
    responses: { 200: jsonAnswer('The completed sync point.', syncPointSchema) },
  }),
  cancel: authenticatedRoute({
    method: 'post',
    path: '/v1/sync-points/{id}/cancel',
    operationId: 'cancelSyncPoint',
    summary: 'Cancel',
    tags,
    request: { params, body: optionalJsonBody(endBody) },
    responses: { 200: jsonAnswer('The cancelled sync point.', syncPointSchema) },
  }),
  listEvents: authenticatedRoute({
    method: 'get',
    path: '/v1/sync-points/{id}/events',
    operationId: 'listSyncPointEvents',
    summary: 'Read the event log of a sync point, oldest first',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    responses: { 200: jsonAnswer('A page of events.', listOf(eventSchema)) },
  }),
};
