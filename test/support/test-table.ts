import { createMeteredTable, type Meter, type MeteredTable as TestTable, scanAll } from './metered-table';
import { countWrite, endpointForNewTable } from './test-dynamodb';

export { scanAll };
export type { Meter, TestTable };

/** A fresh table in DynamoDB Local; every request is counted and asks for its consumed capacity. */
export const createTestTable = async (): Promise<TestTable> =>
  createMeteredTable(await endpointForNewTable(), countWrite);
