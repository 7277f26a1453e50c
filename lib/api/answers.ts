/** Building blocks of answers that several routes share. */
import * as z from 'zod';
import { EVENT_TYPES } from '../events/event';

/** A schema that is made when it is first asked for: see the answers of a Route. */
export function answerSchema<Schema extends z.ZodType>(make: () => Schema): () => Schema {
  let made: Schema | undefined;
  return () => (made ??= make());
}

export const createdAnswer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  schema,
  headers: z.object({ location: z.string().meta({ description: 'Path of what was created.' }) }),
});

export const timeSchema = answerSchema(() =>
  z.string().meta({ format: 'date-time', example: '2026-03-01T12:00:00.000Z' }),
);
export const nullableTimeSchema = answerSchema(() => timeSchema().nullable());

export const listOf = <Schema extends z.ZodType>(item: Schema) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'null on the last page.' }),
  });

export const partySchema = answerSchema(() => z.object({ id: z.string(), name: z.string() }));

export const eventSchema = answerSchema(() =>
  z
    .object({
      id: z.string(),
      type: z.enum(EVENT_TYPES),
      relatedId: z.string().meta({ description: 'Id of the sync point, progress tracker or agent.' }),
      agentId: z.string().meta({ description: '`system` for what no agent did.' }),
      timestamp: timeSchema(),
      details: z.record(z.string(), z.unknown()),
    })
    .meta({ id: 'Event' }),
);

const warningSchema = answerSchema(() =>
  z
    .object({ code: z.literal('agent.not-registered'), agentId: z.string(), detail: z.string() })
    .meta({ id: 'Warning' }),
);

/** What creating answers besides what was created. */
export const warningsSchema = answerSchema(() =>
  z.array(warningSchema()).optional().meta({ description: 'Participants not registered yet.' }),
);

export const problemSchema = answerSchema(() =>
  z
    .looseObject({
      type: z.string().meta({ example: 'urn:muster:problem:sync-point.not-waiting' }),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      instance: z.string(),
      code: z.string().meta({ example: 'sync-point.not-waiting', description: 'Stable; program against this.' }),
      errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    })
    .meta({ id: 'Problem', description: 'RFC 9457 problem document.' }),
);
