/**
 * One HTTP server on 127.0.0.1 for the AWS services that are emulated here, called by the SDK clients of the functions.
 * A service takes the requests that it knows and answers in the error format of AWS's JSON protocols.
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
  readonly body: Readonly<Record<string, unknown>>;
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

/** The largest request that any of the services takes is PutEvents' 256 KB, here with room for its encoding. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export async function startAwsEndpoint(
  services: readonly AwsService[],
  warn: (line: string) => void,
): Promise<AwsEndpoint> {
  const server = createServer((request, response) => {
    answer(request, services)
      .catch((error: unknown): Answer => {
        if (error instanceof AwsError) return errorAnswer(error);
        warn(`an emulated AWS service failed: ${messageOf(error)}`);
        return errorAnswer(new AwsError('InternalServerException', 500, messageOf(error)));
      })
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'x-amzn-requestid': randomUUID() });
        response.end(JSON.stringify(body));
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

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

async function answer(request: IncomingMessage, services: readonly AwsService[]): Promise<Answer> {
  const parsed = await parse(request);
  for (const service of services) {
    const body = await service(parsed);
    if (body !== undefined) return { status: 200, headers: { 'content-type': 'application/json' }, body };
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
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    target: typeof target === 'string' ? target : undefined,
    body: parseBody(text),
  };
}

function parseBody(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw new AwsError('SerializationException', 400, 'The body is not valid JSON.');
  }
}

function errorAnswer({ code, status, message }: AwsError): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    // Services don't agree on the case of the member.
    body: { __type: code, message, Message: message },
  };
}
