import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function';
import { countedMetric, FIVE_MINUTES, LONGEST, type WatchedProps } from './watched';

export interface AlarmsProps extends WatchedProps {
  /** Functions by name whose failures Lambda puts into a dead-letter queue. */
  readonly failureSenders: Readonly<Record<string, ServiceFunction>>;

  /** Topic of the messages, which puts what it can't deliver into a dead-letter queue. */
  readonly topic: Topic;

  readonly scheduleGroupName: string;

  /**
   * Who is mailed when an alarm goes off. Makes a topic and, because alarms can't publish with the key that AWS
   * manages, a key.
   *
   * @default - alarms change their state, visible in CloudWatch, and nobody is mailed
   */
  readonly alarmEmail?: string | undefined;

  /**
   * What happens to the key of the alarm topic when the stack is deleted.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A deadline or a message that is later than this is felt by agents that wait. */
const LAG_LIMIT = Duration.minutes(1);

/** Scheduler fires within a minute; what ends later than this was not ended by its schedule. */
const EXPIRY_LAG_LIMIT = Duration.minutes(2);

/** Share of requests with a 5xx response that is no longer a passing fault, in percent. */
const SERVER_ERROR_PERCENT = 1;

interface AlarmRule {
  /** Kebab case, unique in the stack. */
  readonly name: string;
  readonly meaning: string;
  readonly metric: IMetric;

  /**
   * The alarm goes off above this.
   *
   * @default 0
   */
  readonly above?: number;

  /** @default 1 */
  readonly evaluationPeriods?: number;

  /**
   * How many of the periods have to be above.
   *
   * @default - all
   */
  readonly datapointsToAlarm?: number;
}

/** Alarms on all that should never happen or not for long. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { serviceName, alarmEmail, removalPolicy = RemovalPolicy.DESTROY } = props;
    const action =
      alarmEmail === undefined ? undefined : new SnsAction(this.#createTopic(serviceName, alarmEmail, removalPolicy));
    for (const { name, meaning, above = 0, ...rule } of alarmRules(props)) {
      const alarm = new Alarm(this, name, {
        alarmName: `${serviceName}-${name}`,
        alarmDescription: meaning,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        ...rule,
      });
      if (action !== undefined) alarm.addAlarmAction(action);
    }
  }

  #createTopic(serviceName: string, email: string, removalPolicy: RemovalPolicy): Topic {
    const { account, partition, region } = Stack.of(this);
    // Only for alarms of this stack: CloudWatch works for others too.
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:${serviceName}-*` },
      },
    });
    const permit = (actions: string[], resource: string) =>
      new PolicyStatement({ principals: [cloudWatch], actions, resources: [resource] });
    const key = new Key(this, 'AlarmKey', {
      description: `Encrypts the alarms of ${serviceName}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    key.addToResourcePolicy(permit(['kms:Decrypt', 'kms:GenerateDataKey*'], '*'));
    const topic = new Topic(this, 'AlarmTopic', { masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(permit(['sns:Publish'], topic.topicArn));
    topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}

function alarmRules(props: AlarmsProps): AlarmRule[] {
  const { serviceName, httpApi, table, topic } = props;
  const scheduler = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/Scheduler',
      metricName,
      dimensionsMap: { ScheduleGroup: props.scheduleGroupName },
      ...FIVE_MINUTES,
    });
  // What can't even be put into its dead-letter queue is lost but for the logs.
  const lost = (name: string, metric: IMetric): AlarmRule => ({
    name: `${name}-failures-lost`,
    meaning: 'Something that was given up on could not be put into its dead-letter queue.',
    metric,
  });
  return [
    ...Object.entries(props.functions).flatMap(([name, { function: target }]) => [
      {
        name: `${name}-errors`,
        meaning: `${name} failed or timed out.`,
        metric: target.metricErrors(FIVE_MINUTES),
      },
      {
        name: `${name}-throttles`,
        meaning: `${name} was refused for lack of concurrency.`,
        metric: target.metricThrottles(FIVE_MINUTES),
      },
    ]),
    {
      name: 'stream-lag',
      meaning: 'Changes wait to be dispatched: events, messages and schedules are late.',
      metric: props.streamReader.function.metric('IteratorAge', LONGEST),
      above: LAG_LIMIT.toMilliseconds(),
      // A batch that takes its two minutes is reported every other minute.
      evaluationPeriods: 10,
      datapointsToAlarm: 3,
    },
    ...Object.entries(props.deadLetterQueues).map(([name, queue]) => ({
      name: `${name}-dead-letters`,
      meaning: 'Something was given up on and waits in this queue for a person.',
      metric: queue.metricApproximateNumberOfMessagesVisible(LONGEST),
    })),
    ...Object.entries(props.workQueues).map(([name, queue]) => ({
      name: `${name}-lag`,
      meaning: 'Messages wait in this queue: inboxes are late.',
      metric: queue.metricApproximateAgeOfOldestMessage(LONGEST),
      above: LAG_LIMIT.toSeconds(),
      evaluationPeriods: 5,
    })),
    {
      // API Gateway reports 0 or 1 for each request, so that the average is the share, as AWS's own monitoring
      // constructs take it. It counts an authorizer that failed too, to which API Gateway responds with 500. Two
      // periods, since with few requests one failure is a large share.
      name: 'api-5xx',
      meaning: `More than ${SERVER_ERROR_PERCENT} % of requests were answered with a 5xx status, for ten minutes.`,
      metric: httpApi.metricServerError({ ...FIVE_MINUTES, statistic: Stats.AVERAGE }),
      above: SERVER_ERROR_PERCENT / 100,
      evaluationPeriods: 2,
    },
    ...['Read', 'Write'].map((kind) => ({
      name: `table-${kind.toLowerCase()}-throttles`,
      meaning: `The table refused ${kind.toLowerCase()}s: a hot partition or a limit of the account.`,
      metric: table.metric(`${kind}ThrottleEvents`, FIVE_MINUTES),
      evaluationPeriods: 3,
    })),
    {
      name: 'expiry-lag',
      meaning: 'A sync point or progress tracker ended long after its deadline: its schedule was late or is missing.',
      metric: countedMetric(serviceName, 'ExpiryLag', { statistic: Stats.MAXIMUM }),
      above: EXPIRY_LAG_LIMIT.toMilliseconds(),
    },
    {
      name: 'schedules-dropped',
      meaning: 'Scheduler gave up on a deadline, a reminder, a warning or the check for a stall.',
      metric: scheduler('InvocationDroppedCount'),
    },
    ...Object.entries(props.failureSenders).map(([name, { function: target }]) =>
      lost(name, target.metric('DestinationDeliveryFailures', FIVE_MINUTES)),
    ),
    lost('subscription', topic.metric('NumberOfNotificationsFailedToRedriveToDlq', FIVE_MINUTES)),
    lost('schedule', scheduler('InvocationsFailedToBeSentToDeadLetterCount')),
  ];
}
