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
import { MAX_DATA_BYTES } from '../limits';
import { MAX_TOTAL_STEPS } from '../progress-trackers/step-record';
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

const statusSchema = z.enum(['active', 'completed', 'cancelled']);
const stepSchema = z.int().min(0).max(MAX_TOTAL_STEPS);

export const createTrackerBody = z
  .strictObject({
    id: idSchema.optional().meta({ description: 'Made by the service unless given.' }),
    name: nameSchema,
    description: descriptionSchema.optional(),
    totalSteps: z.int().min(1).max(MAX_TOTAL_STEPS).meta({ example: 10 }),
    participants: participantsSchema(0)
      .optional()
      .meta({ example: ['builder', 'tester'] }),
    completeWhen: z.enum(['creator', 'everyone']).optional().meta({
      description: '`creator` (default): when the creator reaches totalSteps. `everyone`: when all participants have.',
    }),
    monotonic: z.boolean().optional().meta({ description: 'true: steps never go back. Default false.' }),
    metadata: metadataSchema.optional(),
  })
  .refine((body) => body.completeWhen !== 'everyone' || (body.participants ?? []).length > 0, {
    path: ['participants'],
    error: 'must name at least one participant for completeWhen "everyone"',
  })
  .meta({ id: 'CreateProgressTracker' });

export const trackerSchema = answerSchema(() =>
  z
    .object({
      id: idSchema,
      name: z.string(),
      description: z.string().nullable(),
      participants: z.array(z.string()),
      totalSteps: z.int(),
      completeWhen: z.enum(['creator', 'everyone']),
      monotonic: z.boolean(),
      currentStep: z.int().meta({ description: 'The overall step, driven by the creator.' }),
      participantProgress: z.record(z.string(), z.int()).meta({ description: 'Step by participant.' }),
      status: statusSchema,
      createdAt: timeSchema(),
      createdBy: z.string(),
      completedAt: nullableTimeSchema().meta({ description: 'Set when the status is `completed`.' }),
      endedAt: nullableTimeSchema().meta({ description: 'Set with every ending.' }),
      endedBy: z.string().nullable(),
      endReason: z.string().nullable(),
      metadata: z.record(z.string(), z.unknown()).nullable(),
      percent: z
        .number()
        .meta({ description: 'Of the overall step; with completeWhen `everyone` the mean of the participants.' }),
      participantPercent: z.record(z.string(), z.number()),
      lastProgressAt: nullableTimeSchema().meta({ description: 'null before the first report.' }),
      etaSeconds: z.int().nullable().meta({
        description:
          'Seconds to go at the mean speed from the creation to the last report; null before the first progress and after the end.',
      }),
    })
    .meta({ id: 'ProgressTracker' }),
);

const createdTrackerSchema = answerSchema(() =>
  trackerSchema().extend({ warnings: warningsSchema() }).meta({ id: 'CreatedProgressTracker' }),
);

const reportBody = z
  .strictObject({
    step: stepSchema,
    data: dataSchema.meta({ description: `Any JSON of up to ${MAX_DATA_BYTES} bytes, kept with the report.` }),
    ifStep: stepSchema.optional().meta({ description: 'Refused with 409 unless this is the current step.' }),
  })
  .meta({ id: 'ReportProgress' });

const reportAnswerSchema = answerSchema(() =>
  z
    .object({
      trackerId: z.string(),
      agentId: z.string(),
      step: z.int(),
      currentStep: z.int().meta({ description: 'The overall step.' }),
      status: statusSchema,
      reportedAt: timeSchema(),
    })
    .meta({ id: 'ReportAnswer' }),
);

const reportSchema = answerSchema(() =>
  z
    .object({
      agentId: z.string(),
      step: z.int(),
      data: z.unknown().optional().meta({ description: 'Absent when the report had none.' }),
      reportedAt: timeSchema(),
    })
    .meta({ id: 'Report' }),
);

const params = pathId('Id of the progress tracker.');
const tags = ['Progress trackers'];

export const progressTrackerRoutes = {
  create: authenticatedRoute({
    method: 'post',
    path: '/v1/progress-trackers',
    operationId: 'createProgressTracker',
    summary: 'Create a progress tracker; participants need not be registered yet',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(createTrackerBody) },
    answers: () => ({ 201: createdAnswer('Created.', createdTrackerSchema()) }),
  }),
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers',
    operationId: 'listProgressTrackers',
    summary: "List the caller's progress trackers, newest first",
    tags,
    request: {
      query: z.strictObject({
        status: statusSchema.optional(),
        role: z.enum(['participant', 'creator']).optional(),
        agentId: idSchema.optional().meta({ description: 'Admins only: whose progress trackers to list.' }),
        ...listQuery,
      }),
    },
    answers: () => ({ 200: { description: 'A page of progress trackers.', schema: listOf(trackerSchema()) } }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers/{id}',
    operationId: 'getProgressTracker',
    summary: 'Read a progress tracker, or wait for a change of its status or overall step',
    tags,
    request: { params, query: z.strictObject({ wait: waitSchema }) },
    answers: () => ({ 200: { description: 'The progress tracker.', schema: trackerSchema() } }),
  }),
  report: authenticatedRoute({
    method: 'post',
    path: '/v1/progress-trackers/{id}/progress',
    operationId: 'reportProgress',
    summary: 'Report a step: a participant its own, the creator the overall one',
    tags,
    request: { params, body: jsonBody(reportBody) },
    answers: () => ({ 200: { description: 'Accepted.', schema: reportAnswerSchema() } }),
  }),
  listReports: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers/{id}/reports',
    operationId: 'listReports',
    summary: 'List reports with their data, oldest first',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of reports.', schema: listOf(reportSchema()) } }),
  }),
  cancel: authenticatedRoute({
    method: 'post',
    path: '/v1/progress-trackers/{id}/cancel',
    operationId: 'cancelProgressTracker',
    summary: 'Cancel',
    tags,
    request: { params, body: optionalJsonBody(endBody) },
    answers: () => ({ 200: { description: 'The cancelled progress tracker.', schema: trackerSchema() } }),
  }),
  listEvents: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers/{id}/events',
    operationId: 'listProgressTrackerEvents',
    summary: 'Read the event log of a progress tracker, oldest first',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of events.', schema: listOf(eventSchema()) } }),
  }),
};
