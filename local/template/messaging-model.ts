import { LocalError } from '../local-error';
import { Properties } from './properties';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Json } from './template';
import { functionNameOfArn, type Resource } from './stack-model';

export interface QueueModel {
  readonly name: string;
  readonly arn: string;
  /** As SQS takes them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TopicModel {
  readonly name: string;
  readonly subscriptions: readonly SubscriptionModel[];
}

export interface SubscriptionModel {
  readonly queueArn: string;
  /** As SNS takes them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface EventBusModel {
  readonly name: string;
  readonly rules: readonly EventRuleModel[];
}

export interface EventRuleModel {
  readonly name: string;
  readonly pattern: Json;
  readonly functionNames: readonly string[];
}

/** Property in the template → attribute of the queue; others (encryption) have no meaning here. */
const QUEUE_ATTRIBUTES = {
  VisibilityTimeout: 'VisibilityTimeout',
  DelaySeconds: 'DelaySeconds',
  MaximumMessageSize: 'MaximumMessageSize',
  MessageRetentionPeriod: 'MessageRetentionPeriod',
  ReceiveMessageWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
} as const;

export function readQueues(resources: readonly Resource[]): readonly QueueModel[] {
  return resources.map(({ name, properties }) => {
    if (properties.boolean('FifoQueue')) throw new LocalError(`Queue ${name} is FIFO; the laptop stack has none.`);
    const attributes: Record<string, string> = {};
    for (const [property, attribute] of Object.entries(QUEUE_ATTRIBUTES)) {
      const value = properties.optionalText(property);
      if (value !== undefined) attributes[attribute] = value;
    }
    const redrive = properties.json('RedrivePolicy');
    if (redrive !== undefined) attributes['RedrivePolicy'] = JSON.stringify(redrive);
    return { name, arn: `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${name}`, attributes };
  });
}

export function readTopics(topics: readonly Resource[], subscriptions: readonly Resource[]): readonly TopicModel[] {
  return topics.map(({ name }) => {
    const arn = `arn:aws:sns:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${name}`;
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
  if (protocol !== 'sqs') throw new LocalError(`Subscription ${logicalId} is ${protocol}; the laptop has sqs only.`);
  const attributes: Record<string, string> = {
    RawMessageDelivery: String(properties.boolean('RawMessageDelivery')),
  };
  const filterPolicy = properties.json('FilterPolicy');
  if (filterPolicy !== undefined) attributes['FilterPolicy'] = JSON.stringify(filterPolicy);
  const scope = properties.optionalText('FilterPolicyScope');
  if (scope !== undefined) attributes['FilterPolicyScope'] = scope;
  return { queueArn: properties.text('Endpoint'), attributes };
}

export function readEventBuses(buses: readonly Resource[], rules: readonly Resource[]): readonly EventBusModel[] {
  const models = rules.map(({ name, properties }) => {
    if (properties.has('ScheduleExpression')) throw new LocalError(`Rule ${name} has a schedule; the laptop has none.`);
    return {
      busName: (properties.optionalText('EventBusName') ?? 'default').replace(/^arn:.*:event-bus\//, ''),
      name,
      pattern: properties.json('EventPattern') ?? {},
      functionNames: properties
        .list('Targets')
        .map((target) => functionNameOfArn(new Properties(`Target of ${name}`, target).text('Arn'))),
    };
  });
  return buses.map(({ name }) => ({ name, rules: models.filter(({ busName }) => busName === name) }));
}
