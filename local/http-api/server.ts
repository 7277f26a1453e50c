/** The HTTP API: listens on 127.0.0.1, finds the route, asks its authorizer, calls its function and sends what that answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withoutTokens } from '../../lib/agents/token';
import { FunctionError, type Functions } from '../lambda/functions';
import { LocalError, messageOf } from '../local-error';
import type { AuthorizerModel, HttpApiModel } from '../template/http-api-model';
import { createAuthorizer, type Authorizer } from './authorizer';
import { isPreflight, preflightAnswer, withCors } from './cors';
import { responseOf, type GatewayResponse } from './function-answer';
import { problem } from './gateway-problem';
import { functionEvent, readRequest, type GatewayRequest } from './request-event';
import { createRouteFinder, type RouteMatch } from './routes';

export interface HttpApiServer {
  readonly url: string;
  readonly port: number;
  /** Until then every request is answered with 503. */
  serve(options: HttpApiOptions): void;
  /** Requests under way may finish within the limit; the others are cut off. */
  stop(limitMs: number): Promise<void>;
}

export interface HttpApiOptions {
  readonly api: HttpApiModel;
  readonly functions: Functions;
  /** After every answer to a request that may have written something. */
  readonly onWrite: () => void;
  readonly warn: (line: string) => void;
  /** @default 30 s, API Gateway's limit */
  readonly integrationLimitMs?: number;
}

/** API Gateway's limit on a payload. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_LIMIT_MS = 30_000;
/** Who takes longer to send a request than this is cut off; API Gateway does the same after 30 s. */
const REQUEST_LIMIT_MS = 30_000;
const HEADERS_LIMIT_MS = 10_000;
/** How often connections are looked at for these limits; Node's 30 s would let a slow request stay twice as long. */
const LIMIT_CHECK_MS = 1_000;
/** Longer than clients keep idle connections, so that none is closed while a request is on its way. */
const KEEP_ALIVE_MS = 65_000;

/** Takes the port at once, so that one that is taken is found out before anything else is started. */
export async function listenForHttpApi(port: number): Promise<HttpApiServer> {
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer({ connectionsCheckingInterval: LIMIT_CHECK_MS }, (request, response) => {
    if (handle !== undefined) handle(request, response);
    else send(request, response, problem('gateway.unavailable', 'Muster is starting.', pathOf(request)));
  });
  server.requestTimeout = REQUEST_LIMIT_MS;
  server.headersTimeout = HEADERS_LIMIT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
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
    const match = findRoute(received.method, received.path);
    if (match === undefined && cors !== undefined && isPreflight(request)) return preflightAnswer();
    if (match === undefined) return problem('route.not-found', 'No route matches.', received.path);
    const body = await readBody(request);
    if (body === undefined) return problem('request.too-large', 'A request has 10 MB at most.', received.path);
    const authorization = await authorize(received, match);
    if (authorization.outcome === 'no identity') {
      return problem('auth.no-token', 'Send `Authorization: Bearer <token>`.', received.path);
    }
    if (authorization.outcome === 'refused') return problem('auth.refused', 'Not with this token.', received.path);
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
      return problem('gateway.unavailable', 'The function took longer than the gateway waits.', request.path);
    }
    const response = responseOf(inTime.answer);
    if (response !== undefined) return response;
    options.warn(`${match.route.functionName} answered something that is no HTTP response`);
    return problem('internal.error', 'The function gave a malformed answer.', request.path);
  }

  return (request, response) => {
    handle(request)
      .catch((error: unknown) => {
        if (request.destroyed && !request.complete) throw error; // the client has gone
        const name = error instanceof FunctionError ? error.functionName : 'the gateway';
        const path = withoutTokens(pathOf(request), request.headers.authorization);
        options.warn(`${name} failed on ${request.method ?? ''} ${path}: ${messageOf(error)}`);
        return problem('internal.error', 'The request could not be served.', pathOf(request));
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
    answer.catch(() => undefined); // it may still fail, long after anybody waits for it
  }
}

/** undefined when it is larger than API Gateway takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // Not `for await`, which would cut the connection when it is left early, before the 413 could be sent.
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
  response.end(request.method === 'HEAD' ? undefined : body);
  // The rest of a body that was refused is read and dropped, or the client would not get to read the answer.
  if (!request.complete) request.resume();
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new LocalError(
            `Port ${port} is taken: stop what listens there, or set MUSTER_PORT to another port (0 for any).`,
          ),
        );
      } else if (error.code === 'EACCES') {
        reject(new LocalError(`Port ${port} may not be used by this user: set MUSTER_PORT to another port.`));
      } else reject(error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function close(server: Server, limitMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const limit = setTimeout(() => {
    server.closeAllConnections();
  }, limitMs);
  await closed;
  clearTimeout(limit);
}
