import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { watchDeadLetters } from '../queues/dead-letters';
import { type EventSource, failedMessages, startQueueSource } from '../queues/queue-source';
import { type Queues, startQueues } from '../queues/queues';
import { eventually } from './eventually';

const arn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const REDRIVE = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 });
const MODELS = [
  { name: 'dead', arn: arn('dead'), attributes: {} },
  { name: 'work', arn: arn('work'), attributes: { VisibilityTimeout: '1', RedrivePolicy: REDRIVE } },
  { name: 'slow', arn: arn('slow'), attributes: { VisibilityTimeout: '180' } },
];
const TOPIC = {
  name: 'topic',
  subscriptions: [{ queueArn: arn('work'), attributes: { RawMessageDelivery: 'true' } }],
};

let queues: Queues;
let source: EventSource | undefined;

async function start(handle: (records: readonly SQSRecord[]) => unknown, queueName = 'work'): Promise<void> {
  queues = await startQueues(MODELS, [TOPIC]);
  const model = { functionName: 'deliver', queueArn: arn(queueName), batchSize: 10, reportsItemFailures: true };
  const functions = {
    has: () => true,
    invoke: async (_name: string, event: unknown) => await handle((event as { Records: SQSRecord[] }).Records),
  };
  source = startQueueSource(model, queues, functions, () => undefined);
}

describe('a function behind a queue', () => {
  afterEach(async () => {
    await Promise.all([source?.stop(10_000), queues.stop()]);
    source = undefined;
  });

  test('does not delay a stop beyond its limit', async () => {
    let called = false;
    await start(() => {
      called = true;
      return new Promise(() => undefined);
    });
    await queues.sendMessage(arn('work'), 'x');
    await eventually(() => {
      expect(called).toBe(true);
    });
    await source?.stop(50);
    source = undefined;
  });

  test('receives messages published to the topic, raw and with their attributes, and empties the queue', async () => {
    const seen: SQSRecord[] = [];
    await start((records) => void seen.push(...records));
    const sns = new SNSClient({
      endpoint: queues.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    await sns.send(
      new PublishCommand({
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
        Message: '{"data":"ä"}',
        MessageAttributes: {
          type: { DataType: 'String', StringValue: 'X' },
          recipients: { DataType: 'String.Array', StringValue: '["a","b"]' },
        },
      }),
    );
    await eventually(async () => {
      expect(seen).toHaveLength(1);
      expect(await queues.depths()).toContainEqual({ name: 'work', messages: 0 });
    });
    expect(seen[0]).toMatchObject({
      body: '{"data":"ä"}',
      eventSource: 'aws:sqs',
      eventSourceARN: arn('work'),
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {
        type: { dataType: 'String', stringValue: 'X' },
        recipients: { dataType: 'String.Array', stringValue: '["a","b"]' },
      },
    });
    sns.destroy();
  });

  test('receives a failed message again before it is dead-lettered and saved to disk', async () => {
    const calls: string[] = [];
    await start((records) => {
      calls.push(...records.map(({ body }) => body));
      const bad = records.filter(({ body }) => body === 'bad');
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    await Promise.all(['good', 'bad'].map((body) => queues.sendMessage(arn('work'), body)));
    await eventually(async () => {
      expect(await queues.peek('dead')).toMatchObject([{ body: 'bad' }]);
    });
    expect(calls.filter((body) => body === 'good')).toHaveLength(1);
    expect(calls.filter((body) => body === 'bad')).toHaveLength(2);

    const directory = mkdtempSync(path.join(tmpdir(), 'muster-dead-'));
    const file = path.join(directory, 'dead-letters.jsonl');
    const warnings: string[] = [];
    const watch = await watchDeadLetters(queues, [arn('dead')], file, (line) => void warnings.push(line));
    await watch.record();
    await watch.record();
    watch.stop();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
    expect(warnings).toHaveLength(1);

    // A later start would have empty queues and restores the message from disk.
    const later = await watchDeadLetters(queues, [arn('dead')], file, (line) => void warnings.push(line));
    later.stop();
    expect(await queues.peek('dead')).toMatchObject([{ body: 'bad' }, { body: 'bad' }]);
    expect(warnings.at(-1)).toContain('wait to be redriven');
    rmSync(directory, { recursive: true });
  });

  test('receives the whole batch again when it throws', async () => {
    let calls = 0;
    await start(() => {
      calls += 1;
      if (calls === 1) throw new Error('x');
    });
    await queues.sendMessage(arn('work'), 'a');
    await eventually(async () => {
      expect(calls).toBe(2);
      expect(await queues.depths()).toContainEqual({ name: 'work', messages: 0 });
    });
  });
});

describe('a failed message is redelivered within seconds, regardless of the visibility timeout', () => {
  afterEach(async () => {
    await Promise.all([source?.stop(10_000), queues.stop()]);
    source = undefined;
  });

  test.each([
    ['reported', ([record]: readonly SQSRecord[]) => ({ batchItemFailures: [{ itemIdentifier: record?.messageId }] })],
    [
      'thrown',
      () => {
        throw new Error('x');
      },
    ],
  ])('%s', async (_how, fail) => {
    const receives: string[] = [];
    await start((records) => {
      receives.push(...records.map(({ attributes }) => attributes.ApproximateReceiveCount));
      return receives.length === 1 ? fail(records) : undefined;
    }, 'slow');
    await queues.sendMessage(arn('slow'), 'a');
    await eventually(async () => {
      expect(receives).toEqual(['1', '2']);
      expect(await queues.depths()).toContainEqual({ name: 'slow', messages: 0 });
    });
  });
});

test('a reported failure that is not in the batch fails the whole batch', () => {
  const message = { MessageId: '1', ReceiptHandle: 'r', Body: '', MD5OfBody: '' };
  expect(failedMessages({ batchItemFailures: [{ itemIdentifier: '?' }] }, [message])).toEqual(new Set(['1']));
  expect(failedMessages(undefined, [message])).toEqual(new Set());
});
