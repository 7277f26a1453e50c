/**
 * The event source of a function behind a queue: batches, partial failures, and retries within the queue's own redrive
 * policy. Unlike in AWS, a failed message is redelivered after seconds. The visibility timeout there is six times the
 * function's timeout: minutes, too long for a laptop.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { setTimeout as delay } from 'node:timers/promises';
import type { Functions } from '../lambda/functions';
import { messageOf } from '../local-error';
import type { QueueSourceModel } from '../template/source-model';
import { LOCAL_REGION } from '../template/template';
import type { QueueMessage, Queues } from './queues';

export interface EventSource {
  /**
   * Lets the function finish its batches within the limit. Unfinished messages are redelivered once visible.
   */
  stop(limitMs: number): Promise<void>;
}

/** Concurrent batches, as many as Lambda starts with. */
const POLLERS = 5;

/** The most that SQS returns at once. A larger batch would have to be collected over time, which only delays it. */
const MAX_RECEIVE = 10;

const PAUSE_AFTER_ERROR_MS = 500;

/** Delay before the second receive, tripled each time: five receives outlast an outage of more than a minute. */
const FIRST_RETRY_SECONDS = 2;
const RETRY_GROWTH = 3;
const LONGEST_RETRY_SECONDS = 54;

export function startQueueSource(
  source: QueueSourceModel,
  queues: Queues,
  functions: Functions,
  warn: (line: string) => void,
): EventSource {
  let stopping = false;
  const stopped = (): boolean => stopping;

  async function poll(): Promise<void> {
    while (!stopped()) {
      try {
        const messages = await queues.receiveMessages(source.queueArn, Math.min(source.batchSize, MAX_RECEIVE));
        if (messages.length > 0) await deliver(messages);
      } catch (error) {
        if (stopped()) return;
        warn(`reading ${source.queueArn} failed: ${messageOf(error)}`);
        await delay(PAUSE_AFTER_ERROR_MS);
      }
    }
  }

  async function deliver(messages: readonly QueueMessage[]): Promise<void> {
    const event: SQSEvent = { Records: messages.map((message) => recordOf(message, source.queueArn)) };
    let failed: ReadonlySet<string>;
    try {
      const answer = await functions.invoke(source.functionName, event);
      failed = source.reportsItemFailures ? failedMessages(answer, messages) : new Set();
    } catch (error) {
      warn(`${source.functionName} failed on ${messages.length} messages, which will be retried: ${messageOf(error)}`);
      failed = new Set(messages.map(({ MessageId }) => MessageId));
    }
    for (const message of messages) {
      if (failed.has(message.MessageId)) {
        // It is then redelivered or, after its last receive, dead-lettered.
        const receives = Number(message.Attributes?.['ApproximateReceiveCount'] ?? 1);
        const pause = Math.min(FIRST_RETRY_SECONDS * RETRY_GROWTH ** (receives - 1), LONGEST_RETRY_SECONDS);
        await queues.hideMessage(source.queueArn, message, pause);
      } else {
        await queues.deleteMessage(source.queueArn, message);
      }
    }
  }

  const pollers = Array.from({ length: POLLERS }, poll);
  return {
    stop: async (limitMs) => {
      stopping = true;
      await Promise.race([Promise.all(pollers), delay(limitMs)]);
    },
  };
}

/** The whole batch if the result names a message that isn't in it, as in AWS. */
export function failedMessages(answer: unknown, messages: readonly QueueMessage[]): ReadonlySet<string> {
  const reported = (answer as Partial<SQSBatchResponse> | null | undefined)?.batchItemFailures ?? [];
  const failed = new Set(reported.map(({ itemIdentifier }) => itemIdentifier));
  const ids = messages.map(({ MessageId }) => MessageId);
  return [...failed].every((id) => ids.includes(id)) ? failed : new Set(ids);
}

function recordOf(message: QueueMessage, queueArn: string): SQSRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
    name,
    {
      dataType: attribute.DataType,
      ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
      ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
      ...message.Attributes,
    },
    messageAttributes: Object.fromEntries(attributes) as SQSRecord['messageAttributes'],
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: LOCAL_REGION,
  };
}
