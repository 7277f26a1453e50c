/* eslint-disable @typescript-eslint/no-deprecated -- hono/aws-lambda moves to a package of its own with Hono 5, which is not published yet. */
import type { APIGatewayProxyEventV2, Context as LambdaContext } from 'aws-lambda';
import { type Context, Hono } from 'hono';
import { handle, type LambdaContext as HonoContext, type LambdaEvent } from 'hono/aws-lambda';
import type { Caller } from '../agents/caller';
import { withoutTokens } from '../agents/token';
import { MusterError } from '../errors/muster-error';
import { inScope } from '../tracing/scope';
import { formatTraceparent, traceOfRequest } from '../tracing/trace-context';
import { asMusterError, problemResponse } from './problem';
import { checkRequestBody } from './request-body';

/** What the authorizer tells the API functions about a request. */
export type AuthorizerContext = Caller | { readonly refused: string };

interface RequestContext {
  readonly requestId?: string;
  readonly authorizer?: { readonly lambda?: AuthorizerContext | null };
}

export interface ApiEnvironment {
  /** `original` is the event as it came. */
  Bindings: { event: LambdaEvent & { requestContext: RequestContext; original: APIGatewayProxyEventV2 } };
  /** `json` is what the body of a POST or PATCH says. */
  Variables: { caller: Caller; json: unknown };
}

/** Where requests are written, and errors that are our fault with their cause. */
export interface RequestLog {
  error(message: string, error: Error): void;
  info(message: string, fields: Record<string, string | number | undefined>): void;
  debug(message: string, fields: Record<string, string | number | undefined>): void;
}

/** A Hono app for routes without a token. */
export function createApi(log: RequestLog): Hono<ApiEnvironment> {
  const api = emptyApi(log);
  api.use(checkRequestBody);
  return api;
}

/** A Hono app for routes behind the authorizer: refuses what it refused, and tells the handlers who calls. */
export function createAuthenticatedApi(log: RequestLog): Hono<ApiEnvironment> {
  const api = emptyApi(log);
  api.use(async (context, next) => {
    const authorized = context.env.event.requestContext.authorizer?.lambda;
    if (!authorized || !isCaller(authorized)) {
      throw new MusterError('auth.bad-token', authorized?.refused ?? 'The request carries no valid bearer token.');
    }
    context.set('caller', authorized);
    await next();
  });
  api.use(checkRequestBody);
  return api;
}

const isCaller = (authorized: AuthorizerContext): authorized is Caller => 'agentId' in authorized;

/** What all API functions share: the trace and problem documents. */
function emptyApi(log: RequestLog): Hono<ApiEnvironment> {
  const api = new Hono<ApiEnvironment>();
  api.use(async (context, next) => {
    const startedAt = performance.now();
    const trace = traceOfRequest(context.req.header('traceparent'));
    // Before there is an answer, which Hono would have to copy to add a header to it.
    context.header('traceparent', formatTraceparent(trace));
    await inScope({ trace, fields: { requestId: requestIdOf(context.env) } }, async () => {
      await next();
      const { method } = context.req;
      // Reads change nothing that could be followed, and the access log has them.
      log[method === 'GET' ? 'debug' : 'info']('A request was answered', {
        method,
        path: pathForLog(context),
        status: context.res.status,
        agentId: (context.get('caller') as Caller | undefined)?.agentId,
        durationMs: Math.round(performance.now() - startedAt),
      });
    });
  });
  api.onError((thrown, context) => {
    const error = asMusterError(thrown);
    if (error.status >= 500) log.error(`${context.req.method} ${pathForLog(context)} failed`, thrown);
    return problemResponse(context, error, requestIdOf(context.env));
  });
  api.notFound((context) => {
    const error = new MusterError('route.not-found', `There is no ${context.req.method} ${context.req.path}.`);
    return problemResponse(context, error, requestIdOf(context.env));
  });
  return api;
}

const pathForLog = ({ req }: Context): string => withoutTokens(req.path, req.header('authorization'));

const requestIdOf = (bindings: ApiEnvironment['Bindings'] | undefined): string | undefined =>
  bindings?.event.requestContext.requestId;

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: LambdaContext,
) => ReturnType<ReturnType<typeof handle>>;

/**
 * The app as a Lambda function.
 *
 * The body goes beside the Request: putting it in as a stream and reading it out again takes a twentieth of the CPU time
 * of an arrival.
 */
export function asLambdaHandler(api: Hono<ApiEnvironment>): ApiHandler {
  const run = handle(api);
  return (event, context) => run(asHonoEvent(event), asHonoContext(context));
}

// Hono declares the same AWS shapes with types of its own.
const asHonoEvent = (event: APIGatewayProxyEventV2): LambdaEvent =>
  ({
    ...withKnownMethod(event),
    body: undefined,
    original: event,
    cookies: undefined,
    rawPath: encodedPath(event.rawPath),
  }) as unknown as LambdaEvent;
const asHonoContext = (context: LambdaContext): HonoContext => context;

/**
 * An HTTP API hands over the path decoded, and Hono makes a URL of it: a `#` or `?` that was encoded within an id would
 * end the path there, so that the request meant another id. A `%25` may be left as it is. The parts `.` and `..` would
 * lead to another path, however they are encoded; with a space behind them they are ids that nothing has.
 */
const encodedPath = (path: string): string =>
  encodeURI(path.replaceAll('%25', '%').toWellFormed())
    .replace(/[?#]/g, (character) => encodeURIComponent(character))
    .replace(/\/(\.\.?)(?=\/|$)/g, '/$1%20');

/** Methods that a Request can't have (https://fetch.spec.whatwg.org/#forbidden-method). No route has them either. */
const FORBIDDEN_METHODS = ['CONNECT', 'TRACE', 'TRACK'];

function withKnownMethod<Event extends Pick<APIGatewayProxyEventV2, 'requestContext'>>(event: Event): Event {
  const { http } = event.requestContext;
  if (!FORBIDDEN_METHODS.includes(http.method.toUpperCase())) return event;
  return {
    ...event,
    requestContext: { ...event.requestContext, http: { ...http, method: `X-${http.method}` } },
  };
}
