import { apiRoutes } from '../../infra/routes';
import type { ApiHandler, AuthorizerContext, GatewayEvent } from '../../lib/http/app';
import { createRouteFinder } from '../../laptop/http-api/routes';

/** As the gateway matches them, with its default route for everything else. */
const findRoute = createRouteFinder(
  [...apiRoutes.map(({ method, path }) => `${method} ${path}`), '$default'].map((routeKey) => ({
    routeKey,
    functionName: '',
  })),
);

export interface GatewayRequest {
  readonly method: string;
  /** As on the wire, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly authorizer?: AuthorizerContext | null;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** What an HTTP API hands to a function (payload 2.0), and what it makes of the answer. */
export async function callHandler(handler: ApiHandler, request: GatewayRequest): Promise<GatewayAnswer> {
  const [rawPath = '', rawQueryString = ''] = request.path.split('?');
  const match = findRoute(request.method, rawPath);
  // JSON.stringify answers undefined for undefined, which its type leaves out.
  const body = typeof request.body === 'string' ? request.body : (JSON.stringify(request.body) as string | undefined);
  const event = {
    version: '2.0',
    routeKey: match?.route.routeKey,
    pathParameters: decoded(match?.pathParameters),
    rawPath,
    rawQueryString,
    headers: {
      host: 'muster.example',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...request.headers,
    },
    requestContext: {
      requestId: 'request-1',
      domainName: 'muster.example',
      http: { method: request.method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'jest' },
      ...(request.authorizer && { authorizer: { lambda: request.authorizer } }),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  } as unknown as GatewayEvent;
  const answer = await handler(event);
  const text = answer.body ?? '';
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    text,
    json: /json/.test(String(answer.headers?.['content-type'])) ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

/** What encodes nothing stays as it is. */
function decoded(parameters: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, text]) => {
      try {
        return [name, decodeURIComponent(text)];
      } catch {
        return [name, text];
      }
    }),
  );
}
