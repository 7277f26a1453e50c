/**
 * SNS and SQS, from the fauxqs package, inside this process and on 127.0.0.1.
 *
 * fauxqs keeps everything in memory. That is safe only because the stream's checkpoint waits until the queues that
 * functions consume have been empty (see dynamodb-stream/checkpoint.ts). Messages lost in a crash are dispatched again.
 *
 * Its `startFauxqs` always listens on every interface, so this module builds the app and sets the address itself.
 */
import { buildApp } from 'fauxqs';
import { AwsAnswer, AwsError, type AwsRequest } from '../aws-endpoint';
import { LocalError } from '../local-error';
import type { QueueModel, TopicModel } from '../template/messaging-model';
import { LOCAL_REGION, localArn } from '../template/template';

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

interface PeekedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  /** Milliseconds since 1970. */
  readonly sentTimestamp: number;
}

interface QueueDepth {
  readonly name: string;
  /** Waiting, in flight or delayed. */
  readonly messages: number;
}

export interface Queues {
  /** Of both SNS and SQS. */
  readonly endpoint: string;
  sendMessage(queueArn: string, body: string, attributes?: Readonly<Record<string, MessageAttribute>>): Promise<void>;
  /** Waits at most 20 s for messages; returns none when the queues are stopped. */
  receiveMessages(queueArn: string, max: number): Promise<readonly QueueMessage[]>;
  deleteMessage(queueArn: string, message: QueueMessage): Promise<void>;
  /** From now on, instead of its visibility timeout; whole seconds, 12 h at most. */
  hideMessage(queueArn: string, message: QueueMessage, seconds: number): Promise<void>;
  depths(): Promise<readonly QueueDepth[]>;
  /** All messages in a queue, without receiving them. */
  peek(queueName: string): Promise<readonly PeekedMessage[]>;
  /** The SQS API, whatever host a queue's URL names: URLs in the template have no port. */
  service(request: AwsRequest): Promise<AwsAnswer | undefined>;
  stop(): Promise<void>;
}

/** The longest that SQS lets a receiver wait. */
const LONG_POLL_SECONDS = 20;
const SQS_CONTENT = 'application/x-amz-json-1.0';

export async function startQueues(queues: readonly QueueModel[], topics: readonly TopicModel[]): Promise<Queues> {
  const app = buildApp({ logger: false, defaultRegion: LOCAL_REGION }) as unknown as FauxqsApp;
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const urls = new Map<string, string>();

  async function send(service: 'sqs' | 'sns', headers: object, body: string): Promise<Response> {
    // fauxqs reads the region from the credential, as AWS does.
    const authorization = `AWS4-HMAC-SHA256 Credential=laptop/20200101/${LOCAL_REGION}/${service}/aws4_request`;
    return await fetch(endpoint, { method: 'POST', headers: { authorization, ...headers }, body });
  }

  const sendToSqs = (action: string, parameters: object): Promise<Response> =>
    send('sqs', { 'content-type': SQS_CONTENT, 'x-amz-target': `AmazonSQS.${action}` }, JSON.stringify(parameters));

  async function sqs(action: string, parameters: object): Promise<unknown> {
    const response = await sendToSqs(action, parameters);
    const text = await response.text();
    if (!response.ok) throw new LocalError(`sqs ${action} failed: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async function sns(action: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    const form = new URLSearchParams({ Action: action, ...parameters }).toString();
    const response = await send('sns', { 'content-type': 'application/x-www-form-urlencoded' }, form);
    if (!response.ok) throw new LocalError(`sns ${action} failed: ${await response.text()}`);
  }

  /** Inspection that fauxqs offers beside the AWS API. */
  async function inspect<T>(path: string): Promise<T> {
    const response = await fetch(`${endpoint}/_fauxqs/queues${path}`);
    return (await response.json()) as T;
  }

  function urlOf(queueArn: string): string {
    const url = urls.get(queueArn);
    if (url === undefined) throw new LocalError(`The stack has no queue ${queueArn}.`);
    return url;
  }

  const local: Queues = {
    endpoint,
    sendMessage: async (queueArn, body, attributes = {}) => {
      await sqs('SendMessage', { QueueUrl: urlOf(queueArn), MessageBody: body, MessageAttributes: attributes });
    },
    receiveMessages: async (queueArn, max) => {
      const received = await sqs('ReceiveMessage', {
        QueueUrl: urlOf(queueArn),
        MaxNumberOfMessages: max,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      return (received as { readonly Messages?: readonly QueueMessage[] }).Messages ?? [];
    },
    deleteMessage: async (queueArn, { ReceiptHandle }) => {
      await sqs('DeleteMessage', { QueueUrl: urlOf(queueArn), ReceiptHandle });
    },
    hideMessage: async (queueArn, { ReceiptHandle }, seconds) => {
      const request = { QueueUrl: urlOf(queueArn), ReceiptHandle, VisibilityTimeout: seconds };
      await sqs('ChangeMessageVisibility', request);
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
      const real = typeof QueueUrl === 'string' ? { QueueUrl: realUrlOf(QueueUrl) } : {};
      const response = await sendToSqs(action, { ...body, ...real });
      const code = response.headers.get('x-amzn-query-error');
      return new AwsAnswer(
        response.status,
        { 'content-type': SQS_CONTENT, ...(code === null ? {} : { 'x-amzn-query-error': code }) },
        await response.text(),
      );
    },
    stop: async () => {
      await app.close();
    },
  };

  function realUrlOf(url: string): string {
    const name = url.split('/').at(-1) ?? '';
    const real = urls.get(localArn('sqs', name));
    if (real === undefined) throw new AwsError('QueueDoesNotExist', 400, `There is no queue ${url}.`);
    return real;
  }

  try {
    for (const { name, arn, attributes } of queues) {
      const created = await sqs('CreateQueue', { QueueName: name, Attributes: attributes });
      urls.set(arn, (created as { readonly QueueUrl: string }).QueueUrl);
    }
    for (const topic of topics) {
      await sns('CreateTopic', { Name: topic.name });
      for (const { queueArn, attributes } of topic.subscriptions) {
        const entries = Object.entries(attributes).flatMap(([key, value], index) => [
          [`Attributes.entry.${index + 1}.key`, key],
          [`Attributes.entry.${index + 1}.value`, value],
        ]);
        await sns('Subscribe', {
          TopicArn: localArn('sns', topic.name),
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

/** The part of Fastify used here; the reference in fauxqs' types can't be resolved. */
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
