import * as z from 'zod';
import { MAX_ID_LENGTH } from '../common/limits';
import { answerSchema, listOf, timeSchema } from '../http/answers';
import { EVENT_TYPES } from './event';
import { authenticatedRoute } from '../http/route';
import { idSchema, listQuery, repeatable, timeInput } from '../http/schemas';

export const eventOrder = z
  .enum(['oldest', 'newest'])
  .optional()
  .meta({ description: 'Which events come first. Default `oldest`.' });

export const eventSchema = answerSchema(() =>
  z
    .object({
      id: z.string().meta({ description: 'The same wherever the event appears; tells a repeat.' }),
      type: z.enum(EVENT_TYPES),
      relatedId: z.string().meta({ description: 'Id of the sync point, progress tracker or agent.' }),
      agentId: z.string().meta({ description: 'The agent that caused the event; `system` if none did.' }),
      timestamp: timeSchema(),
      details: z.record(z.string(), z.unknown()).meta({ description: 'Depends on the type: see docs/events.md.' }),
    })
    .meta({ id: 'Event' }),
);

export const eventRoutes = {
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/events',
    operationId: 'listEvents',
    summary: 'List the events of all agents (admin)',
    tags: ['Events'],
    request: {
      query: z.strictObject({
        type: repeatable(EVENT_TYPES, 'Only events of this type.'),
        relatedId: idSchema
          .optional()
          .meta({ description: 'Only events of this sync point, progress tracker or agent.' }),
        agentId: z
          .string()
          .max(MAX_ID_LENGTH)
          .optional()
          .meta({ description: 'Only events that this agent caused; `system` for those that no agent caused.' }),
        since: timeInput.optional().meta({ description: 'Only events at or after this time.' }),
        order: eventOrder,
        ...listQuery,
      }),
    },
    answers: () => ({ 200: { description: 'A page of events.', schema: listOf(eventSchema()) } }),
  }),
};
