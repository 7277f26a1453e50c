/**
 * Responses of the gateway itself. API Gateway's bodies are `{"message": "…"}`; here they are problem documents like
 * all other errors of the API. The status codes are the same. The service explains these codes at the same address.
 */
import type { GatewayResponse } from './function-answer';

const PROBLEMS = {
  'auth.no-token': { status: 401, title: 'A bearer token is required' },
  'auth.refused': { status: 403, title: 'The authorizer refused the request' },
  'request.invalid-url': { status: 400, title: 'The URL is not properly encoded' },
  'request.too-large': { status: 413, title: 'The request is too large' },
  'route.not-found': { status: 404, title: 'The route does not exist' },
  'internal.error': { status: 500, title: 'Internal error' },
  'gateway.unavailable': { status: 503, title: 'The service did not respond in time' },
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
    body: JSON.stringify({ type: `/docs/errors#${code}`, title, status, detail, instance, code }),
  };
}
