import { CreateTableCommand, DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startStore } from '../store';
import { type StreamSource, startStreamSource } from '../dynamodb-stream/stream-source';
import { parsePattern } from '../lambda/event-pattern';
import { type Queues, startQueues } from '../queues/queues';
import type { StreamSourceModel } from '../template/source-model';
import { eventually } from './eventually';

const DEAD = { name: 'dead', arn: 'arn:aws:sqs:us-east-1:000000000000:dead', attributes: {} };
const dynamoDb = startStore();
const queuesStarting = startQueues([DEAD], []);
let client: DynamoDBClient;
let queues: Queues;
let tableName: string;
let streamArn: string;
let directory: string;
let sources: StreamSource[];
let tables = 0;

beforeEach(async () => {
  queues = await queuesStarting;
  client = new DynamoDBClient({
    endpoint: (await dynamoDb).endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  tableName = `table-${++tables}`;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  streamArn = Table?.LatestStreamArn ?? '';
  directory = mkdtempSync(path.join(tmpdir(), 'muster-stream-'));
  sources = [];
});

afterEach(async () => {
  await Promise.all(sources.map((source) => source.stop(0)));
  client.destroy();
  rmSync(directory, { recursive: true });
});

afterAll(async () => {
  await queues.stop();
  await (await dynamoDb).stop();
});

async function start(
  handle: (records: readonly DynamoDBRecord[]) => unknown,
  changes: Partial<StreamSourceModel> = {},
  isDelivered: () => boolean = () => true,
): Promise<StreamSource> {
  const source = startStreamSource({
    source: {
      id: 'source',
      functionName: 'dispatch',
      tableName,
      startingPosition: 'TRIM_HORIZON',
      filters: [],
      batchSize: 100,
      lanes: 10,
      bisectOnError: true,
      reportsItemFailures: true,
      maxRetries: 1,
      maxRecordAgeMs: 86_400_000,
      failureDestinationArn: DEAD.arn,
      ...changes,
    },
    endpoint: (await dynamoDb).endpoint,
    streamArn,
    checkpointFile: checkpointFile(),
    functions: {
      has: () => true,
      invoke: async (_name, event) => await handle((event as { Records: DynamoDBRecord[] }).Records),
    },
    queues,
    isDelivered: () => Promise.resolve(isDelivered()),
    warn: () => undefined,
  });
  sources.push(source);
  return source;
}

const checkpointFile = (): string => path.join(directory, 'checkpoint.json');
const savedCheckpoint = (): string => readFileSync(checkpointFile(), 'utf8');

async function put(pk: string, sk = 'HEADER', more: object = {}): Promise<void> {
  await client.send(new PutItemCommand({ TableName: tableName, Item: { pk: { S: pk }, sk: { S: sk }, ...more } }));
}

const keyOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.Keys?.['pk']?.S ?? '';
const sequenceOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';

describe('the event source of a stream', () => {
  test('delivers the records that match the filter in the format of Lambda', async () => {
    const seen: DynamoDBRecord[] = [];
    await start((records) => void seen.push(...records), {
      filters: [parsePattern({ dynamodb: { Keys: { sk: { S: [{ prefix: 'HEADER' }] } } } })],
    });
    await put('a', 'ROSTER');
    await put('b', 'HEADER', { map: { M: {} }, bytes: { B: new Uint8Array([1, 2]) }, count: { N: '1' } });
    await eventually(() => {
      expect(seen).toHaveLength(1);
    });
    expect(seen[0]).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventSourceARN: streamArn,
      awsRegion: 'us-east-1',
      dynamodb: {
        Keys: { pk: { S: 'b' }, sk: { S: 'HEADER' } },
        // DynamoDB Local leaves out the type of an empty map.
        NewImage: { map: { M: {} }, bytes: { B: 'AQI=' }, count: { N: '1' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(typeof seen[0]?.dynamodb?.ApproximateCreationDateTime).toBe('number');
  });

  test('keeps the order of each partition key without holding up other keys', async () => {
    const seen = new Map<string, string[]>();
    await start(async (records) => {
      for (const record of records) {
        if (keyOf(record) === 'key-0') await new Promise((resolve) => setTimeout(resolve, 5));
        const key = keyOf(record);
        seen.set(key, [...(seen.get(key) ?? []), record.dynamodb?.NewImage?.['step']?.N ?? '']);
      }
    });
    for (let step = 0; step < 20; step += 1) {
      await Promise.all([0, 1, 2, 3].map((key) => put(`key-${key}`, 'HEADER', { step: { N: String(step) } })));
    }
    const inOrder = Array.from({ length: 20 }, (_, step) => String(step));
    await eventually(() => {
      expect([...seen.values()]).toEqual([inOrder, inOrder, inOrder, inOrder]);
    });
  });

  test('a poison record goes to the failure destination with its position, and no other record is lost', async () => {
    const seen: string[] = [];
    await start(
      (records) => {
        if (records.some((record) => keyOf(record) === 'poison')) throw new Error('poison');
        seen.push(...records.map(keyOf));
      },
      { lanes: 1 },
    );
    for (const key of ['a', 'poison', 'b', 'c']) await put(key);
    await eventually(() => {
      expect(seen).toEqual(['a', 'b', 'c']);
    });
    const [message] = await eventually(async () => {
      const found = await queues.peek('dead');
      expect(found).toHaveLength(1);
      return found;
    });
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      DDBStreamBatchInfo: { batchSize: 1, streamArn },
    });
  });

  test('a partial failure is retried from the lowest sequence number', async () => {
    const calls: string[] = [];
    await start(
      (records) => {
        calls.push(records.map(keyOf).join());
        const bad = calls.length <= 3 ? records.find((record) => keyOf(record) === 'b') : undefined;
        return { batchItemFailures: bad === undefined ? [] : [{ itemIdentifier: sequenceOf(bad) }] };
      },
      { lanes: 1, maxRetries: -1 },
    );
    for (const key of ['a', 'b', 'c']) await put(key);
    await eventually(() => {
      expect(calls.at(-1)).toMatch(/c$/);
    });
    expect(calls.filter((keys) => keys.includes('a'))).toHaveLength(1);
  });

  test('continues after its checkpoint, which it saves only after delivering every record', async () => {
    const first: DynamoDBRecord[] = [];
    let delivered = true;
    const before = await start(
      (records) => void first.push(...records),
      {},
      () => delivered,
    );
    await put('a');
    await eventually(() => {
      expect(first.map(keyOf)).toEqual(['a']);
      expect(savedCheckpoint()).toContain(first.map(sequenceOf).at(-1));
    });
    delivered = false;
    await put('b');
    await eventually(() => {
      expect(first.map(keyOf)).toEqual(['a', 'b']);
    });
    await before.stop(0);
    expect(savedCheckpoint()).toContain(first.map(sequenceOf)[0]);

    const again: DynamoDBRecord[] = [];
    delivered = true;
    const after = await start(
      (records) => void again.push(...records),
      {},
      () => delivered,
    );
    await eventually(() => {
      expect(again.map(keyOf)).toEqual(['b']);
      expect(savedCheckpoint()).toContain(again.map(sequenceOf).at(-1));
    });
    await after.stop(0);
  });

  test('a call that outlasts the stop is abandoned, and its records are redelivered', async () => {
    let called = false;
    const before = await start(() => {
      called = true;
      return new Promise(() => undefined);
    });
    await put('a');
    await eventually(() => {
      expect(called).toBe(true);
    });
    await before.stop(50);

    const again: DynamoDBRecord[] = [];
    await start((records) => void again.push(...records));
    await eventually(() => {
      expect(again.map(keyOf)).toEqual(['a']);
    });
  });

  test('a nudge makes the source read a change immediately', async () => {
    let seenAt = 0;
    const source = await start(() => {
      seenAt = performance.now();
    });
    await put('warm up');
    await eventually(() => {
      expect(seenAt).not.toBe(0);
    });
    seenAt = 0;
    await put('a');
    const putAt = performance.now();
    source.nudge();
    await eventually(() => {
      expect(seenAt).not.toBe(0);
    });
    // Without a nudge this takes up to 200 ms. The limit is generous for a busy machine.
    expect(seenAt - putAt).toBeLessThan(150);
  });
});
