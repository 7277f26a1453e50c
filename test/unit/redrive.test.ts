import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '../../cli/admin/dead-letter-queue';
import { changes, messages } from '../../cli/admin/redrive';

const letter = (body: string, attributes: Readonly<Record<string, string>> = {}): DeadLetter => ({
  messageId: 'm',
  body,
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  ),
  sentAtMs: 0,
  receiptHandle: 'r',
});

describe('a message that the topic could not put into the queue', () => {
  // https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
  const givenUp = letter('the message', {
    type: 'GREETING',
    RequestID: 'a1b2',
    ErrorCode: 'KMS.AccessDeniedException',
    ErrorMessage: 'The ciphertext refers to a key that is not there.',
  });
  const sent: SendMessageCommandInput[] = [];
  const sqs = {
    send: ({ input }: { input: SendMessageCommandInput }) => Promise.resolve(sent.push(input)),
  } as unknown as SQSClient;
  const work = messages(sqs, 'url');

  test('is shown with what SNS says of it', () => {
    expect(work.reason(givenUp)).toBe('KMS.AccessDeniedException: The ciphertext refers to a key that is not there.');
    expect(work.reason(letter('x', { ErrorCode: 'Throttled' }))).toBe('Throttled');
    expect(work.reason(letter('x', { type: 'GREETING' }))).toBe('not stored in the inboxes');
  });

  test('gets into the queue as it was published', async () => {
    await work.redo(givenUp);
    await work.redo(letter('bare'));

    const type = { DataType: 'String', StringValue: 'GREETING' };
    expect(sent).toEqual([
      { QueueUrl: 'url', MessageBody: 'the message', MessageAttributes: { type } },
      { QueueUrl: 'url', MessageBody: 'bare' },
    ]);
  });
});

test('a change that still makes the dispatcher crash does not keep others of its place in the stream from it', async () => {
  const numbers = ['1', '2', '3', '4'];
  const Records = numbers.map((SequenceNumber) => ({ dynamodb: { SequenceNumber, Keys: { sk: { S: 'HEADER' } } } }));
  const streams = { send: () => Promise.resolve({ ShardIterator: 'i', Records }) } as unknown as DynamoDBStreamsClient;
  const called: string[] = [];
  const lambda = {
    send: ({ input }: { input: { Payload: Buffer } }) => {
      const { redrive } = JSON.parse(input.Payload.toString()) as { redrive: (typeof Records)[number] };
      const number = redrive.dynamodb.SequenceNumber;
      called.push(number);
      const answer = (text: object) => ({ Payload: Buffer.from(JSON.stringify(text)) });
      if (number === '2')
        return Promise.resolve({
          ...answer({ errorType: 'Crash', errorMessage: 'broken' }),
          FunctionError: 'Unhandled',
        });
      return Promise.resolve(answer({ reason: number === '3' ? 'TypeError: x' : null }));
    },
  } as unknown as LambdaClient;
  const DDBStreamBatchInfo = { shardId: 's', startSequenceNumber: '1', endSequenceNumber: '4', batchSize: 4 };

  const redone = changes(lambda, streams, 'dispatch-changes').redo(letter(JSON.stringify({ DDBStreamBatchInfo })));

  await expect(redone).rejects.toThrow('Crash: broken; TypeError: x');
  expect(called).toEqual(numbers);
});
