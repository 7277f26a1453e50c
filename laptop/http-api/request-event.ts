/**
 * The event that API Gateway passes to a function, payload format 2.0.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LOCAL_ACCOUNT, localArn } from '../template/template';
import type { RouteMatch } from './routes';

/** The common source of both events, the function's and the authorizer's. */
export interface GatewayRequest {
  readonly method: string;
  /** Decoded, as API Gateway passes it (unlike Lambda function URLs). */
  readonly path: string;
  /** Without `?`, still encoded. */
  readonly rawQueryString: string;
  /** Names in lower case, repeated ones joined by commas; without `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly sourceIp: string;
  readonly protocol: string;
  readonly receivedAt: Date;
  readonly requestId: string;
}

const API_ID = 'muster';

/**
 * A host and an optional port (RFC 9110, section 7.2). Anything more would end up in the URL that a function reads.
 */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** @throws URIError for a path that isn't properly encoded, and for a Host header that names no host */
export function readRequest(request: IncomingMessage): GatewayRequest {
  const url = originForm(request.url ?? '/');
  const question = url.indexOf('?');
  const encodedPath = question < 0 ? url : url.slice(0, question);
  const { host } = request.headers;
  if (host !== undefined && !HOST.test(host)) throw new URIError('The Host header names no host.');
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (name !== 'cookie' && values !== undefined) headers[name] = values.join(',');
  }
  return {
    method: request.method ?? 'GET',
    path: decodedPath(encodedPath),
    rawQueryString: question < 0 ? '' : url.slice(question + 1),
    headers,
    cookies: (request.headersDistinct['cookie'] ?? [])
      .flatMap((line) => line.split(/;\s*/))
      .filter((one) => one !== ''),
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    protocol: `HTTP/${request.httpVersion}`,
    receivedAt: new Date(),
    requestId: randomUUID(),
  };
}

/** The request target may be a whole URL, as for a proxy, or `*` (RFC 9112, section 3.2). */
function originForm(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

function decodedPath(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new URIError('The path has a percent sign that encodes nothing.');
  }
}

export type FunctionEvent = APIGatewayProxyEventV2 & {
  requestContext: { authorizer?: { lambda: Readonly<Record<string, unknown>> | null } };
};

export function functionEvent(
  request: GatewayRequest,
  { route, pathParameters }: RouteMatch,
  body: Buffer,
  authorizerContext: Readonly<Record<string, unknown>> | undefined,
): FunctionEvent {
  const isBase64Encoded = body.length > 0 && !isText(request.headers);
  return {
    ...sharedFields(request, route.routeKey, pathParameters),
    version: '2.0',
    requestContext: {
      ...requestContext(request, route.routeKey),
      ...(authorizerContext === undefined ? {} : { authorizer: { lambda: authorizerContext } }),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

export function authorizerEvent(
  request: GatewayRequest,
  { route, pathParameters }: RouteMatch,
  identitySource: readonly string[],
): APIGatewayRequestAuthorizerEventV2 {
  const routeArn = localArn('execute-api', `${API_ID}/$default/${request.method}${request.path}`);
  return {
    ...sharedFields(request, route.routeKey, pathParameters),
    version: '2.0',
    type: 'REQUEST',
    routeArn,
    identitySource: [...identitySource],
    cookies: [...request.cookies],
    stageVariables: {},
    requestContext: requestContext(request, route.routeKey),
  };
}

function sharedFields(
  request: GatewayRequest,
  routeKey: string,
  pathParameters: Readonly<Record<string, string>> | undefined,
) {
  const query = queryStringParameters(request.rawQueryString);
  return {
    routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQueryString,
    headers: { ...request.headers },
    ...(request.cookies.length === 0 ? {} : { cookies: [...request.cookies] }),
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(pathParameters === undefined ? {} : { pathParameters: { ...pathParameters } }),
  };
}

function requestContext(request: GatewayRequest, routeKey: string) {
  const domainName = request.headers['host'] ?? 'localhost';
  return {
    accountId: LOCAL_ACCOUNT,
    apiId: API_ID,
    domainName,
    domainPrefix: domainName.split('.')[0] ?? domainName,
    http: {
      method: request.method,
      path: request.path,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: request.requestId,
    routeKey,
    stage: '$default',
    time: commonLogTime(request.receivedAt),
    timeEpoch: request.receivedAt.getTime(),
  };
}

/** Decoded; the values of a repeated parameter are joined by commas. */
function queryStringParameters(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const known = parameters.get(name);
    parameters.set(name, known === undefined ? value : `${known},${value}`);
  }
  return Object.fromEntries(parameters);
}

/** Other bodies reach the function as base64. */
const TEXT_TYPES = /^(?:text\/|application\/(?:json|javascript|xml|[^;]*\+(?:json|xml)))/i;

function isText(headers: Readonly<Record<string, string>>): boolean {
  if (headers['content-encoding'] !== undefined) return false;
  const type = headers['content-type'];
  return type === undefined || TEXT_TYPES.test(type);
}

/** Like 12/Mar/2020:19:03:58 +0000. */
const commonLogTime = (time: Date): string =>
  time.toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) (\S+) GMT$/, '$1/$2/$3:$4 +0000');
