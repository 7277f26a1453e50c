import * as z from 'zod';
import { answerSchema, createdAnswer, nullableTimeSchema, partySchema, timeSchema } from './answers';
import { MAX_CONTENT_BYTES, MAX_RECIPIENTS } from '../limits';
import { NOTIFICATION_TYPES } from '../messages/message';
import { authenticatedRoute, jsonBody } from './route';
import { distinctIds, idempotencyHeader, idSchema, jsonBytes } from './schemas';

/** The type goes along as an attribute of SNS, which has no place for other characters: the message would never arrive. */
const SENDABLE = /^[^\u0000-\u001f\u007f\ud800-\udfff\ufffe\uffff]*$/u;

const contentSchema = z
  .looseObject({
    type: z
      .string()
      .min(1)
      .max(64)
      .refine((type) => SENDABLE.test(type), 'must have no control characters and be well-formed Unicode')
      .refine((type) => !NOTIFICATION_TYPES.includes(type), 'is a type that only the service itself sends')
      .meta({ pattern: SENDABLE.source, example: 'REVIEW_REQUESTED' }),
  })
  .refine((content) => jsonBytes(content) <= MAX_CONTENT_BYTES, {
    error: (issue) => `is ${jsonBytes(issue.input)} bytes as JSON, at most ${MAX_CONTENT_BYTES} are allowed`,
  });

export const sendMessageBody = z
  .strictObject({
    recipients: distinctIds(1, MAX_RECIPIENTS).meta({ example: ['reviewer'] }),
    content: contentSchema.meta({ description: `\`type\` and whatever else, up to ${MAX_CONTENT_BYTES} bytes.` }),
    priority: z.enum(['LOW', 'MEDIUM', 'HIGH']).optional().meta({ description: 'Default MEDIUM.' }),
    requiresAcknowledgment: z.boolean().optional().meta({ description: 'Default false.' }),
  })
  .meta({ id: 'SendMessage' });

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
    summary: 'Send a message to other agents; they need not be registered yet',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(sendMessageBody) },
    answers: () => ({ 201: createdAnswer('Accepted; it is in the inboxes a moment later.', sentMessageSchema()) }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/messages/{id}',
    operationId: 'getMessage',
    summary: 'See who has acknowledged a message, and when (sender or admin)',
    tags,
    request: { params: z.strictObject({ id: idSchema.meta({ param: { name: 'id', in: 'path' } }) }) },
    answers: () => ({ 200: { description: 'The message.', schema: sentMessageSchema() } }),
  }),
};
