import { z } from '@hono/zod-openapi';
import { authenticatedRoute, jsonAnswer, optionalJsonBody } from './route';
import { idSchema, listOf, listQuery, nullableTimeSchema, timeSchema, waitSchema } from './schemas';

const partySchema = z.object({ id: z.string(), name: z.string() });

export const messageSchema = z
  .object({
    id: z.string(),
    sender: partySchema,
    recipients: z.array(partySchema),
    timestamp: timeSchema,
    priority: z.enum(['LOW', 'MEDIUM', 'HIGH']),
    content: z.looseObject({ type: z.string() }),
    requiresAcknowledgment: z.boolean(),
    acknowledgedAt: nullableTimeSchema,
    reminder: z
      .int()
      .optional()
      .openapi({ description: 'How many times it has been sent again; absent before the first.' }),
  })
  .openapi('InboxMessage');

const tags = ['Inbox'];

export const inboxRoutes = {
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/inbox',
    operationId: 'readInbox',
    summary: "Read the caller's messages, oldest first, or wait for one",
    tags,
    request: {
      query: z.strictObject({
        unacknowledged: z.enum(['true', 'false']).optional().openapi({
          description: 'true: only messages that require acknowledgement and have none yet.',
        }),
        type: z.string().max(64).optional().openapi({ description: 'Only messages whose content has this type.' }),
        priority: z.enum(['LOW', 'MEDIUM', 'HIGH']).optional(),
        wait: waitSchema.openapi({
          description: 'Long poll: answer when there is a message or after this many seconds.',
        }),
        ...listQuery,
      }),
    },
    responses: { 200: jsonAnswer('A page of messages.', listOf(messageSchema)) },
  }),
  acknowledge: authenticatedRoute({
    method: 'post',
    path: '/v1/inbox/{messageId}/ack',
    operationId: 'acknowledgeMessage',
    summary: 'Acknowledge a message; a repeat changes nothing',
    tags,
    request: {
      params: z.strictObject({ messageId: idSchema.openapi({ param: { name: 'messageId', in: 'path' } }) }),
      body: optionalJsonBody(z.strictObject({})),
    },
    responses: { 200: jsonAnswer('The message.', messageSchema) },
  }),
};
