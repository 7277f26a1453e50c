import { z } from '@hono/zod-openapi';
import { EVENT_TYPES } from '../events/event';
import { eventSchema } from './event-schema';
import { authenticatedRoute, jsonAnswer } from './route';
import { idSchema, listOf, listQuery } from './schemas';

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
        relatedId: idSchema.optional().openapi({ description: 'Of this sync point, progress tracker or agent only.' }),
        agentId: z
          .string()
          .max(64)
          .optional()
          .openapi({ description: 'Only what this agent did; `system` for no agent.' }),
        since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'At or after this time.' }),
        order: z.enum(['oldest', 'newest']).optional().openapi({ description: 'Which come first; default `oldest`.' }),
        ...listQuery,
      }),
    },
    responses: { 200: jsonAnswer('A page of events.', listOf(eventSchema)) },
  }),
};
