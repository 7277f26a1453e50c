import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { MetricName } from '../../lib/metrics/metric';
import type { ServiceFunction } from './service-function';

export interface MonitoringProps {
  /** Name of the dashboard and beginning of the alarms' names. */
  readonly name: string;

  /** All functions by name: each has an alarm on errors and one on throttling. */
  readonly functions: Readonly<Record<string, ServiceFunction>>;

  /** The function that reads the table's stream, watched for falling behind. */
  readonly streamReader: ServiceFunction;

  /** Dead-letter queues by what failed: one message is an alarm. */
  readonly deadLetterQueues: Readonly<Record<string, Queue>>;

  /** Functions by name whose failures Lambda puts into a dead-letter queue. */
  readonly failureSenders: Readonly<Record<string, ServiceFunction>>;

  /** Topic of the messages, which puts what it can't deliver into a dead-letter queue. */
  readonly topic: Topic;

  /** Queues by name that a function works off, watched for falling behind. */
  readonly workQueues: Readonly<Record<string, Queue>>;

  readonly httpApi: HttpApi;
  readonly scheduleGroupName: string;
  readonly table: Table;

  /** Of the metrics that the functions count: the variables of Powertools with these names. */
  readonly metricNamespace: string;
  readonly metricService: string;

  /**
   * Who is mailed when an alarm goes off. Makes a topic and, because alarms can't publish with the key that AWS manages, a key.
   *
   * @default - alarms change their state, visible on the dashboard, and tell nobody
   */
  readonly alarmEmail?: string;

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

/** Share of requests with a 5xx answer that is no longer a passing fault, in percent. */
const SERVER_ERROR_PERCENT = 1;

interface AlarmRule {
  /** Kebab case, unique in the stack. */
  readonly name: string;
  readonly meaning: string;
  readonly metric: IMetric;

  /** The alarm goes off above this. */
  readonly above: number;

  /** @default 1 */
  readonly periods?: number;

  /**
   * How many of the periods have to be above.
   *
   * @default all
   */
  readonly breaching?: number;
}

/** Alarms on all that should never happen or not for long, and a dashboard of the same numbers. */
export class Monitoring extends Construct {
  readonly #name: string;
  readonly #alarmTopic: Topic | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.#name = props.name;
    this.#alarmTopic =
      props.alarmEmail === undefined
        ? undefined
        : this.#createAlarmTopic(props.alarmEmail, props.removalPolicy ?? RemovalPolicy.DESTROY);

    const fiveMinutes = { period: Duration.minutes(5), statistic: Stats.SUM };
    const longest = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };
    const functions = Object.entries(props.functions);

    for (const [name, { function: target }] of functions) {
      this.#alarm({
        name: `${name}-errors`,
        meaning: `${name} failed or timed out.`,
        metric: target.metricErrors(fiveMinutes),
        above: 0,
      });
      this.#alarm({
        name: `${name}-throttles`,
        meaning: `${name} was refused for lack of concurrency.`,
        metric: target.metricThrottles(fiveMinutes),
        above: 0,
      });
    }

    const streamLag = props.streamReader.function.metric('IteratorAge', longest);
    this.#alarm({
      name: 'stream-lag',
      meaning: 'Changes wait to be dispatched: events, messages and schedules are late.',
      metric: streamLag,
      above: LAG_LIMIT.toMilliseconds(),
      // A batch that takes its two minutes is reported every other minute.
      periods: 10,
      breaching: 3,
    });

    for (const [name, queue] of Object.entries(props.deadLetterQueues)) {
      this.#alarm({
        name: `${name}-dead-letters`,
        meaning: 'Something was given up on and waits in this queue for a person.',
        metric: queue.metricApproximateNumberOfMessagesVisible(longest),
        above: 0,
      });
    }

    for (const [name, queue] of Object.entries(props.workQueues)) {
      this.#alarm({
        name: `${name}-lag`,
        meaning: 'Messages wait in this queue: inboxes are late.',
        metric: queue.metricApproximateAgeOfOldestMessage(longest),
        above: LAG_LIMIT.toSeconds(),
        periods: 5,
      });
    }

    // API Gateway reports 0 or 1 for each request, so that the average is the share, as AWS's own monitoring constructs take
    // it. Also counts an authorizer that failed: API Gateway answers 500 then. Two periods, since with few requests one
    // failure is a large share.
    this.#alarm({
      name: 'api-5xx',
      meaning: `More than ${SERVER_ERROR_PERCENT} % of requests were answered with a 5xx status, for ten minutes.`,
      metric: props.httpApi.metricServerError({ ...fiveMinutes, statistic: Stats.AVERAGE }),
      above: SERVER_ERROR_PERCENT / 100,
      periods: 2,
    });

    const tableMetric = (metricName: string): Metric => props.table.metric(metricName, fiveMinutes);
    for (const kind of ['Read', 'Write'] as const) {
      this.#alarm({
        name: `table-${kind.toLowerCase()}-throttles`,
        meaning: `The table refused ${kind.toLowerCase()}s: a hot partition or a limit of the account.`,
        metric: tableMetric(`${kind}ThrottleEvents`),
        above: 0,
        periods: 3,
      });
    }

    const counted = (metric: MetricName, statistic: string = Stats.SUM): Metric =>
      new Metric({
        namespace: props.metricNamespace,
        metricName: metric,
        dimensionsMap: { service: props.metricService },
        period: fiveMinutes.period,
        statistic,
        ...(/^p\d/.test(statistic) && { label: `${metric}, ${statistic}` }),
      });
    this.#alarm({
      name: 'expiry-lag',
      meaning: 'A sync point was ended long after its deadline: its schedule was late or is missing.',
      metric: counted('ExpiryLag', Stats.MAXIMUM),
      above: EXPIRY_LAG_LIMIT.toMilliseconds(),
    });

    const droppedSchedules = new Metric({
      namespace: 'AWS/Scheduler',
      metricName: 'InvocationDroppedCount',
      dimensionsMap: { ScheduleGroup: props.scheduleGroupName },
      ...fiveMinutes,
    });
    this.#alarm({
      name: 'schedules-dropped',
      meaning: 'Scheduler gave up on a deadline or a reminder.',
      metric: droppedSchedules,
      above: 0,
    });

    // What can't even be put into its dead-letter queue is lost but for the logs.
    const lost: Readonly<Record<string, IMetric>> = {
      ...Object.fromEntries(
        Object.entries(props.failureSenders).map(([name, { function: target }]) => [
          `${name}-failures-lost`,
          target.metric('DestinationDeliveryFailures', fiveMinutes),
        ]),
      ),
      'subscription-failures-lost': props.topic.metric('NumberOfNotificationsFailedToRedriveToDlq', fiveMinutes),
      'schedule-failures-lost': new Metric({
        namespace: 'AWS/Scheduler',
        metricName: 'InvocationsFailedToBeSentToDeadLetterCount',
        dimensionsMap: { ScheduleGroup: props.scheduleGroupName },
        ...fiveMinutes,
      }),
    };
    for (const [name, metric] of Object.entries(lost)) {
      this.#alarm({
        name,
        meaning: 'Something that was given up on could not be put into its dead-letter queue.',
        metric,
        above: 0,
      });
    }

    new Dashboard(this, 'Dashboard', {
      dashboardName: props.name,
      defaultInterval: Duration.hours(6),
      widgets: [
        [
          graph('Arrivals, reports, messages', [counted('Arrivals'), counted('Reports'), counted('MessagesDelivered')]),
          graph('Endings', [
            counted('SyncPointsCompleted'),
            counted('SyncPointsExpired'),
            counted('SyncPointsCancelled'),
            counted('TrackersCompleted'),
            counted('TrackersCancelled'),
          ]),
          graph('Last arrival to inbox, deadline to ending, ms', [
            counted('ArrivalToInbox', 'p50'),
            counted('ArrivalToInbox', 'p99'),
            counted('ExpiryLag', Stats.MAXIMUM),
          ]),
        ],
        [
          graph('Requests', [props.httpApi.metricCount(fiveMinutes)]),
          graph('Request errors', [
            props.httpApi.metricClientError(fiveMinutes),
            props.httpApi.metricServerError(fiveMinutes),
          ]),
          graph('Request latency', [
            props.httpApi.metricLatency({ ...fiveMinutes, statistic: 'p50', label: 'p50' }),
            props.httpApi.metricLatency({ ...fiveMinutes, statistic: 'p99', label: 'p99' }),
          ]),
        ],
        [
          graph(
            'Function errors',
            functions.map(([label, { function: target }]) => target.metricErrors({ ...fiveMinutes, label })),
          ),
          graph(
            'Function throttles',
            functions.map(([label, { function: target }]) => target.metricThrottles({ ...fiveMinutes, label })),
          ),
          graph(
            'Function duration, p99',
            functions.map(([label, { function: target }]) =>
              target.metricDuration({ ...fiveMinutes, statistic: 'p99', label }),
            ),
          ),
        ],
        [
          graph('Stream lag', [streamLag]),
          graph(
            'Queue lag',
            Object.entries(props.workQueues).map(([label, queue]) =>
              queue.metricApproximateAgeOfOldestMessage({ ...longest, label }),
            ),
          ),
          graph(
            'Dead letters',
            Object.entries(props.deadLetterQueues).map(([label, queue]) =>
              queue.metricApproximateNumberOfMessagesVisible({ ...longest, label }),
            ),
          ),
        ],
        [
          graph('Write units of the table', [tableMetric('ConsumedWriteCapacityUnits')]),
          graph('Read units of the table', [tableMetric('ConsumedReadCapacityUnits')]),
          graph('Throttled by the table', [tableMetric('WriteThrottleEvents'), tableMetric('ReadThrottleEvents')]),
        ],
      ],
    });
  }

  #alarm(rule: AlarmRule): void {
    const alarm = new Alarm(this, rule.name, {
      alarmName: `${this.#name}-${rule.name}`,
      alarmDescription: rule.meaning,
      metric: rule.metric,
      threshold: rule.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: rule.periods ?? 1,
      ...(rule.breaching === undefined ? {} : { datapointsToAlarm: rule.breaching }),
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#alarmTopic !== undefined) alarm.addAlarmAction(new SnsAction(this.#alarmTopic));
  }

  #createAlarmTopic(email: string, removalPolicy: RemovalPolicy): Topic {
    const key = new Key(this, 'AlarmKey', {
      description: `Encrypts the alarms of ${this.#name}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    const { account, partition, region } = Stack.of(this);
    // Only for alarms of this stack: CloudWatch works for others too.
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:${this.#name}-*` },
      },
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    const topic = new Topic(this, 'AlarmTopic', { masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({ principals: [cloudWatch], actions: ['sns:Publish'], resources: [topic.topicArn] }),
    );
    topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}
