import { z } from '@hono/zod-openapi';
import { EVENT_TYPES } from '../events/event';
import { timeSchema } from './schemas';

export const eventSchema = z
  .object({
    id: z.string(),
    type: z.enum(EVENT_TYPES),
    relatedId: z.string().openapi({ description: 'Id of the sync point, progress tracker or agent.' }),
    agentId: z.string().openapi({ description: '`system` for what no agent did.' }),
    timestamp: timeSchema,
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('Event');
