import * as z from 'zod';
import { answerSchema, listOf, nullableTimeSchema, partySchema, timeSchema } from './answers';
import { authenticatedRoute, optionalJsonBody } from './route';
import { idSchema, listQuery, waitSchema } from './schemas';

export const messageSchema = answerSchema(() =>
  z
    .object({
      id: z.string(),
      sender: partySchema(),
      recipients: z.array(partySchema()),
      timestamp: timeSchema(),
      priority: z.enum(['LOW', 'MEDIUM', 'HIGH']),
      content: z.looseObject({ type: z.string() }),
      requiresAcknowledgment: z.boolean(),
      acknowledgedAt: nullableTimeSchema(),
      reminder: z
        .int()
        .optional()
        .meta({ description: 'How many times it has been sent again; absent before the first.' }),
    })
    .meta({ id: 'InboxMessage' }),
);

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
        unacknowledged: z.enum(['true', 'false']).optional().meta({
          description: 'true: only messages that require acknowledgement and have none yet.',
        }),
        type: z.string().max(64).optional().meta({ description: 'Only messages whose content has this type.' }),
        priority: z.enum(['LOW', 'MEDIUM', 'HIGH']).optional(),
        wait: waitSchema.meta({
          description: 'Long poll: answer when there is a message or after this many seconds.',
        }),
        ...listQuery,
      }),
    },
    answers: () => ({ 200: { description: 'A page of messages.', schema: listOf(messageSchema()) } }),
  }),
  acknowledge: authenticatedRoute({
    method: 'post',
    path: '/v1/inbox/{messageId}/ack',
    operationId: 'acknowledgeMessage',
    summary: 'Acknowledge a message; a repeat changes nothing',
    tags,
    request: {
      params: z.strictObject({ messageId: idSchema.meta({ param: { name: 'messageId', in: 'path' } }) }),
      body: optionalJsonBody(z.strictObject({})),
    },
    answers: () => ({ 200: { description: 'The message.', schema: messageSchema() } }),
  }),
};
