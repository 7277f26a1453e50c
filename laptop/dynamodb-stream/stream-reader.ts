/**
 * Reads a table's stream from the last position: parents before children, each shard in order.
 *
 * Polling is cheap when nothing happens and prompt when something does: `nudge` (called after every request that may
 * have written) polls at once. Without it, changes by other processes are found within IDLE_POLL_MS.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../local-error';
import { ShardProgress, type Positions } from './checkpoint';
import { StreamsError, type ShardPosition, type StreamsApi } from './streams-api';

const IDLE_POLL_MS = 200;

/** While records are being processed, since that work writes too, long before it is finished. */
const BUSY_POLL_MS = 40;

/**
 * Limits polling under load, since the store runs on the same two cores. Changes in between are dispatched together,
 * which costs less overall: with 15 ms, a herd was notified later.
 */
const MIN_POLL_GAP_MS = 40;

/** Reading pauses above this many unfinished records, so that a failing function doesn't exhaust memory. */
const MAX_UNFINISHED = 20_000;

const PAUSE_AFTER_ERROR_MS = 500;

const TRIMMED = 'changes older than 24 hours are no longer in the stream and may never be dispatched';

export interface StreamReaderOptions {
  readonly api: StreamsApi;
  readonly streamArn: string;
  readonly positions: Positions;
  /** For a stream that has never been read. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Takes a record; it calls `finish` when the record needs no more work. */
  readonly take: (record: DynamoDBRecord, shardId: string, finish: () => void) => void;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}

interface ReadShard {
  readonly progress: ShardProgress;
  /** For a shard that has not been read yet. */
  readonly startAt: 'TRIM_HORIZON' | 'LATEST';
  /** Sequence number of the last record that was read. */
  lastRead?: string | undefined;
  iterator?: string;
}

export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #shards = new Map<string, ReadShard>();
  #wake: (() => void) | undefined;
  #nudged = true;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    for (const [shardId, { after, ended }] of options.positions) {
      this.#shards.set(shardId, { progress: new ShardProgress(after, ended), startAt: 'TRIM_HORIZON' });
    }
  }

  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  get positions(): Positions {
    return new Map([...this.#shards].map(([shardId, { progress }]) => [shardId, progress.state]));
  }

  get unfinished(): number {
    return [...this.#shards.values()].reduce((sum, { progress }) => sum + progress.unfinished, 0);
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { signal, warn } = this.#options;
    let mustDiscover = true;
    while (!signal.aborted) {
      try {
        if (mustDiscover) await this.#discover();
        mustDiscover = false;
        this.#nudged = false;
        const found = this.unfinished < MAX_UNFINISHED ? await this.#poll() : 'nothing';
        mustDiscover = found === 'end of a shard';
        await this.#pause(found === 'nothing');
      } catch (error) {
        if (isAborted(signal)) return;
        warn(`reading the stream failed: ${messageOf(error)}`);
        mustDiscover = true;
        await delay(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** A child is opened only after its parent has been read, which keeps the order of an item's changes. */
  async #discover(): Promise<void> {
    const { api, streamArn, positions, startingPosition } = this.#options;
    const described = await api.describe(streamArn);
    const known = new Set(described.map(({ ShardId }) => ShardId));
    const isNewStream = positions.size === 0 && this.#shards.size === 0;
    const startAt = isNewStream ? startingPosition : 'TRIM_HORIZON';
    for (const { ShardId, ParentShardId = '' } of described) {
      const parentIsRead = !known.has(ParentShardId) || this.#shards.get(ParentShardId)?.progress.readToEnd === true;
      if (this.#shards.has(ShardId) || !parentIsRead) continue;
      this.#shards.set(ShardId, { progress: new ShardProgress(), startAt });
    }
    for (const [shardId, { progress }] of this.#shards) {
      if (known.has(shardId)) continue;
      this.#shards.delete(shardId);
      if (!progress.readToEnd && progress.state.after !== undefined) this.#options.warn(TRIMMED);
    }
  }

  async #poll(): Promise<'nothing' | 'records' | 'end of a shard'> {
    let found: 'nothing' | 'records' | 'end of a shard' = 'nothing';
    for (const [shardId, shard] of this.#shards) {
      if (shard.progress.readToEnd) continue;
      shard.iterator ??= await this.#iterator(shardId, shard);
      const { records, next } = await this.#read(shard, shard.iterator);
      this.#tellOfTrimmed(shard, records);
      for (const record of records) {
        this.#options.take(record, shardId, shard.progress.add(record.dynamodb?.SequenceNumber ?? ''));
      }
      if (records.length > 0 && found === 'nothing') found = 'records';
      if (next !== undefined) {
        shard.iterator = next;
        continue;
      }
      shard.progress.readToEnd = true;
      found = 'end of a shard';
    }
    return found;
  }

  async #read(shard: ReadShard, iterator: string): ReturnType<StreamsApi['records']> {
    try {
      return await this.#options.api.records(iterator);
    } catch (error) {
      // Expired after 15 minutes (the laptop slept), or no longer valid: the next round requests a new one.
      delete shard.iterator;
      throw error;
    }
  }

  /**
   * Dynoxide returns the remaining records, without an error. But it numbers a table's changes consecutively, so a gap
   * means that changes are lost.
   */
  #tellOfTrimmed(shard: ReadShard, records: readonly DynamoDBRecord[]): void {
    const first = records[0]?.dynamodb?.SequenceNumber;
    if (first === undefined) return;
    const before = shard.lastRead ?? shard.progress.state.after;
    shard.lastRead = records.at(-1)?.dynamodb?.SequenceNumber;
    const isNumberedOneByOne = this.#options.streamArn.startsWith('arn:aws:dynamodb:dynoxide:');
    if (!isNumberedOneByOne || before === undefined || BigInt(first) <= BigInt(before) + 1n) return;
    this.#options.warn(
      `${BigInt(first) - BigInt(before) - 1n} changes are no longer in the stream and may never be dispatched`,
    );
  }

  async #iterator(shardId: string, { progress, startAt }: ReadShard): Promise<string> {
    const { api, streamArn, warn } = this.#options;
    const { after } = progress.state;
    const from: ShardPosition = after === undefined ? startAt : { after };
    try {
      return await api.iterator(streamArn, shardId, from);
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'TrimmedDataAccessException') throw error;
      warn(TRIMMED);
      return await api.iterator(streamArn, shardId, 'TRIM_HORIZON');
    }
  }

  async #pause(idle: boolean): Promise<void> {
    const wake = new AbortController();
    const stop = (): void => {
      wake.abort();
    };
    const { signal } = this.#options;
    signal.addEventListener('abort', stop);
    const canBeNudged = idle && !this.#nudged;
    if (canBeNudged) this.#wake = stop;
    const idleMs = this.unfinished > 0 ? BUSY_POLL_MS : IDLE_POLL_MS;
    await delay(canBeNudged ? idleMs : MIN_POLL_GAP_MS, undefined, { signal: wake.signal }).catch(() => undefined);
    signal.removeEventListener('abort', stop);
    this.#wake = undefined;
  }
}

/** A function, so that the signal is read again: it may have been aborted during an `await`. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
