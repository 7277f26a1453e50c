import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CustomerKey } from './customer-key';
import { DeadLetterQueue, queueEncryption } from './dead-letter-queue';
import type { ServiceFunction } from './service-function';
import type { StorageProps } from './storage';

export interface NotificationsProps extends StorageProps {
  /** Called with the messages of the inbox queue. */
  readonly deliverToInbox: ServiceFunction;

  /**
   * Longest run of `deliverToInbox`; a message stays hidden for six times as long, as AWS advises, so that throttled
   * calls don't use up its receives.
   */
  readonly deliverTimeout: Duration;
}

/** Receives before a message is put aside: with the visibility timeout below, about a quarter of an hour of trouble. */
const MAX_RECEIVES = 5;

/**
 * Fan-out of messages: a topic that anyone may subscribe to with a filter policy on `recipients`, and our own
 * subscriber, which stores messages in inboxes through a queue.
 *
 * Two dead-letter queues, as two things can fail: the topic can't reach the queue, or the function can't store a
 * message.
 */
export class Notifications extends Construct {
  readonly topic: Topic;
  readonly inboxQueue: Queue;
  readonly subscriptionDeadLetters: DeadLetterQueue;
  readonly inboxDeadLetters: DeadLetterQueue;
  readonly #key: CustomerKey | undefined;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { encryptionKey, removalPolicy = RemovalPolicy.DESTROY } = props;
    this.#key = encryptionKey;

    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // Without a key of our own the one that AWS manages for SNS, by its alias: the L2 would spell out an ARN of four
    // references.
    (this.topic.node.defaultChild as CfnTopic).kmsMasterKeyId = encryptionKey?.key.keyArn ?? 'alias/aws/sns';

    this.subscriptionDeadLetters = new DeadLetterQueue(this, 'SubscriptionDeadLetters', props);
    this.inboxDeadLetters = new DeadLetterQueue(this, 'InboxDeadLetters', props);
    this.inboxQueue = new Queue(this, 'InboxQueue', {
      ...queueEncryption(encryptionKey),
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * props.deliverTimeout.toSeconds()),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.inboxDeadLetters, maxReceiveCount: MAX_RECEIVES },
      removalPolicy,
    });
    this.topic.addSubscription(
      new SqsSubscription(this.inboxQueue, {
        rawMessageDelivery: true,
        deadLetterQueue: this.subscriptionDeadLetters,
      }),
    );

    Grant.addToPrincipal({
      grantee: props.deliverToInbox,
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resourceArns: [this.inboxQueue.queueArn],
    });
    encryptionKey?.grantReading(props.deliverToInbox);
    new EventSourceMapping(this, 'InboxSource', {
      target: props.deliverToInbox.function,
      eventSourceArn: this.inboxQueue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
  }

  /** Allows to publish and tells the function the topic's ARN. */
  allowPublishing(publisher: ServiceFunction): void {
    publisher.addEnvironment('TOPIC_ARN', this.topic.topicArn);
    this.#key?.grantSending(publisher);
    Grant.addToPrincipal({ grantee: publisher, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
  }
}
