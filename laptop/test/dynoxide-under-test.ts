/** Starts Dynoxide in a separate folder for each test that needs it. Both are cleaned up after the test. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDynoxide } from '../dynoxide';
import type { MeteredTable } from '../../test/support/metered-table';

/** The folder of the current test. Everything in `stores` is stopped before the folder is removed. */
export let directory: string;
export let stores: { readonly stop: () => Promise<void> }[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'muster-store-test-'));
  stores = [];
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.stop()));
  rmSync(directory, { recursive: true });
});

export async function dynoxide(options: Parameters<typeof startDynoxide>[0] = {}): ReturnType<typeof startDynoxide> {
  const store = await startDynoxide({ dataDirectory: directory, ...options });
  stores.push(store);
  return store;
}

export const put = async (table: MeteredTable, pk: string, more: object = {}): Promise<void> => {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { pk, sk: 'x', ...more } }));
};
