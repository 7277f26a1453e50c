/**
 * In what the stores of this machine differ from DynamoDB and from each other, as far as it concerns us. The suite runs
 * on both; a test here fails when the store that it runs on has come to behave in another way, and with it what was
 * made for that may go. What no test can show at once: neither throttles, and DynamoDB Local doesn't name the service
 * in records of items that their time to live removed.
 */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { BatchGetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { dynamoDbHeaders } from '../../laptop/dynamodb-headers';
import type { StoreKind } from '../../laptop/store';
import { createTestTable, type TestTable } from '../support/test-table';

let table: TestTable;
let store: StoreKind;
let streamArn: string;

beforeEach(async () => {
  table = await createTestTable();
  store = table.isDynamoDbLocal ? 'dynamodb-local' : 'dynoxide';
  const { Table } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  streamArn = Table?.LatestStreamArn ?? '';
});

const put = async (pk: string, more: object = {}): Promise<void> => {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { pk, sk: 'x', ...more } }));
};

/** Without the SDK and without repairs. */
async function call(target: string, body: object, headers: Readonly<Record<string, string>> = dynamoDbHeaders(target)) {
  const response = await fetch(table.endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Shard {
  readonly ShardId: string;
}

interface RawRecord {
  readonly eventName: string;
  readonly awsRegion: string;
  readonly dynamodb: { readonly SequenceNumber: string; readonly NewImage?: Readonly<Record<string, unknown>> };
}

async function rawRecords(): Promise<readonly RawRecord[]> {
  const streams = 'DynamoDBStreams_20120810';
  const { body } = await call(`${streams}.DescribeStream`, { StreamArn: streamArn });
  const { Shards } = body['StreamDescription'] as { readonly Shards: readonly Shard[] };
  const records: RawRecord[] = [];
  for (const { ShardId } of Shards) {
    const position = { StreamArn: streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = (await call(`${streams}.GetShardIterator`, position)).body;
    const found = await call(`${streams}.GetRecords`, { ShardIterator });
    records.push(...(found.body['Records'] as readonly RawRecord[]));
  }
  return records;
}

test('the region in names and records is that of neither AWS nor us; what is made for one store looks at it', async () => {
  await put('a');
  const region = { dynoxide: 'dynoxide', 'dynamodb-local': 'ddblocal' }[store];
  expect(streamArn.split(':')[3]).toBe(region);
  expect((await rawRecords()).map(({ awsRegion }) => awsRegion)).toEqual([region]);
});

test('DynamoDB Local takes the type from an empty map in stream records (laptop/dynamodb-stream/empty-maps.ts)', async () => {
  await put('a', { map: {} });
  const [record] = await rawRecords();
  expect(record?.dynamodb.NewImage?.['map']).toEqual(table.isDynamoDbLocal ? {} : { M: {} });
});

test('DynamoDB Local counts a large item in a transaction as a small one; DynamoDB and Dynoxide by its size', async () => {
  const itemOf = (pk: string, bytes: number) => ({ pk: { S: pk }, sk: { S: 'x' }, data: { S: 'x'.repeat(bytes) } });
  const items = [itemOf('a', 10), itemOf('b', 10), itemOf('c', 1_100)];
  const { body } = await call('DynamoDB_20120810.TransactWriteItems', {
    ReturnConsumedCapacity: 'TOTAL',
    TransactItems: items.map((Item) => ({ Put: { TableName: table.name, Item } })),
  });
  const [consumed] = body['ConsumedCapacity'] as readonly { readonly CapacityUnits: number }[];
  expect(consumed?.CapacityUnits).toBe(table.isDynamoDbLocal ? 2 * 3 : 2 * (1 + 1 + 2));
});

test('DynamoDB Local counts nothing for an item that a BatchGetItem does not find; DynamoDB and Dynoxide half a unit', async () => {
  const { body } = await call('DynamoDB_20120810.BatchGetItem', {
    ReturnConsumedCapacity: 'TOTAL',
    RequestItems: { [table.name]: { Keys: [{ pk: { S: 'a' }, sk: { S: 'x' } }] } },
  });
  const consumed = body['ConsumedCapacity'] as readonly { readonly CapacityUnits: number }[];
  expect(consumed.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)).toBe(table.isDynamoDbLocal ? 0 : 0.5);
});

test('DynamoDB Local counts nothing for a Query that finds nothing; DynamoDB and Dynoxide one unit', async () => {
  const { body } = await call('DynamoDB_20120810.Query', {
    TableName: table.name,
    ReturnConsumedCapacity: 'TOTAL',
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'none' } },
  });
  const { CapacityUnits } = body['ConsumedCapacity'] as { readonly CapacityUnits: number };
  expect(CapacityUnits).toBe(table.isDynamoDbLocal ? 0 : 1);
});

test('the meter shows what DynamoDB would bill, on either store', async () => {
  table.meter.reset();
  const key = (pk: string) => ({ pk, sk: 'x' });
  const Items = [key('a'), { ...key('d'), data: 'x'.repeat(1_100) }];
  const puts = Items.map((Item) => ({ Put: { TableName: table.name, Item } }));
  await table.client.send(new TransactWriteCommand({ TransactItems: puts }));
  const Keys = [key('a'), key('b'), key('c')];
  await table.client.send(new BatchGetCommand({ RequestItems: { [table.name]: { Keys } } }));
  await table.client.send(new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }));
  expect([table.meter.writeUnits, table.meter.readUnits]).toEqual([2 + 4, 1.5 + 3]);
});

test('Dynoxide wants a date with the signature (laptop/dynamodb-headers.ts)', async () => {
  const target = 'DynamoDB_20120810.ListTables';
  const { 'x-amz-date': _, ...undated } = dynamoDbHeaders(target);
  expect((await call(target, {}, undated)).status).toBe(table.isDynamoDbLocal ? 200 : 400);
});

test('Dynoxide numbers the changes of a table one by one, which shows what was trimmed (stream-reader.ts)', async () => {
  for (const pk of ['a', 'b', 'c']) await put(pk);
  const numbers = (await rawRecords()).map(({ dynamodb }) => dynamodb.SequenceNumber);
  const long = expect.stringMatching(/^\d{21}$/);
  expect(numbers).toEqual(table.isDynamoDbLocal ? [long, long, long] : ['1', '2', '3']);
});

test('Dynoxide goes on with what it has where DynamoDB and DynamoDB Local refuse a place in the stream', async () => {
  await put('a');
  const streams = new DynamoDBStreamsClient({
    endpoint: table.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  streams.destroy();
  const { status } = await call('DynamoDBStreams_20120810.GetShardIterator', {
    StreamArn: streamArn,
    ShardId: StreamDescription?.Shards?.[0]?.ShardId,
    ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
    SequenceNumber: '1',
  });
  expect(status).toBe(table.isDynamoDbLocal ? 400 : 200);
});

test('Dynoxide makes a change of a write that changes nothing; DynamoDB and DynamoDB Local do not', async () => {
  await put('a', { value: 1 });
  await put('a', { value: 1 });
  const names = (await rawRecords()).map(({ eventName }) => eventName);
  expect(names).toEqual(table.isDynamoDbLocal ? ['INSERT'] : ['INSERT', 'MODIFY']);
});

test('Dynoxide gives the attributes of a map in any order, which DynamoDB leaves open; DynamoDB Local keeps one', async () => {
  await put('a', { map: { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 } });
  const read = { TableName: table.name, Key: { pk: { S: 'a' }, sk: { S: 'x' } } };
  const orders = new Set<string>();
  for (let time = 0; time < 20; time += 1) {
    const { Item } = (await call('DynamoDB_20120810.GetItem', read)).body as { Item: { map: { M: object } } };
    orders.add(Object.keys(Item.map.M).join());
  }
  expect(orders.size > 1).toBe(!table.isDynamoDbLocal);
});

test('neither refuses a transaction because of another one that is under way, as DynamoDB does', async () => {
  const add = () =>
    table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: table.name,
              Key: { pk: 'a', sk: 'x' },
              UpdateExpression: 'ADD times :one',
              ExpressionAttributeValues: { ':one': 1 },
            },
          },
        ],
      }),
    );
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, add));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
});

test('an expression with more than ASCII in its text, at which Dynoxide before 1.3.0 can crash, fails in every test', async () => {
  const update = new UpdateCommand({
    TableName: table.name,
    Key: { pk: 'ä', sk: 'x' },
    UpdateExpression: 'SET größe = :one',
    ExpressionAttributeValues: { ':one': 'ö' },
  });
  await expect(table.client.send(update)).rejects.toThrow(
    'UpdateExpression of UpdateItemCommand holds more than ASCII',
  );
  const inTransaction = new TransactWriteCommand({ TransactItems: [{ Update: update.input as never }] });
  await expect(table.client.send(inTransaction)).rejects.toThrow('holds more than ASCII');
});

test('Dynoxide tells an ending number of a shard that is open; in DynamoDB and DynamoDB Local only closed ones have it', async () => {
  await put('a');
  const { body } = await call('DynamoDBStreams_20120810.DescribeStream', { StreamArn: streamArn });
  const { Shards } = body['StreamDescription'] as {
    readonly Shards: readonly { readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string } }[];
  };
  const numbered = Shards.filter(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber !== undefined);
  expect(numbered).toHaveLength(store === 'dynoxide' ? 1 : 0);
});
