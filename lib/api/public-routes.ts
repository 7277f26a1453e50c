import * as z from 'zod';
import { answerSchema } from './answers';
import { publicRoute } from './route';

const healthSchema = answerSchema(() =>
  z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' }),
);

const page = <const Path extends string>(path: Path, operationId: string, summary: string) =>
  publicRoute({
    method: 'get',
    path,
    operationId,
    summary,
    tags,
    answers: () => ({ 200: { description: 'OK.', contentType: 'text/html', schema: z.string() } }),
  });

const tags = ['Service'];

export const publicRoutes = {
  health: publicRoute({
    method: 'get',
    path: '/v1/health',
    operationId: 'getHealth',
    summary: 'Whether the service answers',
    tags,
    answers: () => ({ 200: { description: 'It does.', schema: healthSchema() } }),
  }),
  openApi: publicRoute({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    tags,
    answers: () => ({ 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({}) } }),
  }),
  docs: page('/docs', 'getDocs', 'The API as a page to read'),
  home: page('/', 'getHome', 'Where to start'),
};
