import { createRoute, z } from '@hono/zod-openapi';
import { jsonAnswer, problemAnswer } from './route';

const publicRoute = <const Path extends string>(
  path: Path,
  operationId: string,
  summary: string,
  contentType: string,
) =>
  createRoute({
    method: 'get',
    path,
    operationId,
    summary,
    tags: ['Service'],
    security: [],
    responses: {
      200: { description: 'OK.', content: { [contentType]: { schema: z.string() } } },
      default: problemAnswer,
    },
  });

export const publicRoutes = {
  health: createRoute({
    method: 'get',
    path: '/v1/health',
    operationId: 'getHealth',
    summary: 'Whether the service answers',
    tags: ['Service'],
    security: [],
    responses: {
      200: jsonAnswer('It does.', z.object({ status: z.literal('ok'), version: z.string() }).openapi('Health')),
      default: problemAnswer,
    },
  }),
  openApi: createRoute({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    tags: ['Service'],
    security: [],
    responses: { 200: jsonAnswer('OpenAPI 3.1.', z.looseObject({})), default: problemAnswer },
  }),
  docs: publicRoute('/docs', 'getDocs', 'The API as a page to read', 'text/html'),
  home: publicRoute('/', 'getHome', 'Where to start', 'text/html'),
};
