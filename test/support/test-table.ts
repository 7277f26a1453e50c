import { createMeteredTable, type MeteredTable as TestTable, scanAll } from './metered-table';
import { countWrite, endpointForNewTable } from './test-dynamodb';

export { scanAll };
export type { TestTable };

/** A fresh table in the store of this test file; every request is counted and asks for its consumed capacity. */
export const createTestTable = async (): Promise<TestTable> =>
  createMeteredTable(await endpointForNewTable(), countWrite);
