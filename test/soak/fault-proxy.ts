/**
 * Stands between the functions of the laptop stack and its AWS services, as a network and services on a bad day: what
 * the plan draws for a request is done to it, all else is passed on. `inside.mjs` leads the functions' requests here.
 */
import { type IncomingMessage, request as httpRequest, createServer, Agent, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AwsCall, Fault, FaultPlan } from './fault-plan';

export interface FaultProxy {
  readonly url: string;
  /**
   * Done once, with the next write to DynamoDB, before or after it takes effect; that request is never answered.
   * Answers what takes it back.
   */
  atNextWrite(when: 'before' | 'after', act: () => void): () => void;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const SLOW_MS = 1_500;
const NEVER_MS = 150_000;
const WRITES = /^(Put|Update|Delete|BatchWrite|TransactWrite)/;

export async function startFaultProxy(plan: FaultPlan, random: () => number): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  let once: { readonly when: 'before' | 'after'; readonly act: () => void } | undefined;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const call = callOf(request, body.toString('utf8'));
    if (once !== undefined && call.service === 'DynamoDB' && WRITES.test(call.command)) {
      const { when, act } = once;
      once = undefined;
      if (when === 'after') await forward(request, body, agent);
      act();
      response.destroy();
      return;
    }
    const fault = plan.draw(call);
    if (fault === 'slow') await delay(random() * SLOW_MS);
    const made = fault === undefined ? undefined : answerOf(fault, call, body.toString('utf8'));
    if (made !== undefined) {
      send(response, made);
      return;
    }
    if (fault === 'lost before it took effect') {
      response.destroy();
      return;
    }
    if (fault === 'never answered') {
      const limit = setTimeout(() => response.destroy(), NEVER_MS);
      response.once('close', () => {
        clearTimeout(limit);
      });
      return;
    }
    const answer = await forward(request, body, agent);
    if (fault === 'lost after it took effect') {
      response.destroy();
    } else if (fault === 'answer cut short') {
      response.writeHead(answer.status, { ...headersOf(answer), 'content-length': answer.body.length + 1 });
      response.write(answer.body.subarray(0, Math.ceil(answer.body.length / 2)), () => response.destroy());
    } else {
      send(response, answer);
    }
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      // The stack was killed, or the one who asked.
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    atNextWrite: (when, act) => {
      once = { when, act };
      return () => {
        once = undefined;
      };
    },
    stop: async () => {
      agent.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** To where the caller meant it, which its `host` still says. */
async function forward({ method, url, headers }: IncomingMessage, body: Buffer, agent: Agent): Promise<Answer> {
  const [host = '', port = ''] = (headers.host ?? '').split(':');
  return await new Promise((resolve, reject) => {
    const request = httpRequest({ host, port, path: url, headers, agent, ...(method !== undefined && { method }) });
    request.once('error', reject);
    request.once('response', (response) => {
      bodyOf(response).then((answered) => {
        resolve({ status: response.statusCode ?? 500, headers: response.headers, body: answered });
      }, reject);
    });
    request.end(body);
  });
}

export function callOf(
  { headers, method, url }: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  body: string,
): AwsCall {
  const [target = '', command = ''] = String(headers['x-amz-target'] ?? '').split('.');
  if (target.startsWith('DynamoDB')) return { service: 'DynamoDB', command };
  if (target === 'AWSEvents') return { service: 'EventBridge', command };
  if (target === 'AmazonSQS') return { service: 'SQS', command };
  if (url?.startsWith('/schedules/') === true) return { service: 'Scheduler', command: method ?? '' };
  return { service: 'SNS', command: new URLSearchParams(body).get('Action') ?? '' };
}

/** What the service itself would answer; undefined for a fault that is none of its answers. */
function answerOf(fault: Fault, { service, command }: AwsCall, body: string): Answer | undefined {
  const throttling = service === 'DynamoDB' ? 'ProvisionedThroughputExceededException' : 'ThrottlingException';
  switch (fault) {
    case 'throttled':
      return service === 'SNS'
        ? snsError(400, 'Throttled')
        : jsonError(service === 'Scheduler' ? 429 : 400, throttling);
    case 'internal error':
      return service === 'SNS' ? snsError(500, 'InternalError') : jsonError(500, 'InternalServerError');
    case 'away for a while':
      return service === 'SNS' ? snsError(503, 'ServiceUnavailable') : jsonError(503, 'ServiceUnavailable');
    case 'conflict':
      return jsonError(400, 'TransactionConflictException');
    case 'transaction cancelled':
      return jsonError(400, 'TransactionCanceledException', {
        CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
      });
    case 'part of the batch left undone':
      return json(200, {}, undone(command, JSON.parse(body) as Batch));
    default:
      return undefined;
  }
}

interface Batch {
  readonly RequestItems?: object;
  readonly Entries?: readonly object[];
}

function undone(command: string, { RequestItems = {}, Entries = [] }: Batch): object {
  if (command === 'BatchGetItem') return { Responses: {}, UnprocessedKeys: RequestItems };
  if (command === 'BatchWriteItem') return { UnprocessedItems: RequestItems };
  return {
    FailedEntryCount: Entries.length,
    Entries: Entries.map(() => ({ ErrorCode: 'InternalFailure', ErrorMessage: 'by lot' })),
  };
}

const jsonError = (status: number, code: string, more: object = {}): Answer =>
  json(status, { 'x-amzn-errortype': code }, { __type: code, message: 'by lot', Message: 'by lot', ...more });

function json(status: number, headers: Answer['headers'], content: object): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
    body: Buffer.from(JSON.stringify(content)),
  };
}

const snsError = (status: number, code: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from(
    `<ErrorResponse><Error><Type>Receiver</Type><Code>${code}</Code><Message>by lot</Message></Error><RequestId>0</RequestId></ErrorResponse>`,
  ),
});

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...headersOf(answer), 'content-length': answer.body.length });
  response.end(answer.body);
}

/** The length is told instead. */
function headersOf({ headers: { 'transfer-encoding': _, ...rest } }: Answer): Answer['headers'] {
  return rest;
}
