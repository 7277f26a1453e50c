/**
 * Clients for the store of a test file. In the quick set a request goes the SDK's way where tests look: middleware,
 * marshalling, retries and errors are the SDK's. What the store makes no difference by is left out or short: signature,
 * logs, the endpoint's rules, the schemas of bodies. That is a third of a test's processor time. A complete run sends
 * each request as the SDK does.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { HttpRequest } from '@smithy/types';
import { Agent, type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { dynamoDbHeaders } from '../../laptop/dynamodb-headers';
import { isCompleteRun } from './size';

type Client = DynamoDBClient | DynamoDBStreamsClient;

const configOf = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  ...(!isCompleteRun && { requestHandler: { handle }, endpointProvider: () => ({ url: new URL(endpoint) }) }),
});

export function localClient(endpoint: string): DynamoDBClient {
  const client = new DynamoDBClient(configOf(endpoint));
  if (!isCompleteRun) sendPlainly(client, 'DynamoDB_20120810', endpoint);
  return client;
}

export function localStreamsClient(endpoint: string): DynamoDBStreamsClient {
  const client = new DynamoDBStreamsClient(configOf(endpoint));
  if (!isCompleteRun) sendPlainly(client, 'DynamoDBStreams_20120810', endpoint);
  return client;
}

const LEFT_OUT = [
  'loggerMiddleware',
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
];

type ReadResponse = (operation: unknown, context: unknown, response: Response) => Promise<unknown>;

interface Response {
  readonly statusCode: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function sendPlainly({ config, middlewareStack }: Client, api: string, endpoint: string): void {
  for (const name of LEFT_OUT) middlewareStack.remove(name);
  const { protocol: scheme, hostname, port } = new URL(endpoint);
  const target = { method: 'POST', protocol: scheme, hostname, port: Number(port), path: '/', query: {} };
  const readError = config.protocol.deserializeResponse.bind(config.protocol) as ReadResponse;
  const readResponse: ReadResponse = (operation, context, response) => {
    if (response.statusCode !== 200) return readError(operation, context, response);
    const text = response.body.toString();
    const output = JSON.parse(text, text.includes('"B":"') ? readBytes : undefined) as object;
    return Promise.resolve({ ...output, $metadata: { httpStatusCode: response.statusCode } });
  };
  // The schemas concern bytes, and times, which only the stream has and no test reads. All else is JSON as it is.
  Object.assign(config.protocol, {
    serializeRequest: (operation: { readonly name: string }, input: object) => {
      const body = JSON.stringify(input, writeBytes);
      const headers = { ...dynamoDbHeaders(`${api}.${operation.name}`), 'content-length': Buffer.byteLength(body) };
      return Promise.resolve({ ...target, headers, body });
    },
    deserializeResponse: readResponse,
  });
}

/** As the member `B` of an attribute; an attribute that is called `B` is an object. */
function writeBytes(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const bytes = key === 'B' && this[key];
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : value;
}

const readBytes = (key: string, value: unknown): unknown =>
  key === 'B' && typeof value === 'string' ? Uint8Array.from(Buffer.from(value, 'base64')) : value;

/** Of all clients of a test file: its tables are many, and to connect takes longer than a request. */
const agent = new Agent({ keepAlive: true, maxSockets: 50 });

function handle({ method, hostname, port, path, headers, body }: HttpRequest): Promise<{ response: Response }> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest({ agent, method, hostname, port, path, headers }, (response) => {
      buffer(response).then((received) => {
        resolve({ response: { statusCode: response.statusCode, headers: response.headers, body: received } });
      }, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
