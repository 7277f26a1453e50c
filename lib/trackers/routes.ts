import * as z from 'zod';
import { answerSchema, createdAnswer, listOf, nullableTimeSchema, timeSchema, warningsSchema } from '../http/answers';
import { MAX_DATA_BYTES, MAX_STALL_SECONDS, MAX_TOTAL_STEPS } from '../common/limits';
import { authenticatedRoute, jsonBody } from '../http/route';
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
} from '../http/schemas';
import { rosterRoutes } from '../rosters/routes';
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

const STATUSES = ['active', 'completed', 'failed', 'expired', 'cancelled'] as const;
const statusSchema = z.enum(STATUSES);
/** Of an answer. */
const openStatusSchema = answerSchema(() =>
  statusSchema.meta({ description: '`active` until it ends; all others are final.' }),
);
const stepSchema = z.int().min(0).max(MAX_TOTAL_STEPS);
const totalStepsSchema = z.int().min(1).max(MAX_TOTAL_STEPS);

const createTrackerBody = z
  .strictObject({
    id: idSchema.optional().meta({ description: 'Chosen by the service if omitted.' }),
    name: nameSchema,
    description: descriptionSchema.optional().meta({ description: 'For people: what makes progress.' }),
    totalSteps: totalStepsSchema.meta({ description: 'The step at which the work is done.', example: 10 }),
    participants: participantsSchema(0)
      .optional()
      .meta({
        description: 'Ids of agents that report a step of their own. They need not be registered yet.',
        example: ['builder', 'tester'],
      }),
    completeWhen: z.enum(['creator', 'everyone']).optional().meta({
      description:
        '`creator` (default): completed when the creator reaches totalSteps. `everyone`: when all participants do that are not excused; then a failure fails it.',
    }),
    monotonic: z.boolean().optional().meta({ description: '`true`: steps cannot go back. Default `false`.' }),
    ...deadlineFields,
    ...warnSecondsField,
    ...whenLostField,
    stallSeconds: z.int().min(1).max(MAX_STALL_SECONDS).optional().meta({
      description: 'The creator gets a message when no step has moved for that long.',
    }),
    metadata: metadataSchema.optional(),
  })
  .refine(isOneDeadline, TWO_DEADLINES)
  .refine((body) => body.completeWhen !== 'everyone' || (body.participants ?? []).length > 0, {
    path: ['participants'],
    error: 'must list at least one participant if completeWhen is "everyone"',
  })
  .meta({ id: 'CreateProgressTracker' });

export type CreateTracker = z.output<typeof createTrackerBody>;

const trackerSchema = answerSchema(() =>
  z
    .object({
      ...rosterFields(),
      totalSteps: z.int(),
      completeWhen: z.enum(['creator', 'everyone']).meta({ description: 'Whose last step completes it.' }),
      monotonic: z.boolean().meta({ description: '`true`: steps cannot go back.' }),
      currentStep: z.int().meta({ description: 'The overall step, reported by the creator.' }),
      participantProgress: z.record(z.string(), z.int()).meta({ description: 'Current step by participant id.' }),
      status: openStatusSchema(),
      percent: z.number().meta({
        description: 'Progress of the overall step. With completeWhen `everyone`, the mean of the participants.',
      }),
      participantPercent: z.record(z.string(), z.number()).meta({ description: 'Percentage by participant id.' }),
      lastProgressAt: nullableTimeSchema().meta({
        description: 'Time of the last report that was more than a repeat; null before the first.',
      }),
      etaSeconds: z.int().nullable().meta({
        description:
          'Estimated seconds left at the recent speed. null until a speed is known, while nothing moves, and after the end.',
      }),
      stallSeconds: z.int().nullable().meta({ description: 'null: no message about a stall.' }),
      stalledSince: nullableTimeSchema().meta({
        description:
          'Time of the last move, or of the creation, if no step has moved for `stallSeconds`; otherwise null.',
      }),
    })
    .meta({ id: 'ProgressTracker' }),
);

/** A progress tracker in API responses. */
export type TrackerView = z.output<ReturnType<typeof trackerSchema>>;

const createdTrackerSchema = answerSchema(() =>
  trackerSchema().extend({ warnings: warningsSchema() }).meta({ id: 'CreatedProgressTracker' }),
);

export type CreatedTracker = z.output<ReturnType<typeof createdTrackerSchema>>;

const changeTrackerBody = z
  .strictObject({
    ...deadlineFields,
    totalSteps: totalStepsSchema.optional().meta({ description: 'Not below a step that was reported.' }),
  })
  .refine(isOneDeadline, TWO_DEADLINES)
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: 'must have deadline, deadlineSeconds or totalSteps',
  })
  .meta({ id: 'ChangeProgressTracker' });

export type ChangeTracker = z.output<typeof changeTrackerBody>;

const outcomeAnswer = () => ({
  trackerId: z.string(),
  agentId: z.string(),
  repeated: repeatedSchema(),
  status: openStatusSchema(),
});
const failureAnswerSchema = answerSchema(() =>
  z.object({ ...outcomeAnswer(), failedAt: timeSchema() }).meta({ id: 'TrackerFailureAnswer' }),
);
const excuseAnswerSchema = answerSchema(() =>
  z.object({ ...outcomeAnswer(), excusedAt: timeSchema() }).meta({ id: 'TrackerExcuseAnswer' }),
);

const participantSchema = answerSchema(() =>
  z
    .object({
      ...participantFields(),
      step: z.int().meta({ description: 'As last reported; 0 before the first report.' }),
      percent: z.number(),
      lastReportAt: nullableTimeSchema().meta({ description: 'Of the latest report, repeats included.' }),
    })
    .meta({ id: 'TrackerParticipant' }),
);

const reportBody = z
  .strictObject({
    step: stepSchema.meta({ description: 'The step reached, at most `totalSteps`.', example: 4 }),
    data: dataSchema.meta({ description: `Any JSON value of up to ${MAX_DATA_BYTES} bytes, stored with the report.` }),
    ifStep: stepSchema
      .optional()
      .meta({ description: 'Accept the report only if this is the current step; otherwise respond with 409.' }),
  })
  .meta({ id: 'ReportProgress' });

export type ReportProgress = z.output<typeof reportBody>;

const reportAnswerSchema = answerSchema(() =>
  z
    .object({
      trackerId: z.string(),
      agentId: z.string(),
      step: z.int(),
      currentStep: z.int().meta({ description: 'The overall step.' }),
      status: openStatusSchema(),
      repeated: z.boolean().meta({
        description:
          '`true`: it repeats the latest report of the agent: the same step, with the same data or none. Only `lastReportAt` changes.',
      }),
      reportedAt: timeSchema().meta({ description: 'Of this report, also of a repeat.' }),
    })
    .meta({ id: 'ReportAnswer' }),
);

export type ReportAnswer = z.output<ReturnType<typeof reportAnswerSchema>>;

const reportSchema = answerSchema(() =>
  z
    .object({
      agentId: z.string(),
      step: z.int(),
      data: z.unknown().optional().meta({ description: 'Absent if the report had none.' }),
      reportedAt: timeSchema(),
    })
    .meta({ id: 'Report' }),
);

export type Report = z.output<ReturnType<typeof reportSchema>>;

const params = pathId('Id of the progress tracker.');
const tags = ['Progress trackers'];

const { fail, excuse, ...endings } = rosterRoutes({
  path: '/v1/progress-trackers/{id}',
  noun: 'progress tracker',
  name: 'ProgressTracker',
  tags,
  params,
  view: trackerSchema,
  failureAnswer: failureAnswerSchema,
  excuseAnswer: excuseAnswerSchema,
});

export const trackerRoutes = {
  create: authenticatedRoute({
    method: 'post',
    path: '/v1/progress-trackers',
    operationId: 'createProgressTracker',
    summary: 'Create a progress tracker; participants can register later',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(createTrackerBody) },
    answers: () => ({
      201: createdAnswer('Created.', createdTrackerSchema()),
      200: { description: 'Created before, by the same request; its present state.', schema: createdTrackerSchema() },
    }),
  }),
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers',
    operationId: 'listProgressTrackers',
    summary:
      "List the caller's progress trackers, newest first; with all=true, which is for admins, those of all agents that are open",
    tags,
    request: { query: rosterListQuery('progress trackers', STATUSES) },
    answers: () => ({ 200: { description: 'A page of progress trackers.', schema: listOf(trackerSchema()) } }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers/{id}',
    operationId: 'getProgressTracker',
    summary: 'Read a progress tracker, or wait until it changes or ends',
    tags,
    request: { params, query: waitQuery },
    answers: () => ({ 200: { description: 'The progress tracker.', schema: trackerSchema() } }),
  }),
  report: authenticatedRoute({
    method: 'post',
    path: '/v1/progress-trackers/{id}/progress',
    operationId: 'reportProgress',
    summary:
      'Report a step: participants their own, the creator the overall one, a creator that takes part both at once',
    tags,
    request: { params, body: jsonBody(reportBody) },
    answers: () => ({ 200: { description: 'Accepted.', schema: reportAnswerSchema() } }),
  }),
  listReports: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers/{id}/reports',
    operationId: 'listReports',
    summary: 'List the reports with their data, oldest first',
    tags,
    request: { params, query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of reports.', schema: listOf(reportSchema()) } }),
  }),
  change: authenticatedRoute({
    method: 'patch',
    path: '/v1/progress-trackers/{id}',
    operationId: 'changeProgressTracker',
    summary: 'Move the deadline of a progress tracker, take it away, or change its total',
    tags,
    request: { params, body: jsonBody(changeTrackerBody) },
    answers: () => ({ 200: { description: 'The changed progress tracker.', schema: trackerSchema() } }),
  }),
  fail,
  excuse,
  listParticipants: authenticatedRoute({
    method: 'get',
    path: '/v1/progress-trackers/{id}/participants',
    operationId: 'listProgressTrackerParticipants',
    summary: 'List what became of each participant and its progress, in the order given at creation',
    tags,
    request: { params, query: z.strictObject({ ...outcomeQuery, ...listQuery }) },
    answers: () => ({ 200: { description: 'A page of participants.', schema: listOf(participantSchema()) } }),
  }),
  ...endings,
};
