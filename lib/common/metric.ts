/**
 * Usage of the service as CloudWatch metrics. They are counted behind the stream and the queue, not in requests: a
 * repeated request counts once, and a redelivery by a stream or queue counts twice.
 */
export const METRIC_UNITS = {
  /** Arrivals accepted. */
  Arrivals: 'Count',
  /** Reports accepted, of participants and creators. */
  Reports: 'Count',
  /** Failures accepted, of participants. */
  Failures: 'Count',
  /** Agents that did not check in by the time they had promised. */
  AgentsLost: 'Count',
  SyncPointsCompleted: 'Count',
  SyncPointsFailed: 'Count',
  SyncPointsExpired: 'Count',
  SyncPointsCancelled: 'Count',
  TrackersCompleted: 'Count',
  TrackersFailed: 'Count',
  TrackersExpired: 'Count',
  TrackersCancelled: 'Count',
  /** From a deadline until its ending is written, exact to the second. */
  ExpiryLag: 'Milliseconds',
  /** Copies put into inboxes. */
  MessagesDelivered: 'Count',
  /** From the last arrival until the message of the completion is in inboxes, one value per 500 recipients. */
  ArrivalToInbox: 'Milliseconds',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;

export interface Measurement {
  readonly metric: MetricName;
  readonly value: number;
}
