import * as z from 'zod';
import { eventSchema, listOf } from './answers';
import { EVENT_TYPES } from '../events/event';
import { authenticatedRoute } from './route';
import { idSchema, listQuery } from './schemas';

export const eventRoutes = {
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/events',
    operationId: 'listEvents',
    summary: 'Read all events (admin)',
    tags: ['Events'],
    request: {
      query: z.strictObject({
        type: z.enum(EVENT_TYPES).optional(),
        relatedId: idSchema.optional().meta({ description: 'Of this sync point, progress tracker or agent only.' }),
        agentId: z
          .string()
          .max(64)
          .optional()
          .meta({ description: 'Only what this agent did; `system` for no agent.' }),
        since: z.iso.datetime({ offset: true }).optional().meta({ description: 'At or after this time.' }),
        order: z.enum(['oldest', 'newest']).optional().meta({ description: 'Which come first; default `oldest`.' }),
        ...listQuery,
      }),
    },
    answers: () => ({ 200: { description: 'A page of events.', schema: listOf(eventSchema()) } }),
  }),
};
