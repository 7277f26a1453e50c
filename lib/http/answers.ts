/** Schemas of responses that several routes share. */
import * as z from 'zod';

/** A schema that is created on first use; see `answers` of Route. */
export function answerSchema<Schema extends z.ZodType>(make: () => Schema): () => Schema {
  let made: Schema | undefined;
  return () => (made ??= make());
}

export const createdAnswer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  schema,
  headers: z.object({ location: z.string().meta({ description: 'Path of the created resource.' }) }),
});

export const timeSchema = answerSchema(() =>
  z.string().meta({ format: 'date-time', example: '2026-03-01T12:00:00.000Z' }),
);
export const nullableTimeSchema = answerSchema(() => timeSchema().nullable());

export const listOf = <Schema extends z.ZodType>(item: Schema) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Pass it as `cursor` for the next page; null on the last page.' }),
  });

export const partySchema = answerSchema(() =>
  z.object({
    id: z.string(),
    name: z.string().meta({ description: 'The present name; the id of an agent that is not registered.' }),
  }),
);

const warningSchema = answerSchema(() =>
  z
    .object({
      code: z.enum(['agent.not-registered', 'agent.deactivated', 'agent.lost']),
      agentId: z.string(),
      detail: z.string().meta({ description: 'For people.' }),
    })
    .meta({ id: 'Warning' }),
);

/** Warnings in the response to a creation. */
export const warningsSchema = answerSchema(() =>
  z
    .array(warningSchema())
    .optional()
    .meta({ description: 'Agents that are not registered yet, deactivated, or lost.' }),
);

export const problemSchema = answerSchema(() =>
  z
    .looseObject({
      type: z
        .string()
        .meta({ example: '/docs/errors#sync-point.not-waiting', description: 'Address of the explanation of `code`.' }),
      title: z.string().meta({ description: 'The same for every error with this `code`; for people.' }),
      status: z.int().meta({ description: 'Of the response.' }),
      detail: z.string().meta({ description: 'What is wrong with this request; for people.' }),
      instance: z.string().meta({ description: 'Path of the request.' }),
      code: z.string().meta({ example: 'sync-point.not-waiting', description: 'Stable error code; decide by it.' }),
      requestId: z
        .string()
        .optional()
        .meta({ description: 'Finds the request in the logs of the service; name it when you report a problem.' }),
      errors: z
        .array(
          z.object({
            pointer: z
              .string()
              .meta({ description: 'JSON pointer (RFC 6901) into the body, or the name of a parameter.' }),
            detail: z.string(),
          }),
        )
        .optional()
        .meta({ description: 'The wrong places of an invalid request, the first 20 at most.' }),
    })
    .meta({ id: 'Problem', description: 'RFC 9457 problem document.' }),
);
