import { parsePattern, type EventPattern } from '../lambda/event-pattern';
import { LocalError } from '../local-error';
import { functionNameOfArn } from './local-names';
import { Properties } from './properties';
import type { Resource } from './resources';

/** AWS::Lambda::EventSourceMapping of a table's stream. */
export interface StreamSourceModel {
  readonly id: string;
  readonly functionName: string;
  readonly tableName: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** A record passes if any matches; all pass if there is none. */
  readonly filters: readonly EventPattern[];
  readonly batchSize: number;
  readonly lanes: number;
  readonly bisectOnError: boolean;
  readonly reportsItemFailures: boolean;
  /** -1: until the record is too old. */
  readonly maxRetries: number;
  readonly maxRecordAgeMs: number;
  readonly failureDestinationArn?: string;
}

/** AWS::Lambda::EventSourceMapping of a queue. */
export interface QueueSourceModel {
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
}

/** How long a stream keeps its records, so nothing is retried for longer. */
const STREAM_RETENTION_SECONDS = 24 * 3_600;
const DEFAULT_STREAM_BATCH = 100;
const DEFAULT_QUEUE_BATCH = 10;

export function readStreamSource({ logicalId, properties }: Resource): StreamSourceModel {
  const arn = properties.text('EventSourceArn');
  const tableName = /:dynamodb:.*:table\/([^/]+)\/stream\//.exec(arn)?.[1];
  if (tableName === undefined) throw new LocalError(`The event source ${arn} is not supported on a laptop.`);
  const startingPosition = properties.text('StartingPosition');
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST') {
    throw new LocalError(
      `Event source ${logicalId} starts at ${startingPosition}, which is not supported on a laptop.`,
    );
  }
  const age = properties.number('MaximumRecordAgeInSeconds', -1);
  const destination = properties.object('DestinationConfig').object('OnFailure').optionalText('Destination');
  return {
    id: logicalId,
    functionName: functionNameOfArn(properties.text('FunctionName')),
    tableName,
    startingPosition,
    filters: readFilters(properties),
    batchSize: properties.number('BatchSize', DEFAULT_STREAM_BATCH),
    lanes: properties.number('ParallelizationFactor', 1),
    bisectOnError: properties.boolean('BisectBatchOnFunctionError'),
    reportsItemFailures: reportsItemFailures(properties),
    maxRetries: properties.number('MaximumRetryAttempts', -1),
    maxRecordAgeMs: (age < 0 ? STREAM_RETENTION_SECONDS : Math.min(age, STREAM_RETENTION_SECONDS)) * 1_000,
    ...(destination === undefined ? {} : { failureDestinationArn: destination }),
  };
}

export function readQueueSource({ logicalId, properties }: Resource): QueueSourceModel {
  if (properties.has('FilterCriteria')) {
    throw new LocalError(`Event source ${logicalId}: on a laptop, only stream records can be filtered, not messages.`);
  }
  return {
    functionName: functionNameOfArn(properties.text('FunctionName')),
    queueArn: properties.text('EventSourceArn'),
    batchSize: properties.number('BatchSize', DEFAULT_QUEUE_BATCH),
    reportsItemFailures: reportsItemFailures(properties),
  };
}

function reportsItemFailures(properties: Properties): boolean {
  return properties.list('FunctionResponseTypes').includes('ReportBatchItemFailures');
}

function readFilters(properties: Properties): readonly EventPattern[] {
  return properties
    .object('FilterCriteria')
    .list('Filters')
    .map((filter) => parsePattern(JSON.parse(new Properties('Filter', filter).text('Pattern'))));
}
