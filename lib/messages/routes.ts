import * as z from 'zod';
import {
  answerSchema,
  createdAnswer,
  listOf,
  nullableTimeSchema,
  partySchema,
  timeSchema,
  warningsSchema,
} from '../http/answers';
import {
  MAX_CONTENT_BYTES,
  MAX_DEADLINE_AHEAD_MS,
  MAX_LIST_LIMIT,
  MAX_PARTICIPANTS,
  MAX_RECIPIENTS,
  MAX_ROSTER_CONTENT_BYTES,
  MAX_TYPE_LENGTH,
} from '../common/limits';
import { NOTIFICATION_TYPES } from './message';
import { authenticatedRoute, jsonBody } from '../http/route';
import { distinctIds, idempotencyHeader, idSchema, jsonBytes, listQuery, pathId, timeInput } from '../http/schemas';
import { recipientsOfSchema } from './schemas';

/** The type becomes an attribute of SNS, which allows no other characters: the message would never be delivered. */
const SENDABLE = /^[^\u0000-\u001f\u007f\ud800-\udfff\ufffe\uffff]*$/u;

const contentSchema = z
  .looseObject({
    type: z
      .string()
      .min(1)
      .max(MAX_TYPE_LENGTH)
      .refine((type) => SENDABLE.test(type), 'must be well-formed Unicode without control characters')
      .refine((type) => !NOTIFICATION_TYPES.includes(type), 'is reserved for messages of the service')
      .meta({ pattern: SENDABLE.source, example: 'REVIEW_REQUESTED' }),
  })
  .refine((content) => jsonBytes(content) <= MAX_CONTENT_BYTES, {
    error: (issue) => `has ${jsonBytes(issue.input)} bytes as JSON; at most ${MAX_CONTENT_BYTES} are allowed`,
  });

const recipientsSchema = z.union(
  [
    distinctIds('recipients', 1, MAX_RECIPIENTS).meta({ example: ['reviewer'] }),
    z.strictObject({ syncPointId: idSchema }),
    z.strictObject({ progressTrackerId: idSchema }),
  ],
  `must be a list of 1 to ${MAX_RECIPIENTS} ids, {"syncPointId": …} or {"progressTrackerId": …}`,
);

const sendMessageBody = z
  .strictObject({
    recipients: recipientsSchema.meta({
      description: `Ids, or all participants (up to ${MAX_PARTICIPANTS}) of what the sender is related to; the sender too if it takes part.`,
    }),
    content: contentSchema.meta({
      description: `A \`type\` and any other members, up to ${MAX_CONTENT_BYTES} bytes of JSON; to everyone on a roster ${MAX_ROSTER_CONTENT_BYTES}.`,
    }),
    priority: z.enum(['LOW', 'MEDIUM', 'HIGH']).optional().meta({ description: 'Default MEDIUM.' }),
    requiresAcknowledgment: z.boolean().optional().meta({
      description: 'Default false. Any message can be acknowledged; if this is true, recipients are reminded to.',
    }),
    expiresAt: timeInput.optional().meta({
      description: 'In the future, at most 366 days ahead. From then on it is not listed, reminded or delivered.',
    }),
    expiresInSeconds: z
      .int()
      .min(1)
      .max(MAX_DEADLINE_AHEAD_MS / 1_000)
      .optional()
      .meta({ description: 'Instead of `expiresAt`: seconds from now, by the clock of the service.' }),
    inReplyTo: idSchema.optional().meta({ description: 'Id of the message that this one answers; not checked.' }),
  })
  .refine(({ expiresAt, expiresInSeconds }) => expiresAt === undefined || expiresInSeconds === undefined, {
    path: ['expiresInSeconds'],
    error: 'must not be given together with expiresAt; omit one of them',
  })
  .meta({ id: 'SendMessage' });

export type SendMessage = z.output<typeof sendMessageBody>;

const sentMessageSchema = answerSchema(() =>
  z
    .object({
      id: z.string(),
      sender: partySchema(),
      recipients: z
        .array(
          partySchema().extend({
            acknowledgedAt: nullableTimeSchema().meta({ description: 'null: not acknowledged yet.' }),
            data: z.unknown().optional().meta({ description: 'Of the acknowledgement; absent if there is none.' }),
          }),
        )
        .meta({ description: `The first ${MAX_LIST_LIMIT} or, of one message, the page asked for.` }),
      recipientCount: z.int().meta({ description: 'Of all recipients, also those not listed here.' }),
      recipientsOf: recipientsOfSchema(),
      timestamp: timeSchema(),
      priority: z.enum(['LOW', 'MEDIUM', 'HIGH']),
      content: z.looseObject({ type: z.string() }),
      requiresAcknowledgment: z.boolean(),
      expiresAt: nullableTimeSchema().meta({ description: 'null: never.' }),
      inReplyTo: z.string().nullable().meta({ description: 'Id of the message that it answers.' }),
    })
    .meta({ id: 'SentMessage' }),
);

const tags = ['Messages'];

export const messageRoutes = {
  send: authenticatedRoute({
    method: 'post',
    path: '/v1/messages',
    operationId: 'sendMessage',
    summary: 'Send a message to agents, or to everyone on a roster; recipients can register later',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(sendMessageBody) },
    answers: () => ({
      201: createdAnswer(
        'Accepted; the inboxes have it a moment later.',
        sentMessageSchema().extend({ warnings: warningsSchema() }).meta({ id: 'AcceptedMessage' }),
      ),
    }),
  }),
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/messages',
    operationId: 'listMessages',
    summary: 'List the messages that the caller has sent, newest first',
    tags,
    request: { query: z.strictObject(listQuery) },
    answers: () => ({
      200: {
        description:
          'A page of messages. It may hold fewer than `limit` and not be the last. A message is listed a moment after it was sent.',
        schema: listOf(sentMessageSchema()),
      },
    }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/messages/{id}',
    operationId: 'getMessage',
    summary: 'Read a sent message and its acknowledgements (sender or admin)',
    tags,
    request: {
      params: pathId('Id of the message.'),
      query: z.strictObject({
        limit: listQuery.limit.meta({
          description: `Maximum number of recipients to return. Default ${MAX_LIST_LIMIT}.`,
          type: 'integer',
          minimum: 1,
          maximum: MAX_LIST_LIMIT,
        }),
        cursor: listQuery.cursor,
      }),
    },
    answers: () => ({
      200: {
        description: 'The message.',
        schema: sentMessageSchema()
          .extend({
            nextCursor: z
              .string()
              .nullable()
              .meta({ description: 'Pass it as `cursor` for further recipients; null if there are none.' }),
          })
          .meta({ id: 'MessageWithRecipients' }),
      },
    }),
  }),
};
