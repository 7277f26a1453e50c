import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { AuthorizerContext } from '../../lib/api/api';

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

export type GatewayHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<unknown>;

/** What an HTTP API hands to a function (payload 2.0), and what it makes of the answer. */
export async function callHandler(handler: GatewayHandler, request: GatewayRequest): Promise<GatewayAnswer> {
  const [rawPath = '', rawQueryString = ''] = request.path.split('?');
  // JSON.stringify answers undefined for undefined, which its type leaves out.
  const body = typeof request.body === 'string' ? request.body : (JSON.stringify(request.body) as string | undefined);
  const event = {
    version: '2.0',
    routeKey: '$default',
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
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await handler(event, {} as Context)) as APIGatewayProxyStructuredResultV2;
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
