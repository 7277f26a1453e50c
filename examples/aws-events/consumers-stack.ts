/** Listens to Muster in the same AWS account: alerts from its event bus, and a queue for the messages of one agent. */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface ConsumersStackProps extends StackProps {
  /** The output `EventBusName` of Muster's stack. */
  readonly eventBusName: string;
  /** The output `TopicArn` of Muster's stack. */
  readonly topicArn: string;
  /** The agent whose messages the queue gets. */
  readonly agentId: string;
}

/** The detail of an event on the bus is a CloudEvent, and its `data` the event of docs/events.md. */
const ALERT_CODE = `
exports.handler = async ({ 'detail-type': type, detail }) => {
  console.log(JSON.stringify({ type, id: detail.data.relatedId, ...detail.data.details }));
};`;

export class ConsumersStack extends Stack {
  constructor(scope: Construct, id: string, { eventBusName, topicArn, agentId, ...props }: ConsumersStackProps) {
    super(scope, id, props);

    const bus = EventBus.fromEventBusName(this, 'Bus', eventBusName);
    const undelivered = new Queue(this, 'UndeliveredEvents', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    const alert = new Function(this, 'Alert', {
      description: 'Replace this by what tells your people',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(ALERT_CODE),
    });
    new Rule(this, 'NightlyRunsThatWentWrong', {
      eventBus: bus,
      eventPattern: {
        source: ['muster'],
        detailType: ['SYNC_POINT_FAILED', 'SYNC_POINT_EXPIRED'],
        // The subject is the id of the sync point, progress tracker or agent.
        detail: { subject: Match.prefix('nightly-') },
      },
      // Delivered at least once; `detail.id` tells a repeat.
      targets: [new LambdaFunction(alert, { deadLetterQueue: undelivered })],
    });

    // Received by the agent itself, or by a function with this queue as its event source. A body is a CloudEvent, its
    // `data` the message. To receive is not to acknowledge: for that, POST /v1/inbox/{messageId}/ack.
    const setAside = new Queue(this, 'SetAsideMessages', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    const messages = new Queue(this, 'Messages', {
      enforceSSL: true,
      // SNS can't use the key that AWS manages for SQS (KMS_MANAGED).
      encryption: QueueEncryption.SQS_MANAGED,
      visibilityTimeout: Duration.minutes(5),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: setAside, maxReceiveCount: 5 },
    });
    Topic.fromTopicArn(this, 'Topic', topicArn).addSubscription(
      new SqsSubscription(messages, {
        rawMessageDelivery: true,
        filterPolicy: {
          recipients: SubscriptionFilter.stringFilter({ allowlist: [agentId] }),
          // To get only what is urgent: priority: SubscriptionFilter.stringFilter({ allowlist: ['HIGH'] }),
        },
      }),
    );
    new CfnOutput(this, 'MessagesUrl', { value: messages.queueUrl });
  }
}
