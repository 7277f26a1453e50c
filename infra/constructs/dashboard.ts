import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { MetricName } from '../../lib/common/metric';
import { countedMetric, FIVE_MINUTES, LONGEST, type WatchedProps } from './watched';

/** The numbers that the alarms watch and those that explain them, over six hours. */
export class CoordinationDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: WatchedProps) {
    const { serviceName, functions, httpApi, table, workQueues, deadLetterQueues } = props;
    const counted = (name: MetricName, options?: MetricOptions) => countedMetric(serviceName, name, options);
    const ofFunctions = (metricName: string, statistic = Stats.SUM) =>
      Object.entries(functions).map(([label, { function: target }]) =>
        target.metric(metricName, { ...FIVE_MINUTES, statistic, label }),
      );
    const ofQueues = (queues: Readonly<Record<string, Queue>>, metricName: string) =>
      Object.entries(queues).map(([label, queue]) => queue.metric(metricName, { ...LONGEST, label }));
    const ofTable = (metricName: string) => table.metric(metricName, FIVE_MINUTES);
    const percentile = (statistic: string) => ({ ...FIVE_MINUTES, statistic, label: statistic });

    super(scope, id, {
      dashboardName: serviceName,
      defaultInterval: Duration.hours(6),
      widgets: [
        [
          graph('Arrivals, reports, failures, losses, messages', [
            counted('Arrivals'),
            counted('Reports'),
            counted('Failures'),
            counted('AgentsLost'),
            counted('MessagesDelivered'),
          ]),
          graph('Endings', [
            counted('SyncPointsCompleted'),
            counted('SyncPointsFailed'),
            counted('SyncPointsExpired'),
            counted('SyncPointsCancelled'),
            counted('TrackersCompleted'),
            counted('TrackersFailed'),
            counted('TrackersExpired'),
            counted('TrackersCancelled'),
          ]),
          graph('Last arrival to inbox, deadline to ending, ms', [
            counted('ArrivalToInbox', { statistic: 'p50', label: 'ArrivalToInbox, p50' }),
            counted('ArrivalToInbox', { statistic: 'p99', label: 'ArrivalToInbox, p99' }),
            counted('ExpiryLag', { statistic: Stats.MAXIMUM }),
          ]),
        ],
        [
          graph('Requests', [httpApi.metricCount(FIVE_MINUTES)]),
          graph('Request errors', [httpApi.metricClientError(FIVE_MINUTES), httpApi.metricServerError(FIVE_MINUTES)]),
          graph('Request latency', [
            httpApi.metricLatency(percentile('p50')),
            httpApi.metricLatency(percentile('p99')),
          ]),
        ],
        [
          graph('Function errors', ofFunctions('Errors')),
          graph('Function throttles', ofFunctions('Throttles')),
          graph('Function duration, p99', ofFunctions('Duration', 'p99')),
        ],
        [
          graph('Stream lag', [props.streamReader.function.metric('IteratorAge', LONGEST)]),
          graph('Queue lag', ofQueues(workQueues, 'ApproximateAgeOfOldestMessage')),
          graph('Dead letters', ofQueues(deadLetterQueues, 'ApproximateNumberOfMessagesVisible')),
        ],
        [
          graph('Write units of the table', [ofTable('ConsumedWriteCapacityUnits')]),
          graph('Read units of the table', [ofTable('ConsumedReadCapacityUnits')]),
          graph('Throttled by the table', [ofTable('WriteThrottleEvents'), ofTable('ReadThrottleEvents')]),
        ],
      ],
    });
  }
}

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
