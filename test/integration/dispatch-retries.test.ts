/**
 * What the stream delivers again because of a change in front of it: the function itself, called as Lambda does, with
 * the event bus and the dead-letter queue played by a server.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { createHash } from 'node:crypto';
import type { handler } from '../../functions/dispatch-changes';
import { AwsError, type AwsEndpoint, startAwsEndpoint } from '../../laptop/aws-endpoint';
import { createStreamsApi } from '../../laptop/dynamodb-stream/streams-api';
import { agent, createWorld, type World } from '../support/world';
import { arrive, createSyncPoint } from '../support/operations';

let world: World;
let aws: AwsEndpoint;
let dispatch: typeof handler;
const streams = new AbortController();

/** The bus takes no events of this sync point. */
let stuck: string | undefined;
let queueIsDown = false;
/** Sequence numbers of the changes in the dead-letter queue. */
let setAside: (string | undefined)[] = [];

beforeAll(async () => {
  world = await createWorld();
  aws = await startAwsEndpoint(
    [
      ({ target, body }) => {
        if (target === 'AWSEvents.PutEvents') {
          const refused = stuck !== undefined && JSON.stringify(body).includes(stuck);
          if (refused) throw new AwsError('InternalException', 500, 'The bus is away.');
          return { FailedEntryCount: 0, Entries: [] };
        }
        if (target !== 'AmazonSQS.SendMessage') return undefined;
        if (queueIsDown) throw new AwsError('InternalError', 500, 'The queue is away.');
        const text = String(body['MessageBody']);
        const { record } = JSON.parse(text) as { record: DynamoDBRecord };
        setAside.push(record.dynamodb?.SequenceNumber);
        return { MessageId: 'x', MD5OfMessageBody: createHash('md5').update(text).digest('hex') };
      },
    ],
    () => undefined,
  );
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: world.table.endpoint,
    TABLE_NAME: world.table.name,
    EVENT_BUS_NAME: 'bus',
    TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:topic',
    DISPATCH_DLQ_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/dead-letters',
    SCHEDULE_GROUP_NAME: 'group',
    SCHEDULE_TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:expire-deadline',
    REMINDER_TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:send-reminder',
    SCHEDULE_ROLE_ARN: 'arn:aws:iam::000000000000:role/schedules',
    SCHEDULE_DLQ_ARN: 'arn:aws:sqs:us-east-1:000000000000:dead-letters',
    ENDED_RETENTION_DAYS: '90',
    EVENT_RETENTION_DAYS: '90',
    MESSAGE_RETENTION_DAYS: '30',
    REMINDER_INTERVAL_SECONDS: '3600',
    REMINDER_LIMIT: '3',
    POWERTOOLS_METRICS_NAMESPACE: 'Muster',
    POWERTOOLS_SERVICE_NAME: 'Muster-test',
  });
  dispatch = (await import('../../functions/dispatch-changes')).handler;
});

beforeEach(() => {
  stuck = undefined;
  queueIsDown = false;
  setAside = [];
});

afterAll(async () => {
  streams.abort();
  await aws.stop();
});

/** The change that an arrival makes, as the stream has it. */
async function arrivalAt(id: string): Promise<DynamoDBRecord> {
  const { table, clock } = world;
  await createSyncPoint(
    { table, now: clock.now },
    agent('creator'),
    { id, name: id, participants: ['a', 'b'] },
    undefined,
  );
  await arrive({ table, now: clock.now, rosters: new Map() }, agent('a'), id, undefined);
  return changeOf(`SP#${id}`, 'PAGE#00', 'MODIFY');
}

/** The change of an agent that nothing can be read from. */
async function brokenChange(id: string): Promise<DynamoDBRecord> {
  const Item = { pk: `AGENT#${id}`, sk: 'AGENT', id, name: id, metadata: 'not JSON' };
  await world.table.client.send(new PutCommand({ TableName: world.table.name, Item }));
  return changeOf(Item.pk, Item.sk, 'INSERT');
}

async function changeOf(pk: string, sk: string, eventName: string): Promise<DynamoDBRecord> {
  const { Table } = await world.table.client.send(new DescribeTableCommand({ TableName: world.table.name }));
  const streamArn = Table?.LatestStreamArn ?? '';
  const api = createStreamsApi(world.table.endpoint, streams.signal);
  const [shard] = await api.describe(streamArn);
  const { records } = await api.records(await api.iterator(streamArn, shard?.ShardId ?? '', 'TRIM_HORIZON'));
  const found = records.find(
    ({ dynamodb, eventName: name }) =>
      dynamodb?.Keys?.['pk']?.S === pk && dynamodb.Keys['sk']?.S === sk && name === eventName,
  );
  if (!found) throw new Error(`The stream has no change of ${pk} ${sk}.`);
  return found;
}

/**
 * Calls the function with a batch; answers from which change on Lambda delivers again, and how many arrivals were
 * counted.
 */
async function deliver(...batch: readonly DynamoDBRecord[]): Promise<{ again: number; arrivals: number }> {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const failures = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  let answer;
  let lines;
  try {
    answer = (await dispatch({ Records: [...batch] })) as DynamoDBBatchResponse;
    lines = written.mock.calls.flatMap(([text]) => String(text).split('\n'));
  } finally {
    written.mockRestore();
    failures.mockRestore();
  }
  const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const counted = lines
    .filter((line) => line.includes('"Arrivals"'))
    .flatMap((line) => (JSON.parse(line) as { Arrivals: number | number[] }).Arrivals);
  const again = batch.findIndex(({ dynamodb }) => failed.includes(dynamodb?.SequenceNumber ?? ''));
  return { again: again < 0 ? batch.length : again, arrivals: counted.reduce((sum, count) => sum + count, 0) };
}

const numberOf = ({ dynamodb }: DynamoDBRecord): string | undefined => dynamodb?.SequenceNumber;

test('what comes again behind a change that is tried again is counted once and set aside once', async () => {
  const batch = [await arrivalAt('stuck-1'), await arrivalAt('fine-1'), await brokenChange('broken-1')] as const;

  stuck = 'stuck-1';
  expect(await deliver(...batch)).toEqual({ again: 0, arrivals: 0 });
  expect(await deliver(...batch)).toEqual({ again: 0, arrivals: 0 });
  expect(setAside).toEqual([]);

  stuck = undefined;
  expect(await deliver(...batch)).toEqual({ again: 3, arrivals: 2 });
  expect(setAside).toEqual([numberOf(batch[2])]);
});

test('what is in front of a change that is tried again is done with, and a hopeless one holds up nothing', async () => {
  const batch = [
    await arrivalAt('fine-2'),
    await brokenChange('broken-2'),
    await arrivalAt('stuck-2'),
    await arrivalAt('behind-2'),
  ] as const;

  stuck = 'stuck-2';
  expect(await deliver(...batch)).toEqual({ again: 2, arrivals: 1 });
  expect(setAside).toEqual([numberOf(batch[1])]);

  stuck = undefined;
  expect(await deliver(...batch.slice(2))).toEqual({ again: 2, arrivals: 2 });
  expect(setAside).toHaveLength(1);
});

test('a change that the queue does not take comes again, with all that is behind it', async () => {
  const batch = [await brokenChange('broken-3'), await arrivalAt('behind-3'), await brokenChange('broken-4')] as const;

  queueIsDown = true;
  expect(await deliver(...batch)).toEqual({ again: 0, arrivals: 0 });

  queueIsDown = false;
  expect(await deliver(...batch)).toEqual({ again: 3, arrivals: 1 });
  expect(setAside).toEqual([numberOf(batch[0]), numberOf(batch[2])]);
});
