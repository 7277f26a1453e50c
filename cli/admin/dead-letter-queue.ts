import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  /** Milliseconds since 1970: when it was given up on. */
  readonly sentAtMs: number;
  readonly receiptHandle: string;
}

/** So many at once are in memory, of 1 MiB each at most. */
const ROUND = 500;

/** Hidden from others for so long, while they are worked on; also if this process is killed. */
const HIDDEN_SECONDS = 600;

/** SQS asks only some of its hosts at a time, so that one empty answer doesn't mean that nothing is left. */
const EMPTY_ANSWERS = 2;

/** What a message that is hidden is told by to SQS; the one of its last receipt counts. */
export type ReceiptOf = Pick<DeadLetter, 'messageId' | 'receiptHandle'>;

export interface TakenLetters {
  /** The earliest first; none when there is nothing more. */
  readonly letters: readonly DeadLetter[];
  /** Those known already, which came again since they were hidden for too short. */
  readonly again: readonly ReceiptOf[];
}

/** Takes up to 500 messages that aren't known yet out of sight of others. */
export async function takeLetters(
  client: SQSClient,
  queueUrl: string,
  known: ReadonlySet<string>,
): Promise<TakenLetters> {
  const letters = new Map<string, DeadLetter>();
  const again = new Map<string, ReceiptOf>();
  for (let empty = 0; empty < EMPTY_ANSWERS && letters.size < ROUND;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    const before = letters.size + again.size;
    for (const { MessageId = '', Body = '', MessageAttributes = {}, ReceiptHandle = '', Attributes } of Messages) {
      if (known.has(MessageId)) {
        again.set(MessageId, { messageId: MessageId, receiptHandle: ReceiptHandle });
        continue;
      }
      letters.set(MessageId, {
        messageId: MessageId,
        body: Body,
        attributes: MessageAttributes,
        sentAtMs: Number(Attributes?.SentTimestamp ?? 0),
        receiptHandle: ReceiptHandle,
      });
    }
    // Also without one that hasn't come here yet, so that this ends whatever comes again.
    empty = letters.size + again.size === before ? empty + 1 : 0;
  }
  return {
    letters: [...letters.values()].sort((one, other) => one.sentAtMs - other.sentAtMs),
    again: [...again.values()],
  };
}

/**
 * Hides it for ten minutes from now on; false when it is no longer ours, as it was hidden for too short: it comes
 * again, or another run has it.
 */
export async function holdLetter(client: SQSClient, queueUrl: string, letter: ReceiptOf): Promise<boolean> {
  try {
    await changeVisibility(client, queueUrl, letter, HIDDEN_SECONDS);
    return true;
  } catch (error) {
    // SQS says the last one of a receipt that has expired, though its API names the others.
    const lost = ['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue'];
    if (error instanceof Error && lost.includes(error.name)) return false;
    throw error;
  }
}

export async function deleteLetter(client: SQSClient, queueUrl: string, letter: ReceiptOf): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: letter.receiptHandle }));
}

/**
 * Lets others see them again, and with it the alarm. What can't be released is seen within ten minutes by itself, which
 * is nothing to fail for.
 */
export async function releaseLetters(client: SQSClient, queueUrl: string, letters: Iterable<ReceiptOf>): Promise<void> {
  await Promise.allSettled([...letters].map((letter) => changeVisibility(client, queueUrl, letter, 0)));
}

async function changeVisibility(
  client: SQSClient,
  queueUrl: string,
  { receiptHandle }: ReceiptOf,
  seconds: number,
): Promise<void> {
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
}
