import * as z from 'zod';
import { answerSchema } from './answers';
import { ERRORS_PATH } from './problem';
import { publicRoute } from './route';

const healthSchema = answerSchema(() =>
  z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' }),
);

const page = <const Path extends string>(path: Path, operationId: string, summary: string, contentType = 'text/html') =>
  publicRoute({
    method: 'get',
    path,
    operationId,
    summary,
    tags,
    answers: () => ({ 200: { description: 'The page.', contentType, schema: z.string() } }),
  });

const tags = ['Service'];

export const publicRoutes = {
  health: publicRoute({
    method: 'get',
    path: '/v1/health',
    operationId: 'getHealth',
    summary: 'Check the health of the service',
    tags,
    answers: () => ({ 200: { description: 'The service is healthy.', schema: healthSchema() } }),
  }),
  openApi: publicRoute({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'Read this OpenAPI document',
    tags,
    answers: () => ({ 200: { description: 'The OpenAPI 3.1 document.', schema: z.looseObject({}) } }),
  }),
  errors: page(ERRORS_PATH, 'getErrors', 'Read the explanations of all error codes as a page'),
  llms: page('/llms.txt', 'getLlmsTxt', 'Read what a language model needs to use the API', 'text/plain'),
};
