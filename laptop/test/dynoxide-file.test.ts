/** The file that Dynoxide starts with (laptop/dynoxide/prepared.sql): its stream retention and its readers. */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StreamReader } from '../dynamodb-stream/stream-reader';
import { createStreamsApi } from '../dynamodb-stream/streams-api';
import { findDynoxide } from '../dynoxide/binary';
import { DATABASE_FILE } from '../dynoxide/database-file';
import { createMeteredTable, type MeteredTable } from '../../test/support/metered-table';
import { directory, dynoxide, put } from './dynoxide-under-test';
import { eventually } from './eventually';

const PREPARED = 'laptop/dynoxide/prepared.db';

test('the file matches its SQL', () => {
  const sql = readFileSync('laptop/dynoxide/prepared.sql', 'utf8').replaceAll(/^--.*\n/gm, '');
  const statements = sql.split(/;\n(?=\n|$)/).map((statement) => statement.trim());
  const file = readFileSync(PREPARED, 'latin1');
  expect(statements.filter((statement) => statement !== '')).toHaveLength(3);
  for (const statement of statements) expect(file).toContain(statement);
  // The fourth is SQLite's internal table of assigned numbers.
  expect(file.split('CREATE ')).toHaveLength(1 + 4);
});

test('the file was made for the installed version', async () => {
  const warnings: string[] = [];
  await dynoxide({ warn: (line) => warnings.push(line) });
  expect(warnings).toEqual([]);
});

test('another version works without the file and causes a warning', async () => {
  const warnings: string[] = [];
  const { command } = findDynoxide() ?? { command: '' };
  const store = await dynoxide({ binary: { command, version: '9.9.9' }, warn: (line) => warnings.push(line) });
  await put(await createMeteredTable(store.endpoint), 'a');
  expect(warnings).toEqual([expect.stringMatching(/^Dynoxide 9\.9\.9 becomes slower with every change/)]);
});

/** Replaces the number in the trigger's text with one that has the same number of digits. */
function keepOnly100(): void {
  const file = readFileSync(PREPARED, 'latin1').replace('- 100000', '- 000100');
  writeFileSync(path.join(directory, DATABASE_FILE), file, 'latin1');
}

async function write(table: MeteredTable, count: number): Promise<void> {
  for (let first = 0; first < count; first += 25) {
    const requests = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: { Item: { pk: `p${first + index}`, sk: 'x' } },
    }));
    await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: requests } }));
  }
}

async function streamOf(table: MeteredTable) {
  const { Table } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  const streamArn = Table?.LatestStreamArn ?? '';
  const api = createStreamsApi(table.endpoint, new AbortController().signal);
  const [shard] = await api.describe(streamArn);
  return { api, streamArn, shardId: shard?.ShardId ?? '' };
}

async function numbersKept(table: MeteredTable): Promise<string[]> {
  const { api, streamArn, shardId } = await streamOf(table);
  const { records } = await api.records(await api.iterator(streamArn, shardId, 'TRIM_HORIZON'));
  return records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
}

test('Dynoxide keeps the newest changes of each table, and their numbering continues', async () => {
  keepOnly100();
  const store = await dynoxide();
  const [quiet, busy] = [await createMeteredTable(store.endpoint), await createMeteredTable(store.endpoint)];
  await put(quiet, 'a');
  await write(busy, 300);
  expect(await numbersKept(busy)).toEqual(Array.from({ length: 100 }, (_, index) => String(201 + index)));
  await put(quiet, 'b');
  await put(busy, 'b');
  expect(await numbersKept(quiet)).toEqual(['1', '2']);
  expect((await numbersKept(busy)).at(-1)).toBe('301');
});

test('a reader whose position was trimmed continues with the remaining changes and reports how many are lost', async () => {
  keepOnly100();
  const store = await dynoxide();
  const table = await createMeteredTable(store.endpoint);
  await write(table, 50);
  await write(table, 200);
  const { api, streamArn, shardId } = await streamOf(table);
  const [seen, warnings, stopped] = [[] as string[], [] as string[], new AbortController()];
  const reader = new StreamReader({
    api,
    streamArn,
    positions: new Map([[shardId, { after: '50' }]]),
    startingPosition: 'TRIM_HORIZON',
    take: ({ dynamodb }, _shard, finish) => {
      seen.push(dynamodb?.SequenceNumber ?? '');
      finish();
    },
    warn: (line) => warnings.push(line),
    signal: stopped.signal,
  });
  const running = reader.run();
  await eventually(() => {
    expect(seen).toHaveLength(100);
  });
  await put(table, 'next');
  reader.nudge();
  await eventually(() => {
    expect(seen.at(-1)).toBe('251');
  });
  stopped.abort();
  await running;
  expect(seen[0]).toBe('151');
  expect(warnings).toEqual(['100 changes are no longer in the stream and may never be dispatched']);
});
