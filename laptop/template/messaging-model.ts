import { LocalError } from '../local-error';
import type { Resource } from './resources';
import { localArn } from './template';

export interface QueueModel {
  readonly name: string;
  readonly arn: string;
  /** In the form SQS accepts. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TopicModel {
  readonly name: string;
  readonly subscriptions: readonly SubscriptionModel[];
}

interface SubscriptionModel {
  readonly queueArn: string;
  /** In the form SNS accepts. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Properties that are queue attributes of the same name; others (encryption) have no effect here. */
const QUEUE_ATTRIBUTES = [
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
];

export function readQueues(resources: readonly Resource[]): readonly QueueModel[] {
  return resources.map(({ name, properties }) => {
    if (properties.boolean('FifoQueue'))
      throw new LocalError(`Queue ${name} is FIFO; only standard queues are supported on a laptop.`);
    const attributes: Record<string, string> = {};
    for (const name of QUEUE_ATTRIBUTES) {
      const value = properties.optionalText(name);
      if (value !== undefined) attributes[name] = value;
    }
    const redrive = properties.json('RedrivePolicy');
    if (redrive !== undefined) attributes['RedrivePolicy'] = JSON.stringify(redrive);
    return { name, arn: localArn('sqs', name), attributes };
  });
}

export function readTopics(topics: readonly Resource[], subscriptions: readonly Resource[]): readonly TopicModel[] {
  return topics.map(({ name }) => {
    const arn = localArn('sns', name);
    return {
      name,
      subscriptions: subscriptions
        .filter(({ properties }) => properties.text('TopicArn') === arn)
        .map((resource) => readSubscription(resource)),
    };
  });
}

function readSubscription({ logicalId, properties }: Resource): SubscriptionModel {
  const protocol = properties.text('Protocol');
  if (protocol !== 'sqs')
    throw new LocalError(`Subscription ${logicalId} is ${protocol}; only sqs is supported on a laptop.`);
  const attributes: Record<string, string> = {
    RawMessageDelivery: String(properties.boolean('RawMessageDelivery')),
  };
  const filterPolicy = properties.json('FilterPolicy');
  if (filterPolicy !== undefined) attributes['FilterPolicy'] = JSON.stringify(filterPolicy);
  const scope = properties.optionalText('FilterPolicyScope');
  if (scope !== undefined) attributes['FilterPolicyScope'] = scope;
  return { queueArn: properties.text('Endpoint'), attributes };
}
