import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StreamPosition } from '../../client/dead-letter-content';
import { readStreamRecords } from '../../client/stream-records';
import { createStreamsApi } from '../../local/dynamodb-stream/streams-api';
import { createTestTable, type TestTable } from '../support/test-table';

let table: TestTable;
const streams = new AbortController();

beforeAll(async () => {
  table = await createTestTable();
  process.env['AWS_ENDPOINT_URL_DYNAMODB_STREAMS'] = table.endpoint;
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'local';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
});

afterAll(() => {
  streams.abort();
});

/** Where the changes of the table are, and these as they are on the wire, which is as Lambda hands them over. */
async function changes() {
  const { Table } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  const streamArn = Table?.LatestStreamArn ?? '';
  const api = createStreamsApi(table.endpoint, streams.signal);
  const [{ ShardId: shardId } = { ShardId: '' }] = await api.describe(streamArn);
  const { records } = await api.records(await api.iterator(streamArn, shardId, 'TRIM_HORIZON'));
  const numberOf = (index: number): string => records.at(index)?.dynamodb?.SequenceNumber ?? '';
  const position = (first: number, last: number): StreamPosition => ({
    streamArn,
    shardId,
    startSequenceNumber: numberOf(first),
    endSequenceNumber: numberOf(last),
    batchSize: last - first + 1,
  });
  return { records, position };
}

test('changes at a place in the stream come as Lambda would hand them over, with every type of value', async () => {
  const item = (step: number) => ({
    pk: 'SP#a',
    sk: 'HEADER',
    step,
    trace: Uint8Array.from([0, 127, 255]),
    empty: {},
    list: [{}, Uint8Array.from([1]), null, true],
    nested: { bytes: Uint8Array.from([2]), text: 'ä' },
  });
  for (const step of [1, 2, 3]) await table.client.send(new PutCommand({ TableName: table.name, Item: item(step) }));

  const { records, position } = await changes();

  expect(records).toHaveLength(3);
  expect(records[1]?.dynamodb?.NewImage?.['trace']).toEqual({ B: 'AH//' });
  const asSent = async (place: StreamPosition): Promise<unknown> =>
    JSON.parse(JSON.stringify(await readStreamRecords(place)));
  expect(await asSent(position(1, 1))).toEqual([records[1]]);
  expect(await asSent(position(0, 2))).toEqual(records);
});

test('changes that the stream no longer has are said to be gone', async () => {
  const { position } = await changes();
  const place = position(0, 0);

  await expect(readStreamRecords({ ...place, streamArn: place.streamArn.replace(table.name, 'gone') })).rejects.toThrow(
    'the stream, which keeps changes for 24 hours, no longer has it',
  );
});
