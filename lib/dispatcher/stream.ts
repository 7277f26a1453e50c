/**
 * A batch of the table's stream, with the work that may be done only once for each of its records.
 *
 * Lambda redelivers a batch from the first reported record, including later records that succeeded. So all records are
 * dispatched, which may be repeated. Counting and dead-lettering, which may not be repeated, are done in stream order,
 * and only before that record.
 *
 *     dispatched   hopeless        dispatched   throttled     dispatched    hopeless
 *     counted      dead-lettered   counted      redelivered   redelivered   redelivered
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Measurement } from '../common/metric';
import type { MetricRecorder } from '../common/metric-recorder';
import { inScope, type Scope } from '../common/scope';
import { TRACE_ATTRIBUTE, traceOf } from '../table/trace-attribute';
import type { Change } from './change';
import { dispatchChange, dispatchInOrder, scopeOf } from './dispatch';
import type { Dispatcher } from './dispatcher';
import { measurementsOf } from './measure';
import { ageOf, mustBeSetAside, reasonOf, type SetAside } from './set-aside';

/** A dead-lettered change, sent again by `muster admin redrive`. */
export interface RedriveEvent {
  readonly redrive: DynamoDBRecord;
}

export interface RedriveAnswer {
  /** Why the change still cannot be dispatched; null if it was dispatched. */
  readonly reason: string | null;
}

type Level = 'info' | 'warn' | 'error';

export interface StreamConsumer {
  readonly dispatcher: Dispatcher;
  readonly setAside: SetAside;
  readonly metrics: MetricRecorder;
  readonly log: Readonly<Record<Level, (message: string, fields: Record<string, unknown>) => void>>;
}

/**
 * The function behind the stream. It reports the first record to be redelivered, with all after it, and dead-letters
 * earlier ones that will never succeed. For a redriven change it returns whether the change was dispatched.
 */
export function consumeStream(consumer: StreamConsumer) {
  const { dispatcher, metrics } = consumer;
  return async function dispatchBatch(
    event: DynamoDBStreamEvent | RedriveEvent,
  ): Promise<DynamoDBBatchResponse | RedriveAnswer> {
    if ('redrive' in event) return redrive(consumer, event.redrive);
    const dispatch = dispatchInOrder(dispatcher);
    const attempts = event.Records.map(async (record) => {
      const [outcome] = await Promise.allSettled([dispatchRecord(consumer, record, dispatch)]);
      return { record, outcome };
    });
    let redelivered: DynamoDBRecord | undefined;
    for (const { record, outcome } of await Promise.all(attempts)) {
      if (outcome.status === 'fulfilled') metrics.record(outcome.value);
      else if (
        !mustBeSetAside(outcome.reason, ageOf(record, dispatcher.now())) ||
        // One after the other: if the queue refuses a record, it is redelivered with all records after it.
        !(await deadLettered(consumer, record, outcome.reason))
      ) {
        redelivered = record;
        break;
      }
    }
    metrics.flush();
    // An empty sequence number makes Lambda redeliver the whole batch.
    const itemIdentifier = redelivered?.dynamodb?.SequenceNumber ?? '';
    return { batchItemFailures: redelivered ? [{ itemIdentifier }] : [] };
  };
}

async function deadLettered({ dispatcher, setAside, log }: StreamConsumer, record: DynamoDBRecord, reason: unknown) {
  try {
    await setAside(record, reason, dispatcher.now());
    tell([log, 'error'], 'Change dead-lettered', record, { reason: reasonOf(reason) });
    return true;
  } catch (error) {
    tell([log, 'error'], 'Dead-lettering of a change failed', record, { error });
    return false;
  }
}

async function dispatchRecord(
  { log }: StreamConsumer,
  record: DynamoDBRecord,
  dispatch: (change: Change) => Promise<void>,
): Promise<Measurement[]> {
  try {
    const change = changeOf(record);
    await dispatch(change);
    inScope(scopeOf(change), () => {
      log.info('Change dispatched', {});
    });
    return measurementsOf(change);
  } catch (error) {
    tell([log, 'error'], 'Dispatch of a change failed', record, { error });
    throw error;
  }
}

async function redrive(consumer: StreamConsumer, record: DynamoDBRecord): Promise<RedriveAnswer> {
  try {
    const change = changeOf(record);
    await dispatchChange(consumer.dispatcher, change);
    consumer.metrics.record(measurementsOf(change));
    consumer.metrics.flush();
    return { reason: null };
  } catch (error) {
    tell([consumer.log, 'warn'], 'Redrive of a change failed', record, { error });
    return { reason: reasonOf(error) };
  }
}

/** With the trace and the keys of the record itself, because the record may be one that cannot be parsed. */
function tell(
  [log, level]: readonly [StreamConsumer['log'], Level],
  message: string,
  { dynamodb }: DynamoDBRecord,
  fields: Record<string, unknown>,
): void {
  const trace = traceOf({ [TRACE_ATTRIBUTE]: dynamodb?.NewImage?.[TRACE_ATTRIBUTE]?.B });
  const scope: Scope = { trace, fields: {} };
  inScope(scope, () => {
    log[level](message, { keys: dynamodb?.Keys, ...fields });
  });
}

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
