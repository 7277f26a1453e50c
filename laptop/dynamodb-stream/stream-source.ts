/**
 * The event source of the function behind a table's stream: reader → filter → lanes → function, and the checkpoint.
 *
 * Records of one partition key always go through the same lane, so their order is kept. Lanes run concurrently.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { failureRecord } from '../lambda/failure-record';
import type { Functions } from '../lambda/functions';
import { messageOf } from '../local-error';
import type { Queues } from '../queues/queues';
import type { StreamSourceModel } from '../template/source-model';
import { LOCAL_REGION } from '../template/template';
import { loadPositions, savePositions } from './checkpoint';
import { Lane, type LaneRecord } from './lane';
import { StreamReader } from './stream-reader';
import { createStreamsApi } from './streams-api';

export interface StreamSource {
  /** Looks for changes at once, because something may have been written. */
  nudge(): void;
  /** Finishes work in progress within the limit or leaves it to the next start, then saves the checkpoint. */
  stop(limitMs: number): Promise<void>;
}

export interface StreamSourceOptions {
  readonly source: StreamSourceModel;
  readonly endpoint: string;
  readonly streamArn: string;
  readonly checkpointFile: string;
  readonly functions: Functions;
  readonly queues: Queues;
  /** Whether all effects of finished records are complete or stored durably. */
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
          const givenUp = { functionArn: source.functionName, condition, calls };
          const body = failureRecord(givenUp, placeInStream(records, streamArn));
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
    // Positions are read first, so that the delivery check after it covers them.
    const { positions } = reader;
    const content = JSON.stringify([...positions]);
    if (content === saved || !(await options.isDelivered())) return;
    savePositions(checkpointFile, streamArn, positions);
    saved = content;
  }

  async function keepCheckpoint(): Promise<void> {
    const stopped = (): boolean => abort.signal.aborted;
    let failed = false;
    while (!stopped()) {
      await delay(CHECKPOINT_EVERY_MS, undefined, { signal: abort.signal }).catch(() => undefined);
      try {
        await saveIfDelivered();
        failed = false;
      } catch (error) {
        // Nothing is lost: the next start only repeats more work. A full disk is reported once, not ten times a second.
        if (!stopped() && !failed) warn(`saving the checkpoint failed: ${messageOf(error)}`);
        failed = true;
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
      // A longer call is abandoned: its records aren't finished, so they are redelivered at the next start.
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

/** Like Lambda's message to the destination: the records' position in the stream, not their content. */
function placeInStream(records: readonly LaneRecord[], streamArn: string): object {
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (entry: LaneRecord | undefined): string =>
    new Date((entry?.record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000).toISOString();
  return {
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
