import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { systemClock as now } from '../lib/clock';
import { reminderSettings, requiredDays, requiredSetting } from '../lib/configuration';
import { schedulesFromEnvironment } from '../lib/deadlines/schedules';
import type { Change } from '../lib/dispatcher/change';
import { dispatchBatch } from '../lib/dispatcher/dispatch-batch';
import { dispatchChange, dispatchInOrder, scopeOf } from '../lib/dispatcher/dispatch-change';
import type { Dispatcher } from '../lib/dispatcher/dispatcher';
import { measurementsOf } from '../lib/dispatcher/measure-change';
import { reasonOf, setAsideInQueue } from '../lib/dispatcher/set-aside';
import { eventBridgeBus } from '../lib/events/event-bus';
import { createLogger } from '../lib/logging/create-logger';
import { snsPublisher } from '../lib/messages/publish-notification';
import { createMetricRecorder } from '../lib/metrics/metric-recorder';
import { openTable } from '../lib/table/table';
import { TRACE_ATTRIBUTE, traceOf } from '../lib/table/trace-attribute';
import { inScope, type Scope } from '../lib/tracing/scope';

const logger = createLogger();
const dispatcher: Dispatcher = {
  table: openTable(requiredSetting('TABLE_NAME')),
  now,
  bus: eventBridgeBus(new EventBridgeClient({}), requiredSetting('EVENT_BUS_NAME')),
  publish: snsPublisher(new SNSClient({}), requiredSetting('TOPIC_ARN')),
  schedules: schedulesFromEnvironment(new SchedulerClient({}), now),
  retention: {
    endedDays: requiredDays('ENDED_RETENTION_DAYS'),
    eventDays: requiredDays('EVENT_RETENTION_DAYS'),
    messageDays: requiredDays('MESSAGE_RETENTION_DAYS'),
  },
  reminders: reminderSettings(),
};
// The URL names the queue; where SQS is, the client knows itself.
const setAside = setAsideInQueue(new SQSClient({ useQueueUrlAsEndpoint: false }), requiredSetting('DISPATCH_DLQ_URL'));
const metrics = createMetricRecorder();

/** A change that was set aside, handed in again by `muster admin redrive`. */
export interface RedriveEvent {
  readonly redrive: DynamoDBRecord;
}

export interface RedriveAnswer {
  /** Why the change still can't be dispatched; null when it was. */
  readonly reason: string | null;
}

/**
 * Stream of the table → events, memberships, schedules, notifications. Reports the first record that failed and is to come
 * again, with all behind it; those in front of it for which that would be in vain are set aside. A change that is redriven
 * is dispatched or not, and told so.
 */
export async function handler(
  event: DynamoDBStreamEvent | RedriveEvent,
): Promise<DynamoDBBatchResponse | RedriveAnswer> {
  return 'redrive' in event ? redrive(event.redrive) : dispatchEvent(event);
}

async function redrive(record: DynamoDBRecord): Promise<RedriveAnswer> {
  try {
    const change = changeOf(record);
    await dispatchChange(dispatcher, change);
    metrics.record(measurementsOf(change));
    metrics.flush();
    return { reason: null };
  } catch (error) {
    inScope(recordScope(record), () => {
      logger.warn('A change that was set aside still could not be dispatched', {
        keys: record.dynamodb?.Keys,
        error: error as Error,
      });
    });
    return { reason: reasonOf(error) };
  }
}

async function dispatchEvent({ Records: records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const dispatch = dispatchInOrder(dispatcher);
  const comesAgain = await dispatchBatch(records, {
    now,
    dispatch: (record) =>
      logFailure('A change could not be dispatched', record, async () => {
        const change = changeOf(record);
        await dispatch(change);
        inScope(scopeOf(change), () => {
          logger.info('A change was dispatched');
        });
        return measurementsOf(change);
      }),
    finish: (measurements) => {
      metrics.record(measurements);
    },
    setAside: (record, error) =>
      logFailure('A change could not be set aside', record, async () => {
        await setAside(record, error, now());
        inScope(recordScope(record), () => {
          logger.error('A change was set aside', { keys: record.dynamodb?.Keys, reason: reasonOf(error) });
        });
      }),
  });
  metrics.flush();
  // An empty number makes the whole batch come again.
  return { batchItemFailures: comesAgain ? [{ itemIdentifier: comesAgain.dynamodb?.SequenceNumber ?? '' }] : [] };
}

async function logFailure<Result>(
  message: string,
  record: DynamoDBRecord,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    inScope(recordScope(record), () => {
      logger.error(message, { keys: record.dynamodb?.Keys, error: error as Error });
    });
    throw error;
  }
}

/** Not by way of the change: the record may be one that can't be read. */
const recordScope = ({ dynamodb }: DynamoDBRecord): Scope => ({
  trace: traceOf({ [TRACE_ATTRIBUTE]: dynamodb?.NewImage?.[TRACE_ATTRIBUTE]?.B }),
  fields: {},
});

function changeOf({ dynamodb }: DynamoDBRecord): Change {
  const keys = itemOf(dynamodb?.Keys) ?? {};
  const seconds = dynamodb?.ApproximateCreationDateTime;
  return {
    pk: String(keys['pk']),
    sk: String(keys['sk']),
    before: itemOf(dynamodb?.OldImage),
    after: itemOf(dynamodb?.NewImage),
    ...(seconds !== undefined && { changedAtMs: seconds * 1_000 }),
  };
}

const itemOf = (image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']) =>
  image ? unmarshall(image as Record<string, AttributeValue>) : null;
