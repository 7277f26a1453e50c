/**
 * SNS and SQS, from the fauxqs package, inside this process and on 127.0.0.1.
 *
 * fauxqs keeps everything in memory. That is sound only because the stream's checkpoint waits until the queues with a
 * function behind them have been empty (see dynamodb-stream/checkpoint.ts): what a crash loses is dispatched again.
 *
 * Its `startFauxqs` always listens on every interface, so its app is built and told where to listen here.
 */
import { buildApp } from 'fauxqs';
import { AwsAnswer, AwsError, type AwsRequest } from '../aws-endpoint';
import { LocalError } from '../local-error';
import type { QueueModel, TopicModel } from '../template/messaging-model';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../template/template';

export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface PeekedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  /** Milliseconds since 1970. */
  readonly sentTimestamp: number;
}

export interface QueueDepth {
  readonly name: string;
  /** Waiting, being worked on or delayed. */
  readonly messages: number;
}

export interface Queues {
  /** Of both SNS and SQS. */
  readonly endpoint: string;
  sendMessage(queueArn: string, body: string, attributes?: Readonly<Record<string, MessageAttribute>>): Promise<void>;
  /** Waits until there are messages, at most 20 s; none when the queues are stopped. */
  receiveMessages(queueArn: string, max: number): Promise<readonly QueueMessage[]>;
  deleteMessage(queueArn: string, message: QueueMessage): Promise<void>;
  /** From now on, instead of its visibility timeout; whole seconds, 12 h at most. */
  hideMessage(queueArn: string, message: QueueMessage, seconds: number): Promise<void>;
  depths(): Promise<readonly QueueDepth[]>;
  /** Everything in a queue, without taking it out. */
  peek(queueName: string): Promise<readonly PeekedMessage[]>;
  /** The SQS API, whatever host a queue's URL names: the template's know no port. */
  service(request: AwsRequest): Promise<AwsAnswer | undefined>;
  stop(): Promise<void>;
}

/** The longest that SQS lets a receiver wait. */
const LONG_POLL_SECONDS = 20;

export async function startQueues(queues: readonly QueueModel[], topics: readonly TopicModel[]): Promise<Queues> {
  const app = buildApp({ logger: false, defaultRegion: LOCAL_REGION }) as unknown as FauxqsApp;
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const urls = new Map<string, string>();

  async function send(service: 'sqs' | 'sns', action: string, parameters: object): Promise<Response> {
    const sqs = service === 'sqs';
    return await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': sqs ? 'application/x-amz-json-1.0' : 'application/x-www-form-urlencoded',
        // fauxqs reads the region from the credential, as AWS does.
        authorization: `AWS4-HMAC-SHA256 Credential=local/20200101/${LOCAL_REGION}/${service}/aws4_request`,
        ...(sqs ? { 'x-amz-target': `AmazonSQS.${action}` } : {}),
      },
      body: sqs ? JSON.stringify(parameters) : new URLSearchParams({ Action: action, ...parameters }).toString(),
    });
  }

  async function call<T>(service: 'sqs' | 'sns', action: string, parameters: object): Promise<T> {
    const sqs = service === 'sqs';
    const response = await send(service, action, parameters);
    const text = await response.text();
    if (!response.ok) throw new LocalError(`${service} ${action} failed: ${text}`);
    return (sqs && text !== '' ? JSON.parse(text) : undefined) as T;
  }

  /** What fauxqs shows beside the AWS API. */
  async function inspect<T>(path: string): Promise<T> {
    const response = await fetch(`${endpoint}/_fauxqs/queues${path}`);
    return (await response.json()) as T;
  }

  function urlOf(queueArn: string): string {
    const url = urls.get(queueArn);
    if (url === undefined) throw new LocalError(`There is no queue ${queueArn}.`);
    return url;
  }

  const local: Queues = {
    endpoint,
    sendMessage: async (queueArn, body, attributes = {}) => {
      await call('sqs', 'SendMessage', { QueueUrl: urlOf(queueArn), MessageBody: body, MessageAttributes: attributes });
    },
    receiveMessages: async (queueArn, max) => {
      const { Messages = [] } = await call<{ readonly Messages?: readonly QueueMessage[] }>('sqs', 'ReceiveMessage', {
        QueueUrl: urlOf(queueArn),
        MaxNumberOfMessages: max,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      return Messages;
    },
    deleteMessage: async (queueArn, { ReceiptHandle }) => {
      await call('sqs', 'DeleteMessage', { QueueUrl: urlOf(queueArn), ReceiptHandle });
    },
    hideMessage: async (queueArn, { ReceiptHandle }, seconds) => {
      const request = { QueueUrl: urlOf(queueArn), ReceiptHandle, VisibilityTimeout: seconds };
      await call('sqs', 'ChangeMessageVisibility', request);
    },
    depths: async () =>
      (await inspect<readonly FauxqsQueue[]>('')).map((queue) => ({
        name: queue.name,
        messages: queue.approximateMessageCount + queue.approximateInflightCount + queue.approximateDelayedCount,
      })),
    peek: async (queueName) => {
      const { messages } = await inspect<FauxqsInspection>(`/${queueName}`);
      return [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)];
    },
    service: async ({ target, body }) => {
      const [service, action = ''] = target?.split('.') ?? [];
      if (service !== 'AmazonSQS') return undefined;
      const { QueueUrl } = body;
      const response = await send('sqs', action, {
        ...body,
        ...(typeof QueueUrl === 'string' ? { QueueUrl: realUrlOf(QueueUrl) } : {}),
      });
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      const code = response.headers.get('x-amzn-query-error');
      return new AwsAnswer(
        response.status,
        code === null ? headers : { ...headers, 'x-amzn-query-error': code },
        await response.text(),
      );
    },
    stop: async () => {
      await app.close();
    },
  };

  function realUrlOf(url: string): string {
    const name = url.split('/').at(-1) ?? '';
    const real = urls.get(`arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${name}`);
    if (real === undefined) throw new AwsError('QueueDoesNotExist', 400, `There is no queue ${url}.`);
    return real;
  }

  try {
    for (const { name, arn, attributes } of queues) {
      const created = await call<{ readonly QueueUrl: string }>('sqs', 'CreateQueue', {
        QueueName: name,
        Attributes: attributes,
      });
      urls.set(arn, created.QueueUrl);
    }
    for (const topic of topics) {
      await call('sns', 'CreateTopic', { Name: topic.name });
      for (const { queueArn, attributes } of topic.subscriptions) {
        const entries = Object.entries(attributes).flatMap(([key, value], index) => [
          [`Attributes.entry.${index + 1}.key`, key],
          [`Attributes.entry.${index + 1}.value`, value],
        ]);
        await call('sns', 'Subscribe', {
          TopicArn: `arn:aws:sns:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${topic.name}`,
          Protocol: 'sqs',
          Endpoint: queueArn,
          ...(Object.fromEntries(entries) as Record<string, string>),
        });
      }
    }
    return local;
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** The part of Fastify that is used here; fauxqs' own types name it in a way that can't be resolved. */
interface FauxqsApp {
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
  close(): Promise<void>;
}

interface FauxqsQueue {
  readonly name: string;
  readonly approximateMessageCount: number;
  readonly approximateInflightCount: number;
  readonly approximateDelayedCount: number;
}

interface FauxqsInspection {
  readonly messages: {
    readonly ready: readonly PeekedMessage[];
    readonly delayed: readonly PeekedMessage[];
    readonly inflight: readonly { readonly message: PeekedMessage }[];
  };
}
