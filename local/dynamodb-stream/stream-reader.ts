/**
 * Reads a table's stream from where it was left: parents before children, each shard in order.
 *
 * Polling is cheap when nothing happens and prompt when something does: `nudge` (called after every request that may have
 * written) asks for a look at once; without one, changes made by other processes are found within IDLE_POLL_MS.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../local-error';
import { ShardProgress, type Positions } from './checkpoint';
import { StreamsError, type Shard, type ShardPosition, type StreamsApi } from './streams-api';

const IDLE_POLL_MS = 200;

/** While records are worked on, since that work writes too, long before it is finished. */
const BUSY_POLL_MS = 40;

/** Bounds the polls under load, which DynamoDB Local has to answer on the same two cores. */
const MIN_POLL_GAP_MS = 15;

/** Above this many records unfinished nothing more is read, so that memory stays bounded behind a failing function. */
const MAX_UNFINISHED = 20_000;

const PAUSE_AFTER_ERROR_MS = 500;

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

interface OpenShard {
  readonly progress: ShardProgress;
  readonly startAt: 'TRIM_HORIZON' | 'LATEST';
  iterator?: string;
}

export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #open = new Map<string, OpenShard>();
  readonly #ended: Map<string, ShardProgress>;
  #wake: (() => void) | undefined;
  #nudged = true;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#ended = new Map();
    for (const [shardId, { after, ended }] of options.positions) {
      const progress = new ShardProgress(after);
      if (ended === true) {
        progress.endOfShard();
        this.#ended.set(shardId, progress);
      } else {
        this.#open.set(shardId, { progress, startAt: 'TRIM_HORIZON' });
      }
    }
  }

  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  get positions(): Positions {
    const open = [...this.#open].map(([shardId, { progress }]) => [shardId, progress.state] as const);
    const ended = [...this.#ended].map(([shardId, progress]) => [shardId, progress.state] as const);
    return new Map([...ended, ...open]);
  }

  get unfinished(): number {
    const all = [...[...this.#open.values()].map(({ progress }) => progress), ...this.#ended.values()];
    return all.reduce((sum, progress) => sum + progress.unfinished, 0);
  }

  /** Until the signal is given. */
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
    const shards = await api.describe(streamArn);
    const known = new Set(shards.map(({ ShardId }) => ShardId));
    const isNewStream = positions.size === 0 && this.#open.size === 0 && this.#ended.size === 0;
    for (const { ShardId, ParentShardId } of shards) {
      if (this.#open.has(ShardId) || this.#ended.has(ShardId)) continue;
      const parentIsRead = ParentShardId === undefined || !known.has(ParentShardId) || this.#ended.has(ParentShardId);
      if (!parentIsRead) continue;
      const startAt = isNewStream ? startingPosition : 'TRIM_HORIZON';
      this.#open.set(ShardId, { progress: new ShardProgress(), startAt });
    }
    this.#forgetTrimmed(shards);
  }

  #forgetTrimmed(shards: readonly Shard[]): void {
    const known = new Set(shards.map(({ ShardId }) => ShardId));
    for (const shardId of this.#ended.keys()) if (!known.has(shardId)) this.#ended.delete(shardId);
    for (const [shardId, { progress }] of this.#open) {
      if (known.has(shardId)) continue;
      this.#open.delete(shardId);
      if (progress.state.after === undefined) continue;
      this.#options.warn(
        'the stream no longer has what was left to do: changes older than 24 hours may be undispatched',
      );
    }
  }

  async #poll(): Promise<'nothing' | 'records' | 'end of a shard'> {
    let found: 'nothing' | 'records' | 'end of a shard' = 'nothing';
    for (const [shardId, shard] of this.#open) {
      shard.iterator ??= await this.#iterator(shardId, shard);
      const { records, next } = await this.#read(shard, shard.iterator);
      for (const record of records) {
        this.#options.take(record, shardId, shard.progress.add(record.dynamodb?.SequenceNumber ?? ''));
      }
      if (records.length > 0 && found === 'nothing') found = 'records';
      if (next !== undefined) {
        shard.iterator = next;
        continue;
      }
      shard.progress.endOfShard();
      this.#open.delete(shardId);
      this.#ended.set(shardId, shard.progress);
      found = 'end of a shard';
    }
    return found;
  }

  async #read(shard: OpenShard, iterator: string): ReturnType<StreamsApi['records']> {
    try {
      return await this.#options.api.records(iterator);
    } catch (error) {
      // Expired after 15 minutes (a laptop that slept), or no longer valid: the next round asks for another one.
      delete shard.iterator;
      throw error;
    }
  }

  async #iterator(shardId: string, { progress, startAt }: OpenShard): Promise<string> {
    const { api, streamArn, warn } = this.#options;
    const { after } = progress.state;
    const from: ShardPosition = after === undefined ? startAt : { after };
    try {
      return await api.iterator(streamArn, shardId, from);
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'TrimmedDataAccessException') throw error;
      warn('the stream no longer has what was left to do: changes older than 24 hours may be undispatched');
      return await api.iterator(streamArn, shardId, 'TRIM_HORIZON');
    }
  }

  async #pause(idle: boolean): Promise<void> {
    const { signal } = this.#options;
    if (idle && !this.#nudged) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          this.#wake = undefined;
          resolve();
        };
        const timer = setTimeout(done, this.unfinished > 0 ? BUSY_POLL_MS : IDLE_POLL_MS);
        signal.addEventListener('abort', done);
        this.#wake = done;
      });
    } else {
      await delay(MIN_POLL_GAP_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Read afresh: the signal may have been given while something was awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
