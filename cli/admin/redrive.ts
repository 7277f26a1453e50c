/** What was given up on, done again: each dead-letter queue of a stage in the way that fits what is in it. */
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import type { RedriveAnswer, RedriveEvent } from '../../lib/dispatcher/stream';
import { callFunction } from './call-function';
import {
  changeSetAside,
  deliveryFailure,
  failedCall,
  publishedAttributes,
  streamPosition,
} from './dead-letter-content';
import type { DeadLetter } from './dead-letter-queue';
import { CommandError } from '../errors';
import { explain } from '../explain-error';
import { describeStage } from './stage-stack';
import { readStreamRecords } from './stream-records';
import { type Work, type WorkLine, workOffQueue, type WorkOptions } from './work-off-queue';

export const DEAD_LETTER_QUEUES = ['dispatch', 'subscription', 'inbox', 'deadline'] as const;
export type DeadLetterQueueName = (typeof DEAD_LETTER_QUEUES)[number];

export interface RedriveOptions extends WorkOptions {
  readonly stage: string;
  readonly queues: readonly DeadLetterQueueName[];
}

/** What became of a message. */
export interface RedriveLine extends WorkLine {
  readonly queue: DeadLetterQueueName;
}

/**
 * Works off the queues one after the other and tells what became of each message; a message is deleted only after what
 * it asks for is done. Whatever is done twice has the effect of one.
 */
export async function redrive(options: RedriveOptions, tell: (line: RedriveLine) => void): Promise<void> {
  const stack = await describeStage(options.stage);
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const lambda = new LambdaClient({});
  const works: Readonly<Record<DeadLetterQueueName, () => Work>> = {
    dispatch: () => changes(lambda, new DynamoDBStreamsClient({}), `${stack.stackName}-dispatch-changes`),
    subscription: () => messages(sqs, stack.output('InboxQueueUrl')),
    inbox: () => messages(sqs, stack.output('InboxQueueUrl')),
    deadline: () => calls(lambda),
  };
  for (const queue of options.queues) {
    await workOffQueue({ sqs, url: stack.output(QUEUE_OUTPUTS[queue]) }, works[queue](), options, (line) => {
      tell({ ...line, queue });
    });
  }
}

const QUEUE_OUTPUTS: Readonly<Record<DeadLetterQueueName, string>> = {
  dispatch: 'DispatchDeadLettersUrl',
  subscription: 'SubscriptionDeadLettersUrl',
  inbox: 'InboxDeadLettersUrl',
  deadline: 'DeadlineDeadLettersUrl',
};

/** Changes of the table: handed to the dispatcher, the earliest first. */
export function changes(lambda: LambdaClient, streams: DynamoDBStreamsClient, dispatcher: string): Work {
  async function recordsOf(letter: DeadLetter): Promise<readonly DynamoDBRecord[]> {
    const setAside = changeSetAside(letter);
    if (setAside) return [setAside.record];
    const position = streamPosition(letter);
    if (position) return readStreamRecords(streams, position);
    throw new CommandError('it is neither a change nor a position in the stream');
  }
  /** Answers why it can't be dispatched, or null when it was. */
  async function dispatchAgain(record: DynamoDBRecord): Promise<string | null> {
    const event: RedriveEvent = { redrive: record };
    try {
      return ((await callFunction(lambda, dispatcher, JSON.stringify(event))) as RedriveAnswer).reason;
    } catch (error) {
      return explain(error);
    }
  }
  return {
    subject: (letter) => {
      const { pk, sk } = changeSetAside(letter)?.record.dynamodb?.Keys ?? {};
      if (pk && sk) return `${pk.S ?? ''} ${sk.S ?? ''}`;
      const position = streamPosition(letter);
      return position ? `${position.batchSize} at ${position.startSequenceNumber} of the stream` : 'unknown';
    },
    reason: (letter) => changeSetAside(letter)?.reason ?? 'the dispatcher could not be called',
    redo: async (letter) => {
      // All of them, since the stream forgets the others while one can't be mended.
      const reasons = new Set<string>();
      for (const record of await recordsOf(letter)) {
        const reason = await dispatchAgain(record);
        if (reason !== null) reasons.add(reason);
      }
      if (reasons.size > 0) throw new CommandError([...reasons].join('; '));
    },
    inOrder: (one, other) => {
      const [first, second] = [sequenceOf(one), sequenceOf(other)];
      return first < second ? -1 : Number(first > second);
    },
  };
}

/** Grows with each change of an item. */
function sequenceOf(letter: DeadLetter): bigint {
  const number =
    changeSetAside(letter)?.record.dynamodb?.SequenceNumber ?? streamPosition(letter)?.startSequenceNumber ?? '';
  return /^\d+$/.test(number) ? BigInt(number) : 0n;
}

/** Messages on their way to inboxes: put into the queue that the inboxes are filled from, as they were published. */
export function messages(sqs: SQSClient, inboxQueueUrl: string): Work {
  return {
    subject: ({ attributes }) => attributes['type']?.StringValue ?? 'a message',
    reason: (letter) => deliveryFailure(letter) ?? 'not stored in the inboxes',
    redo: async (letter) => {
      const attributes = publishedAttributes(letter);
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: inboxQueueUrl,
          MessageBody: letter.body,
          ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
        }),
      );
    },
  };
}

/** Deadlines and reminders: the function called again, as the schedule would have. */
function calls(lambda: LambdaClient): Work {
  const read = <Value>(letter: DeadLetter, pick: (call: ReturnType<typeof failedCall>) => Value): Value | string => {
    try {
      return pick(failedCall(letter));
    } catch (error) {
      return explain(error);
    }
  };
  return {
    subject: (letter) => read(letter, ({ payload }) => payload),
    reason: (letter) => read(letter, ({ reason }) => reason),
    redo: async (letter) => {
      const { functionArn, payload } = failedCall(letter);
      await callFunction(lambda, functionArn, payload);
    },
  };
}
