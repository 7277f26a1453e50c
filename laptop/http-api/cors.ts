/**
 * CORS as API Gateway applies it from the API's CorsConfiguration. It responds to preflights that match no route, and
 * adds its headers to every response, including its own errors. CORS headers set by a function are dropped.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
import type { IncomingMessage } from 'node:http';
import type { CorsModel } from '../template/http-api-model';
import type { GatewayResponse } from './function-answer';

export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

export const preflightAnswer = (): GatewayResponse => ({ statusCode: 204, headers: {}, body: '' });

/** The response with the gateway's CORS headers. */
export function withCors(cors: CorsModel, request: IncomingMessage, answer: GatewayResponse): GatewayResponse {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...answer, headers: { ...Object.fromEntries(own), ...corsHeaders(cors, request) } };
}

function corsHeaders(cors: CorsModel, request: IncomingMessage): Readonly<Record<string, string>> {
  const { origin } = request.headers;
  const any = cors.allowOrigins.includes('*');
  // Origins are compared literally: scheme, host and port.
  if (origin === undefined || (!any && !cors.allowOrigins.includes(origin))) return {};
  const allowed = { 'access-control-allow-origin': any ? '*' : origin };
  if (isPreflight(request)) {
    return {
      ...allowed,
      'access-control-allow-methods': cors.allowMethods.join(','),
      'access-control-allow-headers': cors.allowHeaders.join(','),
      'access-control-max-age': String(cors.maxAgeSeconds),
    };
  }
  return { ...allowed, 'access-control-expose-headers': cors.exposeHeaders.join(',') };
}
