/**
 * One HTTP server on 127.0.0.1 for all local AWS services. The functions' SDK clients call it, and operators do so
 * through AWS_ENDPOINT_URL. Each service handles the requests that it knows. Responses and errors have the format of
 * AWS's JSON protocols, unless the service uses another protocol.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { messageOf } from './local-error';
import { closed, listenOnLoopback } from './loopback';

export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header `x-amz-target`, used by services without paths. */
  readonly target: string | undefined;
  readonly contentType: string;
  /** From JSON or a form. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A response other than status 200 with JSON. */
export class AwsAnswer {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly text: string,
  ) {}
}

/** Returns undefined if the request isn't for this service. */
export type AwsService = (request: AwsRequest) => Promise<object | undefined> | object | undefined;

export interface AwsEndpoint {
  readonly url: string;
  stop(): Promise<void>;
}

/** An error as AWS names it, for example `ConflictException`. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const validationError = (message: string): AwsError => new AwsError('ValidationException', 400, message);

/** The largest request that any service accepts is DynamoDB's 16 MB. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/**
 * Every SDK request has one. Web pages can't send it: the browser would need a preflight, which is never granted.
 */
const SIGNATURE = /^AWS4-HMAC-SHA256 /;

export async function startAwsEndpoint(
  services: readonly AwsService[],
  warn: (line: string) => void,
): Promise<AwsEndpoint> {
  const server = createServer((request, response) => {
    answer(request, services)
      .catch((error: unknown): AwsAnswer => {
        if (error instanceof AwsError) return errorAnswer(error);
        warn(`an emulated AWS service failed: ${messageOf(error)}`);
        return errorAnswer(new AwsError('InternalServerException', 500, messageOf(error)));
      })
      .then(({ status, headers, text }) => {
        response.writeHead(status, { ...headers, 'x-amzn-requestid': randomUUID() });
        response.end(text);
      })
      .catch(() => {
        response.destroy();
      });
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const ended = closed(server);
      server.closeAllConnections();
      await ended;
    },
  };
}

async function answer(request: IncomingMessage, services: readonly AwsService[]): Promise<AwsAnswer> {
  if (!SIGNATURE.test(request.headers.authorization ?? '')) {
    throw new AwsError('MissingAuthenticationTokenException', 403, 'The request is not signed.');
  }
  const parsed = await parse(request);
  for (const service of services) {
    const answered = await service(parsed);
    if (answered instanceof AwsAnswer) return answered;
    if (answered !== undefined) return jsonAnswer(200, {}, answered);
  }
  const what = parsed.target ?? `${parsed.method} ${parsed.path}`;
  throw new AwsError('UnknownOperationException', 404, `The laptop stack doesn't have ${what}.`);
}

async function parse(request: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new AwsError('RequestEntityTooLargeException', 413, 'The request is too large.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://localhost');
  const target = request.headers['x-amz-target'];
  const contentType = request.headers['content-type'] ?? '';
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    target: typeof target === 'string' ? target : undefined,
    contentType,
    body: parseBody(text, contentType),
  };
}

function parseBody(text: string, contentType: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw new AwsError('SerializationException', 400, 'The body is not valid JSON.');
  }
}

function errorAnswer({ code, status, message }: AwsError): AwsAnswer {
  // Services don't agree on the case of the member.
  return jsonAnswer(status, { 'x-amzn-errortype': code }, { __type: code, message, Message: message });
}

function jsonAnswer(status: number, headers: Readonly<Record<string, string>>, body: object): AwsAnswer {
  return new AwsAnswer(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
}
