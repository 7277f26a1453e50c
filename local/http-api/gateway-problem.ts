/**
 * What the gateway answers itself. API Gateway's own bodies are `{"message": "…"}`; here they are problem documents like
 * all other errors of the API, with the same status codes.
 */
import type { GatewayResponse } from './function-answer';

const PROBLEMS = {
  'auth.no-token': { status: 401, title: 'A bearer token is required' },
  'auth.refused': { status: 403, title: 'The authorizer refused the request' },
  'request.invalid-url': { status: 400, title: 'The URL is not properly encoded' },
  'request.too-large': { status: 413, title: 'The request is too large' },
  'route.not-found': { status: 404, title: 'There is no such route' },
  'internal.error': { status: 500, title: 'Something went wrong on our side' },
  'gateway.unavailable': { status: 503, title: 'The service did not answer in time' },
} as const;

export type GatewayProblem = keyof typeof PROBLEMS;

const RETRY_AFTER_SECONDS = 1;

export function problem(code: GatewayProblem, detail: string, instance: string): GatewayResponse {
  const { status, title } = PROBLEMS[code];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
    },
    body: JSON.stringify({ type: 'about:blank', title, status, detail, instance, code }),
  };
}
