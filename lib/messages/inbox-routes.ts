import * as z from 'zod';
import {
  MAX_ACKNOWLEDGEMENT_DATA_BYTES,
  MAX_ACKNOWLEDGEMENTS,
  MAX_TYPE_LENGTH,
  MAX_WAIT_SECONDS,
} from '../common/limits';
import { answerSchema, listOf, nullableTimeSchema, partySchema, timeSchema } from '../http/answers';
import { authenticatedRoute, jsonBody, optionalJsonBody } from '../http/route';
import { dataOfUpTo, distinctIds, idSchema, listQuery, waitSchema } from '../http/schemas';
import { recipientsOfSchema } from './schemas';

const messageSchema = answerSchema(() =>
  z
    .object({
      id: z.string(),
      sender: partySchema(),
      recipients: z
        .array(partySchema())
        .meta({ description: 'All to whom it was sent by id; otherwise only the owner of the inbox.' }),
      timestamp: timeSchema(),
      priority: z.enum(['LOW', 'MEDIUM', 'HIGH']),
      content: z.looseObject({ type: z.string() }).meta({
        description:
          '`type` tells what it is about; the other members depend on it. docs/events.md has those of the service.',
      }),
      requiresAcknowledgment: z
        .boolean()
        .meta({ description: '`true`: recipients are reminded until they acknowledge.' }),
      expiresAt: nullableTimeSchema().meta({ description: 'From then on it is not listed or reminded; null: never.' }),
      inReplyTo: z.string().nullable().meta({ description: 'Id of the message that it answers.' }),
      recipientsOf: recipientsOfSchema(),
      acknowledgedAt: nullableTimeSchema().meta({ description: 'null: not dealt with yet.' }),
      reminder: z.int().optional().meta({ description: 'Reminder number, from 1; absent on the original message.' }),
    })
    .meta({ id: 'InboxMessage' }),
);

const repeatedSchema = answerSchema(() =>
  z.boolean().meta({ description: '`true`: acknowledged by an earlier request, whose time and data stand.' }),
);

const acknowledgementDataSchema = dataOfUpTo(MAX_ACKNOWLEDGEMENT_DATA_BYTES).meta({
  description: `Any JSON value of up to ${MAX_ACKNOWLEDGEMENT_DATA_BYTES} bytes, for the sender.`,
});

const tags = ['Inbox'];

export const inboxRoutes = {
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/inbox',
    operationId: 'readInbox',
    summary: "List the caller's messages, or wait for one: those not acknowledged, or all by time",
    tags,
    request: {
      query: z.strictObject({
        unacknowledged: z.enum(['true', 'false']).optional().meta({
          description:
            '`true`: only messages not acknowledged yet, whether or not acknowledgement is required: most urgent first, oldest first among equals. Otherwise all messages, oldest first.',
        }),
        type: z
          .string()
          .max(MAX_TYPE_LENGTH)
          .optional()
          .meta({ description: 'Only messages whose content has this type.' }),
        priority: z
          .enum(['LOW', 'MEDIUM', 'HIGH'])
          .optional()
          .meta({ description: 'Only messages with this priority.' }),
        wait: waitSchema.meta({
          description: `Long poll: maximum seconds to wait for a message (0 to ${MAX_WAIT_SECONDS}).`,
        }),
        ...listQuery,
      }),
    },
    answers: () => ({
      200: {
        description:
          'A page of messages. With a filter it may hold fewer than `limit`, even none, and not be the last.',
        schema: listOf(messageSchema()),
      },
    }),
  }),
  acknowledge: authenticatedRoute({
    method: 'post',
    path: '/v1/inbox/{messageId}/ack',
    operationId: 'acknowledgeMessage',
    summary: 'Acknowledge a message: it has been dealt with; a repeat has no effect',
    tags,
    request: {
      params: z.strictObject({
        messageId: idSchema.meta({ param: { name: 'messageId', in: 'path' }, description: 'Id of the message.' }),
      }),
      body: optionalJsonBody(z.strictObject({ data: acknowledgementDataSchema }).meta({ id: 'Acknowledge' })),
    },
    answers: () => ({
      200: {
        description: 'The message.',
        schema: messageSchema()
          .extend({
            repeated: repeatedSchema(),
            data: z.unknown().optional().meta({ description: 'As recorded for the sender; absent if there is none.' }),
          })
          .meta({ id: 'AcknowledgedMessage' }),
      },
    }),
  }),
  acknowledgeAll: authenticatedRoute({
    method: 'post',
    path: '/v1/inbox/acks',
    operationId: 'acknowledgeMessages',
    summary: `Acknowledge up to ${MAX_ACKNOWLEDGEMENTS} messages; a repeat has no effect`,
    tags,
    request: {
      body: jsonBody(
        z
          .strictObject({
            messageIds: distinctIds('messageIds', 1, MAX_ACKNOWLEDGEMENTS).meta({ description: 'All different.' }),
            data: acknowledgementDataSchema,
          })
          .meta({ id: 'AcknowledgeMany' }),
      ),
    },
    answers: () => ({
      200: {
        description: 'The result for each message. If the response is lost, repeat the request.',
        schema: z
          .object({
            items: z
              .array(z.object({ messageId: z.string(), acknowledgedAt: timeSchema(), repeated: repeatedSchema() }))
              .meta({ description: 'The acknowledged messages, in the order given.' }),
            notFound: z.array(z.string()).meta({ description: 'Ids of messages that are not in the inbox.' }),
          })
          .meta({ id: 'Acknowledgements' }),
      },
    }),
  }),
};
