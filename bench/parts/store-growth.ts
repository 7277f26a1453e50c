/**
 * Whether a write takes as long after 50,000 changes as at first. A store keeps what its stream has held, and one that
 * looks through it at each write, or at each read of the stream, gets slower with everything that happens.
 */
import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mapConcurrently } from '../../lib/common/concurrency';
import { LocalError } from '../../laptop/local-error';
import { type Store, startStore, STORE_KINDS, type StoreKind } from '../../laptop/store';
import { createMeteredTable, type MeteredTable } from '../../test/support/metered-table';
import { streamReader } from '../../test/support/stream-changes';
import { median, round } from '../statistics';

export interface StoreGrowthResult {
  readonly store: StoreKind;
  /** Between the first measurement and the second. */
  readonly changes: number;
  readonly first: WriteSpeed;
  readonly afterwards: WriteSpeed;
}

interface WriteSpeed {
  readonly perSecond: number;
  readonly medianMs: number;
}

const IN_FLIGHT = 32;
const BATCH = 25;
/** Keys are used again, so that it is the stream that grows and not the table. */
const KEYS = 2_000;
const DATA = 'x'.repeat(300);
/** Far from what a busy machine does to the figures, and from the 0.05 without an index. */
const LOWEST_RATIO = 0.5;

/** @throws Error when Dynoxide has become slower, which its prepared file is there to prevent */
export async function measureStoreGrowth(quick: boolean): Promise<StoreGrowthResult[]> {
  const [changes, sample] = quick ? [5_000, 1_000] : [50_000, 5_000];
  const results: StoreGrowthResult[] = [];
  for (const kind of STORE_KINDS) {
    const store = await startStore({ kind }).catch(undefinedIfMissing);
    if (store !== undefined) results.push(await measureStore(store, changes, sample));
  }
  const slower = results.find(({ first, afterwards }) => afterwards.perSecond < LOWEST_RATIO * first.perSecond);
  if (slower?.store === 'dynoxide') throw new Error(`Dynoxide became slower: ${JSON.stringify(slower)}`);
  return results;
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof LocalError)) throw error;
  process.stderr.write(` (left out: ${error.message})`);
}

async function measureStore(store: Store, changes: number, sample: number): Promise<StoreGrowthResult> {
  try {
    const table = await createMeteredTable(store.endpoint);
    const readChanges = await streamReader(table);
    // Not the first of all, which warm the store up.
    await writeOneByOne(table, sample, 0);
    const first = await writeOneByOne(table, sample, sample);
    for (let written = 0; written < changes; written += KEYS) {
      await fill(table, Math.min(KEYS, changes - written));
      await readChanges();
    }
    const afterwards = await writeOneByOne(table, sample, 2 * sample);
    return { store: store.kind, changes, first, afterwards };
  } finally {
    await store.stop();
  }
}

async function writeOneByOne(table: MeteredTable, count: number, from: number): Promise<WriteSpeed> {
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  const startedAt = performance.now();
  const latencies = await mapConcurrently(numbers, IN_FLIGHT, async (number) => {
    const sentAt = performance.now();
    await table.client.send(new PutCommand({ TableName: table.name, Item: itemOf(number) }));
    return performance.now() - sentAt;
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: round(count / seconds, 0), medianMs: round(median(latencies), 1) };
}

async function fill(table: MeteredTable, count: number): Promise<void> {
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, index) => index * BATCH);
  await mapConcurrently(starts, IN_FLIGHT, async (start) => {
    const requests = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => ({
      PutRequest: { Item: itemOf(start + index) },
    }));
    await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: requests } }));
  });
}

/** Each write of a key changes something, so that it is a change of the stream. */
const itemOf = (number: number): object => ({ pk: `p${number % KEYS}`, sk: 'x', at: performance.now(), data: DATA });
