import { createHash } from 'node:crypto';
import type { Change } from '../../lib/dispatcher/change';
import { dispatchInOrder } from '../../lib/dispatcher/dispatch';
import type { Dispatcher } from '../../lib/dispatcher/dispatcher';
import { isDispatched } from '../../lib/table/keys';
import { mapConcurrently } from '../../lib/common/concurrency';

/** As infra/constructs/change-dispatch.ts sets the table's stream; of one shard. */
const LANES = 10;
const BATCH_SIZE = 100;

/**
 * Hands changes to the dispatcher as Lambda does: a partition's changes stay in their order, and batches of different
 * lanes are worked on at once, each by a function of its own.
 */
export async function dispatchInBatches(dispatcher: Dispatcher, changes: readonly Change[], times = 1): Promise<void> {
  const lanes = Array.from({ length: LANES }, (): Change[] => []);
  for (const change of changes.filter(isDispatched)) lanes[laneOf(change.pk)]?.push(change);
  await mapConcurrently(lanes, LANES, async (lane) => {
    for (let start = 0; start < lane.length; start += BATCH_SIZE) {
      const batch = lane.slice(start, start + BATCH_SIZE);
      for (let time = 0; time < times; time++) await Promise.all(batch.map(dispatchInOrder(dispatcher)));
    }
  });
}

/** As the filter of the stream's source lets through. */
const laneOf = (pk: string): number => createHash('sha256').update(pk).digest().readUInt8() % LANES;
