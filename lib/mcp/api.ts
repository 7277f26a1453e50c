import {
  createMcpHandler,
  isLegacyRequest,
  ProtocolErrorCode,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { MusterError } from '../common/errors';
import type { Api, GatewayEvent, RequestLog } from '../http/app';
import { parseJsonBody, requireNothingLost } from '../http/json-body';
import { type McpService, musterOperations } from './operations';
import { isAllowedOrigin } from './origin';
import type { mcpRoutes } from './routes';
import { createServer, type ServedRequest } from './server';

export interface McpOptions {
  /** Of web pages beside the service's own; `*` for any. */
  readonly corsOrigins: readonly string[];
  readonly version: string;
  readonly log: RequestLog;
}

type Status = 200 | 202 | 400 | 403 | 404 | 406 | 413 | 415;
type Message = { readonly jsonrpc: '2.0' } & Record<string, unknown>;
type McpResponse = { readonly status: Exclude<Status, 202>; readonly body: Message } | typeof ACCEPTED;

const ACCEPTED = { status: 202, body: undefined } as const;

/** Headers of the protocol; what else a client sends does not reach it. */
const HEADERS = ['content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name'];

/**
 * Serves one message without a session: each request has a server of its own, in either era of the protocol, and a
 * response that is JSON.
 */
export function mcpApi(service: McpService, { corsOrigins, version, log }: McpOptions): Api<typeof mcpRoutes> {
  const muster = musterOperations(service);
  return {
    call: async ({ caller, event }) => {
      const { origin } = event.headers;
      if (!isAllowedOrigin(origin, event.requestContext.domainName, corsOrigins)) {
        return refuse(403, ProtocolErrorCode.InvalidRequest, 'The Origin of the page is not allowed.');
      }
      let given: GivenMessage;
      try {
        given = messageOf(event);
      } catch (error) {
        return refuseBody(error);
      }
      const { message, refusedArguments } = given;
      if (Array.isArray(message)) {
        return refuse(400, ProtocolErrorCode.InvalidRequest, 'Send one message, not a batch.');
      }
      const session = { muster, request: { caller, event }, now: service.now };
      return respond(asWebRequest(event), message, { session, version, log, refusedArguments });
    },
  };
}

interface GivenMessage {
  readonly message: unknown;
  /** Arguments of a tool that would not be kept as they were sent are told to the model, as any others it got wrong. */
  readonly refusedArguments?: MusterError;
}

/** @throws MusterError as parseJsonBody does, and `request.invalid` for what would be lost of the rest. */
function messageOf(event: GatewayEvent): GivenMessage {
  const { json: message, mayLose } = parseJsonBody(event);
  if (!mayLose) return { message };
  if (!isToolCall(message)) {
    requireNothingLost(message);
    return { message };
  }
  const { arguments: given, ...params } = message.params;
  const rest = { ...message, params };
  requireNothingLost(rest);
  try {
    requireNothingLost(given);
    return { message };
  } catch (error) {
    return { message: rest, refusedArguments: error as MusterError };
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isToolCall = (message: unknown): message is { readonly params: Readonly<Record<string, unknown>> } =>
  isObject(message) && message['method'] === 'tools/call' && isObject(message['params']);

async function respond(request: Request, message: unknown, served: ServedRequest): Promise<McpResponse> {
  const isLegacy = await isLegacyRequest(request, message);
  const response = await (isLegacy ? serveLegacy : serveModern)(request, message, served);
  const text = await response.text();
  // Only by an error of ours: whatever a client sends has a status of its own.
  if (response.status >= 500) throw new Error(`The protocol library responded ${response.status}: ${text}`);
  if (response.status === 202) return ACCEPTED;
  return { status: response.status as Exclude<Status, 202>, body: JSON.parse(text) as Message };
}

/** Revision 2026-07-28. There is no stream on which it could tell of changes, so subscriptions are refused. */
async function serveModern(request: Request, parsedBody: unknown, served: ServedRequest): Promise<Response> {
  const handler = createMcpHandler(() => createServer(served), {
    legacy: 'reject',
    maxSubscriptions: 0,
    keepAliveMs: 0,
    onerror: ({ message }) => {
      served.log.debug('MCP request refused', { reason: message });
    },
  });
  return handler.fetch(request, { parsedBody });
}

/** The revisions that open with `initialize`. */
async function serveLegacy(request: Request, parsedBody: unknown, served: ServedRequest): Promise<Response> {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = createServer(served);
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody });
  } finally {
    await server.close();
  }
}

function asWebRequest({ headers }: GatewayEvent): Request {
  const passed = HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name];
    // A header of a web request holds Latin-1; nothing else could be a valid one.
    return value === undefined ? [] : [[name, value.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?')]];
  });
  // Every response is JSON, whatever else a client would also take.
  const accept: [string, string] = ['accept', 'application/json, text/event-stream'];
  return new Request('https://muster/mcp', { method: 'POST', headers: [...passed, accept] });
}

const refuse = (status: Exclude<Status, 202>, code: number, message: string): McpResponse => ({
  status,
  body: { jsonrpc: '2.0', id: null, error: { code, message } },
});

function refuseBody(error: unknown): McpResponse {
  if (!(error instanceof MusterError)) throw error;
  const { code, status, message } = error;
  if (code === 'request.not-json') return refuse(400, ProtocolErrorCode.ParseError, message);
  return refuse(status === 413 || status === 415 ? status : 400, ProtocolErrorCode.InvalidRequest, message);
}
