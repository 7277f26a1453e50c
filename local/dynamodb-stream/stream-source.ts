/**
 * The event source of the function behind a table's stream: reader → filter → lanes → function, and the checkpoint.
 *
 * Records of one partition key always go through the same lane, so their order is kept; lanes work at the same time.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Functions } from '../lambda/functions';
import { messageOf } from '../local-error';
import type { Queues } from '../queues/queues';
import type { StreamSourceModel } from '../template/source-model';
import { LOCAL_REGION } from '../template/template';
import { loadPositions, savePositions } from './checkpoint';
import { Lane, type GiveUpCondition, type LaneRecord } from './lane';
import { StreamReader } from './stream-reader';
import { createStreamsApi } from './streams-api';

export interface StreamSource {
  /** Something may have been written: look at once. */
  nudge(): void;
  /** Finishes what is under way within the limit, or leaves it to the next start, saves the checkpoint, and ends. */
  stop(limitMs: number): Promise<void>;
}

export interface StreamSourceOptions {
  readonly source: StreamSourceModel;
  readonly endpoint: string;
  readonly streamArn: string;
  readonly checkpointFile: string;
  readonly functions: Functions;
  readonly queues: Queues;
  /** Whether everything that finished records led to is done, or written where it survives. */
  readonly isDelivered: () => Promise<boolean>;
  readonly warn: (line: string) => void;
}

const CHECKPOINT_EVERY_MS = 100;

export function startStreamSource(options: StreamSourceOptions): StreamSource {
  const { source, streamArn, checkpointFile, functions, queues } = options;
  const warn = (line: string): void => {
    options.warn(`${source.functionName}: ${line}`);
  };
  const abort = new AbortController();
  const readerAbort = new AbortController();
  const lanes = Array.from(
    { length: source.lanes },
    () =>
      new Lane({
        ...source,
        signal: abort.signal,
        now: Date.now,
        warn,
        invoke: async (records) => await functions.invoke(source.functionName, { Records: records }),
        giveUp: async (records, condition, calls) => {
          if (source.failureDestinationArn === undefined) return;
          const body = JSON.stringify(failureRecord(source.functionName, streamArn, records, condition, calls));
          await queues.sendMessage(source.failureDestinationArn, body);
        },
      }),
  );

  const reader = new StreamReader({
    api: createStreamsApi(options.endpoint, readerAbort.signal),
    streamArn,
    positions: loadPositions(checkpointFile, streamArn),
    startingPosition: source.startingPosition,
    warn,
    signal: readerAbort.signal,
    take: (record, shardId, finish) => {
      const complete: DynamoDBRecord = { ...record, awsRegion: LOCAL_REGION, eventSourceARN: streamArn };
      if (source.filters.length > 0 && !source.filters.some((matches) => matches(complete))) {
        finish();
        return;
      }
      lanes[laneOf(complete, lanes.length)]?.push({ record: complete, shardId, finish });
    },
  });

  let saved = '';
  async function saveIfDelivered(): Promise<void> {
    // The positions are taken first: what is delivered by the time of the question covers them.
    const { positions } = reader;
    const content = JSON.stringify([...positions]);
    if (content === saved || !(await options.isDelivered())) return;
    savePositions(checkpointFile, streamArn, positions);
    saved = content;
  }

  async function keepCheckpoint(): Promise<void> {
    const stopped = (): boolean => abort.signal.aborted;
    while (!stopped()) {
      await delay(CHECKPOINT_EVERY_MS, undefined, { signal: abort.signal }).catch(() => undefined);
      try {
        await saveIfDelivered();
      } catch (error) {
        // Nothing is lost: the next start only works off more again.
        if (!stopped()) warn(`saving the checkpoint failed: ${messageOf(error)}`);
      }
    }
  }

  const reading = reader.run();
  const keeping = keepCheckpoint();
  return {
    nudge: () => {
      reader.nudge();
    },
    stop: async (limitMs) => {
      readerAbort.abort();
      await reading;
      const limit = Date.now() + limitMs;
      while (Date.now() < limit && !(reader.unfinished === 0 && (await options.isDelivered()))) await delay(10);
      abort.abort();
      await keeping;
      // A call that takes longer is left to itself: its records aren't finished, so they come again at the next start.
      await Promise.race([Promise.all(lanes.map((lane) => lane.idle())), delay(Math.max(0, limit - Date.now()))]);
      await saveIfDelivered();
    },
  };
}

function laneOf(record: DynamoDBRecord, lanes: number): number {
  const keys = record.dynamodb?.Keys ?? {};
  // The hash key alone: in this product's tables it is `pk`, which sorts before `sk`.
  const [partitionKey] = Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('md5').update(JSON.stringify(partitionKey)).digest().readUInt32BE(0) % lanes;
}

/** What Lambda writes to the destination: where the records are in the stream, not what they hold. */
function failureRecord(
  functionName: string,
  streamArn: string,
  records: readonly LaneRecord[],
  condition: GiveUpCondition,
  calls: number,
): object {
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (entry: LaneRecord | undefined): string =>
    new Date((entry?.record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000).toISOString();
  return {
    requestContext: { requestId: randomUUID(), functionArn: functionName, condition, approximateInvokeCount: calls },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: first?.shardId,
      startSequenceNumber: first?.record.dynamodb?.SequenceNumber,
      endSequenceNumber: last?.record.dynamodb?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
  };
}
