/**
 * Passes records to a function in order until each is finished or dead-lettered, as Lambda does. Partial failures are
 * retried from the lowest failed record. A failing batch is bisected down to the failing record. That record is
 * retried with a growing pause until its retries or its age are exhausted. Then it goes to the failure destination, and
 * the lane continues with the next records.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../local-error';

export interface LaneRecord {
  readonly record: DynamoDBRecord;
  readonly shardId: string;
  readonly finish: () => void;
}

export interface LaneOptions {
  readonly batchSize: number;
  readonly bisectOnError: boolean;
  readonly reportsItemFailures: boolean;
  /** -1: no limit, until the record is too old. */
  readonly maxRetries: number;
  readonly maxRecordAgeMs: number;
  readonly invoke: (records: readonly DynamoDBRecord[]) => Promise<unknown>;
  readonly giveUp: (records: readonly LaneRecord[], condition: GiveUpCondition, calls: number) => Promise<void>;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** @default 100 */
  readonly firstRetryMs?: number;
}

export type GiveUpCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

const MAX_RETRY_PAUSE_MS = 30_000;

export class Lane {
  readonly #options: LaneOptions;
  readonly #waiting: LaneRecord[] = [];
  #working: Promise<void> | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  push(record: LaneRecord): void {
    this.#waiting.push(record);
    // After this turn of the event loop, so that records that were read together become one batch.
    this.#working ??= Promise.resolve().then(async () => {
      await this.#work();
    });
  }

  /** Resolves when nothing is being worked on. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#options.signal.aborted) {
        await this.#process(this.#waiting.splice(0, this.#options.batchSize));
      }
    } catch (error) {
      // Only a stop ends up here; unfinished records are redelivered after the next start.
      if (!this.#options.signal.aborted) this.#options.warn(`a lane of the stream stopped: ${messageOf(error)}`);
    } finally {
      this.#working = undefined;
    }
  }

  async #process(batch: readonly LaneRecord[]): Promise<void> {
    const { bisectOnError, maxRetries, signal, firstRetryMs = 100 } = this.#options;
    let left = batch;
    for (let calls = 1; ; calls += 1) {
      signal.throwIfAborted();
      left = await this.#withoutTooOld(left, calls - 1);
      if (left.length === 0) return;
      const failedFrom = await this.#invoke(left);
      for (const { finish } of left.slice(0, failedFrom)) finish();
      left = left.slice(failedFrom);
      if (left.length === 0) return;
      if (bisectOnError && left.length > 1) {
        const middle = Math.ceil(left.length / 2);
        await this.#process(left.slice(0, middle));
        await this.#process(left.slice(middle));
        return;
      }
      if (maxRetries >= 0 && calls > maxRetries) {
        await this.#giveUp(left, 'RetryAttemptsExhausted', calls);
        return;
      }
      await delay(Math.min(firstRetryMs * 2 ** (calls - 1), MAX_RETRY_PAUSE_MS), undefined, { signal });
    }
  }

  /** Returns the index of the first failed record, or the length if none failed. */
  async #invoke(records: readonly LaneRecord[]): Promise<number> {
    const { invoke, reportsItemFailures, warn } = this.#options;
    try {
      const answer = await invoke(records.map(({ record }) => record));
      const failedFrom = reportsItemFailures ? lowestFailure(answer, records) : records.length;
      if (failedFrom < records.length)
        warn(`${records.length - failedFrom} of ${records.length} changes failed and will be retried`);
      return failedFrom;
    } catch (error) {
      warn(`${records.length} changes failed: ${messageOf(error)}`);
      return 0;
    }
  }

  async #withoutTooOld(records: readonly LaneRecord[], calls: number): Promise<readonly LaneRecord[]> {
    const { maxRecordAgeMs, now } = this.#options;
    const oldest = now() - maxRecordAgeMs;
    const tooOld = records.filter(({ record }) => createdAt(record) < oldest);
    if (tooOld.length === 0) return records;
    await this.#giveUp(tooOld, 'RecordAgeExceeded', calls);
    return records.filter(({ record }) => createdAt(record) >= oldest);
  }

  async #giveUp(records: readonly LaneRecord[], condition: GiveUpCondition, calls: number): Promise<void> {
    await this.#options.giveUp(records, condition, calls);
    for (const { finish } of records) finish();
  }
}

/** As in AWS, all records failed if the response names one that isn't in the batch. */
function lowestFailure(answer: unknown, records: readonly LaneRecord[]): number {
  const failures = (answer as Partial<DynamoDBBatchResponse> | null | undefined)?.batchItemFailures ?? [];
  if (failures.length === 0) return records.length;
  const order = records.map(({ record }) => record.dynamodb?.SequenceNumber);
  return Math.min(...failures.map(({ itemIdentifier }) => Math.max(0, order.indexOf(itemIdentifier))));
}

function createdAt(record: DynamoDBRecord): number {
  return (record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000;
}
