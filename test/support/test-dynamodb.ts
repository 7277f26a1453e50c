import { afterAll } from '@jest/globals';
import { type Store, startStore } from '../../laptop/store';

/**
 * DynamoDB Local looks through the stream records of every table at each write: with 10,000 of another table, a write
 * takes 70 times as long, also after that table has been deleted. So there a new table gets a new instance once the old
 * has worked.
 */
const MAX_WRITES_BEFORE = { 'dynamodb-local': 300, dynoxide: Infinity };

let current: Store | undefined;
let writes = 0;

/** Endpoint of a store for one more table of this test file. Earlier tables may be gone. */
export async function endpointForNewTable(): Promise<string> {
  if (current !== undefined && writes > MAX_WRITES_BEFORE[current.kind]) await stop();
  current ??= await startStore();
  return current.endpoint;
}

export function countWrite(): void {
  writes++;
}

async function stop(): Promise<void> {
  const stopping = current;
  current = undefined;
  writes = 0;
  await stopping?.stop();
}

afterAll(stop);
