/**
 * The HTTP API: listens on 127.0.0.1, finds the route, calls its authorizer and its function, and sends the result.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FunctionError, type Functions } from '../lambda/functions';
import { LocalError, messageOf } from '../local-error';
import { closed, listenOnLoopback } from '../loopback';
import type { AuthorizerModel, HttpApiModel } from '../template/http-api-model';
import { createAuthorizer, type Authorizer } from './authorizer';
import { isPreflight, preflightAnswer, withCors } from './cors';
import { responseOf, type GatewayResponse } from './function-answer';
import { problem } from './gateway-problem';
import { functionEvent, readRequest, type GatewayRequest } from './request-event';
import { createRouteFinder, type RouteMatch } from './routes';

export interface HttpApiServer {
  readonly url: string;
  /** Until then every request gets a 503. */
  serve(options: HttpApiOptions): void;
  /** Requests in progress may finish within the limit; the rest are cut off. */
  stop(limitMs: number): Promise<void>;
}

interface HttpApiOptions {
  readonly api: HttpApiModel;
  readonly functions: Functions;
  /** Called after every response to a request that may have written something. */
  readonly onWrite: () => void;
  readonly warn: (line: string) => void;
  /** Removes secrets from a path before it is logged. */
  readonly redactPath: (path: string, authorization: string | undefined) => string;
  /** @default 30 s, API Gateway's limit */
  readonly integrationLimitMs?: number;
}

/** API Gateway's limit on a payload. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_LIMIT_MS = 30_000;
/** Requests that take longer to arrive are cut off; API Gateway does the same after 30 s. */
const REQUEST_LIMIT_MS = 30_000;
const HEADERS_LIMIT_MS = 10_000;
/** How often connections are checked against these limits. Node's 30 s would give a slow request twice as long. */
const LIMIT_CHECK_MS = 1_000;
/** Longer than clients keep idle connections, so none is closed while a request is in transit. */
const KEEP_ALIVE_MS = 65_000;

/** Binds the port at once, so a port already in use is detected before anything else starts. */
export async function listenForHttpApi(port: number): Promise<HttpApiServer> {
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer({ connectionsCheckingInterval: LIMIT_CHECK_MS }, (request, response) => {
    if (handle !== undefined) handle(request, response);
    else send(request, response, problem('gateway.unavailable', 'Muster is starting.', pathOf(request)));
  });
  server.requestTimeout = REQUEST_LIMIT_MS;
  server.headersTimeout = HEADERS_LIMIT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const listening = await listen(server, port);
  return {
    url: `http://127.0.0.1:${listening}`,
    serve: (options) => {
      handle = createHandler(options);
    },
    stop: async (limitMs) => {
      await close(server, limitMs);
    },
  };
}

function createHandler(options: HttpApiOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { cors } = options.api;
  const findRoute = createRouteFinder(options.api.routes);
  const authorizers = createAuthorizers(options.api, options.functions);

  async function handle(request: IncomingMessage): Promise<GatewayResponse> {
    let received: GatewayRequest;
    try {
      received = readRequest(request);
    } catch (error) {
      return problem('request.invalid-url', messageOf(error), '/');
    }
    const answer = await respond(request, received);
    return { ...answer, headers: { ...answer.headers, 'apigw-requestid': received.requestId } };
  }

  async function respond(request: IncomingMessage, received: GatewayRequest): Promise<GatewayResponse> {
    const match = findRoute(received.method, received.path);
    if (match === undefined && cors !== undefined && isPreflight(request)) return preflightAnswer();
    if (match === undefined) return problem('route.not-found', 'No route matches this path.', received.path);
    const body = await readBody(request);
    if (body === undefined) return problem('request.too-large', 'The request is larger than 10 MB.', received.path);
    const authorization = await authorize(received, match);
    if (authorization.outcome === 'no identity') {
      return problem('auth.no-token', 'Send `Authorization: Bearer <token>`.', received.path);
    }
    if (authorization.outcome === 'refused')
      return problem('auth.refused', 'The authorizer refused this token.', received.path);
    return await integrate(received, match, body, authorization.context);
  }

  async function authorize(request: GatewayRequest, match: RouteMatch) {
    const { authorizer } = match.route;
    const ask = authorizer === undefined ? undefined : authorizers.get(authorizer);
    return ask === undefined ? ({ outcome: 'allowed', context: undefined } as const) : await ask(request, match);
  }

  async function integrate(
    request: GatewayRequest,
    match: RouteMatch,
    body: Buffer,
    context: Readonly<Record<string, unknown>> | undefined,
  ): Promise<GatewayResponse> {
    const answer = options.functions.invoke(match.route.functionName, functionEvent(request, match, body, context));
    const inTime = await withinLimit(answer, options.integrationLimitMs ?? INTEGRATION_LIMIT_MS);
    if (inTime === 'too late') {
      return problem('gateway.unavailable', 'The function did not respond within 30 seconds.', request.path);
    }
    const response = responseOf(inTime.answer);
    if (response !== undefined) return response;
    options.warn(`${match.route.functionName} did not return an HTTP response`);
    return problem('internal.error', 'The function returned a malformed response.', request.path);
  }

  return (request, response) => {
    handle(request)
      .catch((error: unknown) => {
        if (request.destroyed && !request.complete) throw error; // the client has gone
        const name = error instanceof FunctionError ? error.functionName : 'the gateway';
        const path = options.redactPath(pathOf(request), request.headers.authorization);
        options.warn(`${name} failed on ${request.method ?? ''} ${path}: ${messageOf(error)}`);
        return problem('internal.error', 'The gateway failed to serve the request.', pathOf(request));
      })
      .then((answer) => {
        send(request, response, cors === undefined ? answer : withCors(cors, request, answer));
        if (request.method !== 'GET' && request.method !== 'HEAD') options.onWrite();
      })
      .catch(() => {
        response.destroy();
      });
  };
}

function createAuthorizers(api: HttpApiModel, functions: Functions): ReadonlyMap<AuthorizerModel, Authorizer> {
  const models = new Set(api.routes.flatMap(({ authorizer }) => (authorizer === undefined ? [] : [authorizer])));
  return new Map([...models].map((model) => [model, createAuthorizer(model, functions)]));
}

async function withinLimit(
  answer: Promise<unknown>,
  limitMs: number,
): Promise<{ readonly answer: unknown } | 'too late'> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'too late'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'too late');
  });
  try {
    return await Promise.race([answer.then((value) => ({ answer: value })), limit]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined); // it may still fail after the limit
  }
}

/** undefined when it is larger than API Gateway accepts. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // Not `for await`: leaving it early would close the connection before the 413 could be sent.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else resolve(undefined);
    });
    request.once('end', () => {
      resolve(size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks));
    });
    request.once('error', reject);
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { statusCode, headers, body }: GatewayResponse,
): void {
  const length = statusCode === 204 || statusCode === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(statusCode, { ...(headers as Record<string, string | string[]>), ...length });
  const sent = request.method === 'HEAD' ? '' : body;
  if (request.complete) {
    response.end(sent);
    return;
  }
  // The rest of a refused body is read and dropped first. Ending earlier would reset the connection while the client is
  // still sending, and the response would be lost.
  response.write(sent);
  request.once('close', () => {
    response.end();
  });
  request.resume();
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    return await listenOnLoopback(server, port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new LocalError(
        `Port ${port} is already in use: stop the process that uses it, or set MUSTER_PORT to another port (0 for any).`,
      );
    }
    if (code !== 'EACCES') throw error;
    throw new LocalError(`This user may not listen on port ${port}: set MUSTER_PORT to another port.`);
  }
}

async function close(server: Server, limitMs: number): Promise<void> {
  const ended = closed(server);
  server.closeIdleConnections();
  const limit = setTimeout(() => {
    server.closeAllConnections();
  }, limitMs);
  await ended;
  clearTimeout(limit);
}
