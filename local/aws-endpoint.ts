/**
 * One HTTP server on 127.0.0.1 for all AWS services that the stack has here, called by the SDK clients of the functions
 * and, as AWS_ENDPOINT_URL, by who operates the stack. A service takes the requests that it knows; unless it answers as
 * its own protocol asks, in the (error) format of AWS's JSON protocols.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from './local-error';

export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header `x-amz-target`, of services that have no paths. */
  readonly target: string | undefined;
  readonly contentType: string;
  /** From JSON or a form. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer that isn't just status 200 and JSON. */
export class AwsAnswer {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly text: string,
  ) {}
}

/** undefined: not a request of this service. */
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

/** The largest request that any of the services takes is DynamoDB's 16 MB. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/** Every request of an SDK has one. Web pages can't send it here, as a browser would first ask, and is answered nothing. */
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
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
