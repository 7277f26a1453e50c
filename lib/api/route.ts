import { createRoute, z, type RouteConfig } from '@hono/zod-openapi';
import { problemSchema } from './schemas';

/** JSON answers of a route: a schema per status. Every route may also answer a problem document. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

export function createdAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return {
    ...jsonAnswer(description, schema),
    headers: z.object({ location: z.string().openapi({ description: 'Path of what was created.' }) }),
  };
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: true };
}

export function optionalJsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: false };
}

export const problemAnswer = {
  description: 'Any error, as a problem document (RFC 9457).',
  content: { 'application/problem+json': { schema: problemSchema } },
};

export const BEARER = [{ bearer: [] }];

/** A route for callers with a token. */
export function authenticatedRoute<const Config extends Omit<RouteConfig, 'security'>>(config: Config) {
  return createRoute({ ...config, security: BEARER, responses: { ...config.responses, default: problemAnswer } });
}
