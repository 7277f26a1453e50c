/**
 * How far a stream has been processed: per shard, the last record before which nothing is unfinished.
 *
 * It is saved only when all effects of those records have been delivered. The queues live in memory, so records whose
 * messages are still queued are always after the saved position. A `kill -9` at any moment therefore loses nothing:
 * the records are redelivered at the next start, and the functions are idempotent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomically } from '../data-directory';
import { LocalError } from '../local-error';

export interface ShardState {
  /** Sequence number of the last finished record; undefined before the first. */
  readonly after?: string;
  /** Read to its end, and everything in it finished. */
  readonly ended?: true;
}

export type Positions = ReadonlyMap<string, ShardState>;

interface CheckpointFile {
  readonly streamArn: string;
  readonly shards: Readonly<Record<string, ShardState>>;
}

/** Empty for a new stream, and for the stream of a recreated table. */
export function loadPositions(file: string, streamArn: string): Positions {
  if (!existsSync(file)) return new Map();
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as CheckpointFile;
    return new Map(saved.streamArn === streamArn ? Object.entries(saved.shards) : []);
  } catch (error) {
    throw new LocalError(`${file} cannot be read: delete it to process the changes of the last 24 hours again.`, {
      cause: error,
    });
  }
}

export function savePositions(file: string, streamArn: string, positions: Positions): void {
  const content: CheckpointFile = { streamArn, shards: Object.fromEntries(positions) };
  writeFileAtomically(file, `${JSON.stringify(content)}\n`);
}

/** Records of one shard that have been read, in order; they may finish in any order. */
export class ShardProgress {
  readonly #unfinished: { readonly sequenceNumber: string; finished: boolean }[] = [];
  #after: string | undefined;

  constructor(
    after?: string,
    public readToEnd = false,
  ) {
    this.#after = after;
  }

  /** Call the returned function when the record is finished. */
  add(sequenceNumber: string): () => void {
    const entry = { sequenceNumber, finished: false };
    this.#unfinished.push(entry);
    return () => {
      entry.finished = true;
      let finished = 0;
      while (this.#unfinished[finished]?.finished === true) finished += 1;
      const last = this.#unfinished.splice(0, finished).at(-1);
      if (last !== undefined) this.#after = last.sequenceNumber;
    };
  }

  get unfinished(): number {
    return this.#unfinished.length;
  }

  get state(): ShardState {
    const after = this.#after === undefined ? {} : { after: this.#after };
    return this.readToEnd && this.#unfinished.length === 0 ? { ...after, ended: true } : after;
  }
}
