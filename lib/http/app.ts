import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod';
import { MusterError } from '../common/errors';
import { inScope } from '../common/scope';
import { formatTraceparent, traceOfRequest } from '../common/trace';
import { withoutTokens } from './bearer-token';
import type { Caller } from './caller';
import { jsonBodyOf } from './json-body';
import { instanceOf, problemResponse } from './problem';
import type { Answer, RequestSchemas, Route } from './route';
import { asMusterError } from './thrown-error';
import { valid } from './violations';

/** The context that the authorizer passes to the API functions. */
export type AuthorizerContext = Caller | { readonly refused: string };

/**
 * A request as the HTTP API passes it to a function (payload 2.0). The route is matched and the path parameters are
 * decoded.
 */
export type GatewayEvent = APIGatewayProxyEventV2 & {
  readonly requestContext: { readonly authorizer?: { readonly lambda?: AuthorizerContext | null } };
};

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Part<R extends Route, Name extends keyof RequestSchemas> = R extends {
  request: Record<Name, infer Schema>;
}
  ? Output<Schema>
  : undefined;

/** The parts of a request that its route describes, validated. */
export interface RequestOf<R extends Route> {
  readonly caller: R['public'] extends true ? undefined : Caller;
  readonly params: Part<R, 'params'>;
  readonly query: Part<R, 'query'>;
  readonly headers: Part<R, 'headers'>;
  readonly body: R extends { request: { body: { schema: infer Schema } } } ? Output<Schema> : undefined;
  readonly event: GatewayEvent;
}

type BodyOf<A extends Answer> = A extends { contentType: string }
  ? string
  : A extends { schema: infer Schema }
    ? Output<Schema>
    : undefined;

/** One of the responses that the route lists; any other status or body does not compile. */
type ResponseOf<R extends Route> = {
  [Status in keyof ReturnType<R['answers']> & number]: {
    readonly status: Status;
    readonly body: BodyOf<ReturnType<R['answers']>[Status]>;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof ReturnType<R['answers']> & number];

/** A handler for each route. */
export type Api<Routes extends Readonly<Record<string, Route>>> = {
  readonly [Name in keyof Routes]: (
    request: RequestOf<Routes[Name]>,
  ) => ResponseOf<Routes[Name]> | Promise<ResponseOf<Routes[Name]>>;
};

export const ok = <Body>(body: Body) => ({ status: 200, body }) as const;
export const created = <Body>(body: Body, location: string) => ({ status: 201, body, headers: { location } }) as const;
export const noContent = () => ({ status: 204, body: undefined }) as const;
export const plainText = (text: string) =>
  ({ status: 200, body: text, headers: { 'content-type': 'text/plain; charset=UTF-8' } }) as const;
export const htmlPage = (html: string, headers: Readonly<Record<string, string>>) =>
  ({ status: 200, body: html, headers: { 'content-type': 'text/html; charset=UTF-8', ...headers } }) as const;

/** Log of requests, and of internal errors with their cause. */
export interface RequestLog {
  error(message: string, error: Error): void;
  info(message: string, fields: Record<string, string | number | undefined>): void;
  debug(message: string, fields: Record<string, string | number | undefined>): void;
}

export type ApiHandler = (event: GatewayEvent) => Promise<APIGatewayProxyStructuredResultV2>;

type Respond = (event: GatewayEvent) => APIGatewayProxyStructuredResultV2 | Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A Lambda function that serves these routes.
 *
 * @param otherwise responds to requests that match no route of the gateway; only the function of the default route has
 *   it
 */
export function serve<const Routes extends Readonly<Record<string, Route>>>(
  routes: Routes,
  api: Api<Routes>,
  log: RequestLog,
  otherwise: Respond = refuseUnknownRoute,
): ApiHandler {
  const byRouteKey = new Map<string, Respond>(
    Object.entries<Route>(routes).map(([name, route]) => [
      `${route.method.toUpperCase()} ${route.path}`,
      respondWith(route, api[name] as Handler),
    ]),
  );
  return (event) => {
    const startedAt = performance.now();
    const { requestId, http } = event.requestContext;
    const trace = traceOfRequest(event.headers['traceparent']);
    return inScope({ trace, fields: { requestId } }, async () => {
      const path = withoutTokens(instanceOf(event), event.headers['authorization']);
      let response: APIGatewayProxyStructuredResultV2;
      try {
        // The gateway has no routes for HEAD: its default route passes them on (RFC 9110, section 9.1).
        const asGet = http.method === 'HEAD' ? byRouteKey.get(`GET ${event.rawPath}`) : undefined;
        response = await (byRouteKey.get(event.routeKey) ?? asGet ?? otherwise)(event);
      } catch (thrown) {
        const error = asMusterError(thrown);
        if (error.status >= 500) log.error(`${http.method} ${path} failed`, thrown as Error);
        response = problemResponse(error, instanceOf(event), requestId);
      }
      const caller = event.requestContext.authorizer?.lambda;
      // Nothing follows from reads, and the access log lists them.
      log[http.method === 'GET' ? 'debug' : 'info']('Request completed', {
        method: http.method,
        path,
        status: response.statusCode,
        agentId: caller && 'agentId' in caller ? caller.agentId : undefined,
        durationMs: Math.round(performance.now() - startedAt),
      });
      return {
        ...response,
        headers: { ...response.headers, traceparent: formatTraceparent(trace) },
        ...(http.method === 'HEAD' && { body: '' }),
      };
    });
  };
}

type Handler = (request: unknown) => Promise<{ status: number; body: unknown; headers?: Record<string, string> }>;

function respondWith(route: Route, handle: Handler): Respond {
  return async (event) => {
    const caller = route.public ? undefined : callerOf(event);
    const body = route.request?.body && jsonBodyOf(event);
    const query = queryOf(event.rawQueryString);
    const params = event.pathParameters ?? {};
    const answer = await callHandler(route, handle, { caller, query, params, headers: event.headers, body, event });
    return {
      statusCode: answer.status,
      headers: { ...(answer.body !== undefined && { 'content-type': 'application/json' }), ...answer.headers },
      body: typeof answer.body === 'string' || answer.body === undefined ? answer.body : JSON.stringify(answer.body),
    };
  };
}

/** The parts of a request before they are validated. */
interface GivenParts {
  readonly query?: unknown;
  readonly params?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
}

interface GivenRequest extends GivenParts {
  readonly caller: Caller | undefined;
  readonly event: GatewayEvent;
}

/** @throws MusterError `request.invalid`, and those of the handler. */
function callHandler({ request = {} }: Route, handle: Handler, given: GivenRequest) {
  const { query, params, headers, body } = request;
  return handle({
    caller: given.caller,
    query: query && valid(query, given.query),
    params: params && valid(params, given.params),
    headers: headers && valid(headers, given.headers),
    body: body && valid(body.schema, given.body),
    event: given.event,
  });
}

/**
 * Calls operations in the same process: with the validation, the rights and the errors that they have over HTTP, and
 * without the gateway.
 *
 * @example
 *   const syncPoints = inProcess(syncPointRoutes, syncPointApi(service));
 *   const { status } = await syncPoints('get', request, { params: { id: 'nightly' } });
 */
export function inProcess<const Routes extends Readonly<Record<string, Route>>>(routes: Routes, api: Api<Routes>) {
  type InProcess = Pick<GivenRequest, 'event'> & { readonly caller: Caller };

  /** With the status, where that says something: a creation is 201, its repeat 200. */
  async function respond<Name extends keyof Routes & string>(
    name: Name,
    { caller, event }: InProcess,
    parts: GivenParts = {},
  ): Promise<ResponseOf<Routes[Name]>> {
    const given = { query: {}, params: {}, headers: {}, body: {}, ...parts, caller, event };
    return (await callHandler(routes[name] as Route, api[name] as Handler, given)) as ResponseOf<Routes[Name]>;
  }

  async function call<Name extends keyof Routes & string>(
    name: Name,
    request: InProcess,
    parts?: GivenParts,
  ): Promise<ResponseOf<Routes[Name]>['body']> {
    return (await respond(name, request, parts)).body;
  }

  return Object.assign(call, { respond });
}

/** The authorizer passes refused tokens on, so that the response can be a problem document. */
function callerOf({ requestContext }: GatewayEvent): Caller {
  const authorized = requestContext.authorizer?.lambda;
  if (authorized && 'agentId' in authorized) return authorized;
  throw new MusterError('auth.bad-token', authorized?.refused ?? 'The request has no valid bearer token.');
}

/** A repeated name becomes a list, which only schemas of lists accept. */
function queryOf(rawQueryString: string): Record<string, string | string[] | undefined> {
  const values = new URLSearchParams(rawQueryString);
  return Object.fromEntries(
    [...new Set(values.keys())].map((name) => {
      const all = values.getAll(name);
      return [name, all.length === 1 ? all[0] : all];
    }),
  );
}

function refuseUnknownRoute(event: GatewayEvent): never {
  throw new MusterError(
    'route.not-found',
    `No operation is ${event.requestContext.http.method} ${event.rawPath}; /docs lists all operations.`,
  );
}
