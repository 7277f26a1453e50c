import * as z from 'zod';
import { answerSchema, createdAnswer, nullableTimeSchema, partySchema, timeSchema } from '../http/answers';
import { MAX_CONTENT_BYTES, MAX_RECIPIENTS, MAX_TYPE_LENGTH } from '../common/limits';
import { NOTIFICATION_TYPES } from './message';
import { authenticatedRoute, jsonBody } from '../http/route';
import { distinctIds, idempotencyHeader, idSchema, jsonBytes } from '../http/schemas';

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

const sendMessageBody = z
  .strictObject({
    recipients: distinctIds('recipients', 1, MAX_RECIPIENTS).meta({ example: ['reviewer'] }),
    content: contentSchema.meta({
      description: `A \`type\` and any other members, up to ${MAX_CONTENT_BYTES} bytes of JSON.`,
    }),
    priority: z.enum(['LOW', 'MEDIUM', 'HIGH']).optional().meta({ description: 'Default MEDIUM.' }),
    requiresAcknowledgment: z.boolean().optional().meta({ description: 'Default false.' }),
  })
  .meta({ id: 'SendMessage' });

export type SendMessage = z.output<typeof sendMessageBody>;

const sentMessageSchema = answerSchema(() =>
  z
    .object({
      id: z.string(),
      sender: partySchema(),
      recipients: z.array(partySchema().extend({ acknowledgedAt: nullableTimeSchema() })),
      timestamp: timeSchema(),
      priority: z.enum(['LOW', 'MEDIUM', 'HIGH']),
      content: z.looseObject({ type: z.string() }),
      requiresAcknowledgment: z.boolean(),
    })
    .meta({ id: 'SentMessage' }),
);

const tags = ['Messages'];

export const messageRoutes = {
  send: authenticatedRoute({
    method: 'post',
    path: '/v1/messages',
    operationId: 'sendMessage',
    summary: 'Send a message; recipients can register later',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(sendMessageBody) },
    answers: () => ({ 201: createdAnswer('Accepted; the inboxes have it a moment later.', sentMessageSchema()) }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/messages/{id}',
    operationId: 'getMessage',
    summary: 'Read a sent message and its acknowledgements (sender or admin)',
    tags,
    request: { params: z.strictObject({ id: idSchema.meta({ param: { name: 'id', in: 'path' } }) }) },
    answers: () => ({ 200: { description: 'The message.', schema: sentMessageSchema() } }),
  }),
};
