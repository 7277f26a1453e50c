import * as z from 'zod';
import { MAX_TYPE_LENGTH } from '../common/limits';
import { answerSchema, listOf, nullableTimeSchema, partySchema, timeSchema } from '../http/answers';
import { MAX_WAIT_SECONDS } from '../common/limits';
import { authenticatedRoute, optionalJsonBody } from '../http/route';
import { idSchema, listQuery, waitSchema } from '../http/schemas';

const messageSchema = answerSchema(() =>
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
      reminder: z.int().optional().meta({ description: 'Reminder number, from 1; absent on the original message.' }),
    })
    .meta({ id: 'InboxMessage' }),
);

const tags = ['Inbox'];

export const inboxRoutes = {
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/inbox',
    operationId: 'readInbox',
    summary: "List the caller's messages, oldest first, or wait for one",
    tags,
    request: {
      query: z.strictObject({
        unacknowledged: z.enum(['true', 'false']).optional().meta({
          description: '`true`: only messages that require acknowledgement and are not acknowledged yet.',
        }),
        type: z
          .string()
          .max(MAX_TYPE_LENGTH)
          .optional()
          .meta({ description: 'Only messages whose content has this type.' }),
        priority: z.enum(['LOW', 'MEDIUM', 'HIGH']).optional(),
        wait: waitSchema.meta({
          description: `Long poll: maximum seconds to wait for a message (0 to ${MAX_WAIT_SECONDS}).`,
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
    summary: 'Acknowledge a message; a repeat has no effect',
    tags,
    request: {
      params: z.strictObject({ messageId: idSchema.meta({ param: { name: 'messageId', in: 'path' } }) }),
      body: optionalJsonBody(z.strictObject({})),
    },
    answers: () => ({ 200: { description: 'The message.', schema: messageSchema() } }),
  }),
};
