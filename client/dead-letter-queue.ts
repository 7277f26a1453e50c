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

/** Takes up to 500 messages out of sight of others; none when nothing is left. */
export async function takeLetters(client: SQSClient, queueUrl: string): Promise<readonly DeadLetter[]> {
  const letters = new Map<string, DeadLetter>();
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
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const { MessageId = '', Body = '', MessageAttributes = {}, ReceiptHandle = '', Attributes } of Messages) {
      letters.set(MessageId, {
        messageId: MessageId,
        body: Body,
        attributes: MessageAttributes,
        sentAtMs: Number(Attributes?.SentTimestamp ?? 0),
        receiptHandle: ReceiptHandle,
      });
    }
  }
  return [...letters.values()].sort((one, other) => one.sentAtMs - other.sentAtMs);
}

export async function deleteLetter(client: SQSClient, queueUrl: string, letter: DeadLetter): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: letter.receiptHandle }));
}

/** Lets others see it again, and with it the alarm. */
export async function releaseLetter(client: SQSClient, queueUrl: string, letter: DeadLetter): Promise<void> {
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: letter.receiptHandle,
      VisibilityTimeout: 0,
    }),
  );
}
