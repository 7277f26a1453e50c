import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, type GetRecordsCommandOutput } from '@aws-sdk/client-dynamodb-streams';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import type { StreamPosition } from '../../cli/admin/dead-letter-content';
import { readStreamRecords } from '../../cli/admin/stream-records';
import { type AwsEndpoint, type AwsRequest, startAwsEndpoint } from '../../laptop/aws-endpoint';
import { createDynamoDbService } from '../../laptop/dynamodb-service';
import { createStreamsApi } from '../../laptop/dynamodb-stream/streams-api';
import { createTestTable, type TestTable } from '../support/test-table';

const GONE = 'the stream no longer has it; it keeps changes for 24 hours';
const NOT_REACHED = 'the stream did not return all of its records this time; try again';

let table: TestTable;
let endpoint: AwsEndpoint;
let client: DynamoDBStreamsClient;
const streams = new AbortController();

beforeAll(async () => {
  table = await createTestTable();
  // As on a laptop, where DynamoDB Local is reached by way of the AWS endpoint.
  const service = createDynamoDbService(table.endpoint, () => undefined);
  endpoint = await startAwsEndpoint([(request) => service(inSmallAnswers(request))], () => undefined);
  client = new DynamoDBStreamsClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

/** AWS ends an answer after 1 MB, DynamoDB Local never does; here one has two changes at most. */
const inSmallAnswers = (request: AwsRequest): AwsRequest =>
  request.target?.endsWith('.GetRecords') === true ? { ...request, body: { ...request.body, Limit: 2 } } : request;

beforeEach(async () => {
  table = await createTestTable();
});

afterAll(async () => {
  streams.abort();
  client.destroy();
  await endpoint.stop();
});

const put = async (Item: Record<string, unknown>): Promise<void> => {
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
};

/** Where the changes of the table are, and these as they are on the wire, which is as Lambda hands them over. */
async function changes() {
  const { Table } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  const streamArn = Table?.LatestStreamArn ?? '';
  const api = createStreamsApi(table.endpoint, streams.signal);
  const [{ ShardId: shardId } = { ShardId: '' }] = await api.describe(streamArn);
  const records: DynamoDBRecord[] = [];
  let iterator: string | undefined = await api.iterator(streamArn, shardId, 'TRIM_HORIZON');
  for (let found = 1; found > 0 && iterator !== undefined;) {
    const page: Awaited<ReturnType<typeof api.records>> = await api.records(iterator);
    records.push(...page.records);
    found = page.records.length;
    iterator = page.next;
  }
  const numberOf = (index: number): string => records.at(index)?.dynamodb?.SequenceNumber ?? '';
  const position = (first: number, last: number, batchSize: number): StreamPosition => ({
    streamArn,
    shardId,
    startSequenceNumber: numberOf(first),
    endSequenceNumber: numberOf(last),
    batchSize,
  });
  return { records, position };
}

const asSent = async (place: StreamPosition): Promise<unknown> =>
  JSON.parse(JSON.stringify(await readStreamRecords(client, place)));

describe('changes at a place in the stream', () => {
  test('come as Lambda would hand them over, with every type of value', async () => {
    const item = (step: number) => ({
      pk: 'SP#a',
      sk: 'HEADER',
      step,
      trace: Uint8Array.from([0, 127, 255]),
      empty: {},
      list: [{}, Uint8Array.from([1]), null, true],
      nested: { bytes: Uint8Array.from([2]), text: 'ä' },
    });
    for (const step of [1, 2, 3]) await put(item(step));

    const { records, position } = await changes();

    expect(records).toHaveLength(3);
    expect(records[1]?.dynamodb?.NewImage?.['trace']).toEqual({ B: 'AH//' });
    expect(await asSent(position(1, 1, 1))).toEqual([records[1]]);
    expect(await asSent(position(0, 2, 3))).toEqual(records);
  });

  test('all come, also where the stream has items between them that are not dispatched, and those are left out', async () => {
    for (const step of [1, 2, 3]) {
      await put({ pk: 'SP#a', sk: 'HEADER', step });
      await put({ pk: 'EVENTS#SP#a', sk: `EVENT#${step}` });
      await put({ pk: 'SP#b', sk: 'PAGE#00', step });
      await put({ pk: 'MEMBER#a', sk: `SP#${step}#a` });
    }
    const { records, position } = await changes();

    // Only the headers were in the batch; the pages went through another lane and are next to them in the shard.
    const found = await asSent(position(0, 8, 3));

    expect(records).toHaveLength(12);
    expect(found).toEqual([0, 2, 4, 6, 8].map((index) => records[index]));
  });

  test('all come, also where they are more than one answer of the stream holds', async () => {
    for (const step of [1, 2, 3, 4, 5]) await put({ pk: 'SP#a', sk: 'HEADER', step });
    const { records, position } = await changes();

    expect(records).toHaveLength(5);
    expect(await asSent(position(0, 4, 5))).toEqual(records);
  });

  test('are said to be gone when the stream no longer has them', async () => {
    await put({ pk: 'SP#a', sk: 'HEADER' });
    const place = (await changes()).position(0, 0, 1);
    const streamArn = place.streamArn.replace(table.name, 'gone');

    await expect(readStreamRecords(client, { ...place, streamArn })).rejects.toThrow(GONE);
  });
});

describe('a shard', () => {
  const place: StreamPosition = {
    streamArn: 'stream',
    shardId: 'shard',
    startSequenceNumber: '99',
    endSequenceNumber: '101',
    batchSize: 2,
  };
  const header = (sequenceNumber: string) => ({
    dynamodb: { SequenceNumber: sequenceNumber, Keys: { pk: { S: 'SP#a' }, sk: { S: 'HEADER' } } },
  });

  type Page = Partial<GetRecordsCommandOutput>;
  /** Answers these pages, and the last one for ever unless it has no iterator. */
  function shard(...pages: readonly Page[]): DynamoDBStreamsClient {
    let count = 0;
    const send = ({ constructor: { name } }: object): Promise<object> =>
      Promise.resolve(
        name === 'GetShardIteratorCommand'
          ? { ShardIterator: '0' }
          : (pages[Math.min(count++, pages.length - 1)] ?? {}),
      );
    return { send } as unknown as DynamoDBStreamsClient;
  }
  const page = (...numbers: readonly string[]): Page => ({ Records: numbers.map(header), NextShardIterator: 'next' });
  const last = (...numbers: readonly string[]): Page => ({ Records: numbers.map(header) });
  const numbersIn = async (...pages: readonly Page[]): Promise<unknown[]> =>
    (await readStreamRecords(shard(...pages), place)).map(({ dynamodb }) => dynamodb?.SequenceNumber);

  test('is read on over empty answers, up to the end of the place and no further', async () => {
    expect(await numbersIn(page(), page('99'), page(), page(), page('100', '101', '102'))).toEqual([
      '99',
      '100',
      '101',
    ]);
    expect(await numbersIn(last('99', '100', '101'))).toEqual(['99', '100', '101']);
  });

  test.each([
    ['that is closed ends before', [page('99'), last('100')], GONE],
    ['that is open has nothing more before', [page('99', '100'), page()], NOT_REACHED],
    ['has lost the beginning of', [page('100', '101')], GONE],
  ])('%s the place, so the change is not taken as done', async (_case, pages, message) => {
    await expect(readStreamRecords(shard(...pages), place)).rejects.toThrow(message);
  });
});
