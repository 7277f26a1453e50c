import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { MetricName } from '../../lib/common/metric';
import type { ServiceFunction } from './service-function';

/** What the alarms and the dashboard have in common. */
export interface WatchedProps {
  /** Name of the dashboard, beginning of the alarms' names, and `service` of the metrics that the functions count. */
  readonly serviceName: string;

  readonly functions: Readonly<Record<string, ServiceFunction>>;

  /** The function that reads the table's stream. */
  readonly streamReader: ServiceFunction;

  /** Dead-letter queues by what failed. */
  readonly deadLetterQueues: Readonly<Record<string, Queue>>;

  /** Queues by name from which a function takes its work. */
  readonly workQueues: Readonly<Record<string, Queue>>;

  readonly httpApi: HttpApi;
  readonly table: Table;
}

/** Namespace of the metrics that the functions count. */
export const METRIC_NAMESPACE = 'Muster';

export const FIVE_MINUTES = { period: Duration.minutes(5), statistic: Stats.SUM };
export const LONGEST = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };

/** A metric that the functions count, every five minutes. */
export const countedMetric = (service: string, metricName: MetricName, options?: MetricOptions): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { service },
    ...FIVE_MINUTES,
    ...options,
  });
