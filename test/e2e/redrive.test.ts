/**
 * What can't be done is set aside and done later, by `muster admin` with AWS credentials. Needs those of the stack: see
 * test/support/aws-access.ts.
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsAccess, musterAdmin, stageUnderTest } from '../support/aws-access';
import {
  admin,
  agents,
  type CreatedSyncPoint,
  type EventView,
  freshId,
  type HttpClient,
  idsOf,
  type InboxItem,
  pollUntil,
} from '../support/http-client';

const stackName = `Muster-${stageUnderTest()}`;
let outputs: ReadonlyMap<string, string>;
let dynamoDb: DynamoDBClient;
let items: DynamoDBDocumentClient;
let sqs: SQSClient;

const output = (name: string): string => {
  const value = outputs.get(name);
  if (value === undefined) throw new Error(`The stack ${stackName} has no output ${name}.`);
  return value;
};

beforeAll(async () => {
  const access = awsAccess();
  dynamoDb = new DynamoDBClient(access);
  items = DynamoDBDocumentClient.from(dynamoDb);
  sqs = new SQSClient({ ...access, useQueueUrlAsEndpoint: false });
  const cloudFormation = new CloudFormationClient(access);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
  outputs = new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  cloudFormation.destroy();
});

afterAll(() => {
  dynamoDb.destroy();
  sqs.destroy();
});

const createSyncPoint = async (creator: HttpClient, participants: readonly HttpClient[]): Promise<string> => {
  const answer = await creator.post<CreatedSyncPoint>('/v1/sync-points', {
    name: 'meeting',
    participants: idsOf(participants),
  });
  expect(answer.status).toBe(201);
  return answer.body.id;
};

const arriveAll = async (id: string, participants: readonly HttpClient[]): Promise<void> => {
  for (const participant of participants) {
    expect((await participant.post(`/v1/sync-points/${id}/arrivals`)).status).toBe(201);
  }
};

const eventsOf = (client: HttpClient, id: string): Promise<EventView[]> => client.all(`/v1/sync-points/${id}/events`);
const inboxOf = async (client: HttpClient, id: string): Promise<InboxItem[]> =>
  (await client.all<InboxItem>('/v1/inbox')).filter(({ content }) => content['syncPointId'] === id);
const typesOf = (inbox: readonly InboxItem[]): string[] => inbox.map(({ content }) => content.type);

/** Lines of the output that are about one of these, in columns. */
const linesAbout = (out: string, ...subjects: readonly string[]): string[][] =>
  out
    .split('\n')
    .map((line) => line.split('  '))
    .filter((columns) => subjects.some((subject) => columns[4]?.includes(subject)));

/** What a hand that writes past the API can do to an agent; in a list of agents it would be met by other tests too. */
const damage = async ({ id }: HttpClient): Promise<void> => {
  const TableName = output('TableName');
  await items.send(new DeleteCommand({ TableName, Key: { pk: 'AGENTS', sk: id } }));
  await setMetadata(id, 'not JSON');
};

const mend = async ({ id }: HttpClient): Promise<void> => {
  await setMetadata(id, '{}');
  await items.send(new PutCommand({ TableName: output('TableName'), Item: { pk: 'AGENTS', sk: id } }));
};

const setMetadata = async (agentId: string, metadata: string): Promise<void> => {
  await items.send(
    new UpdateCommand({
      TableName: output('TableName'),
      Key: { pk: `AGENT#${agentId}`, sk: 'AGENT' },
      UpdateExpression: 'SET metadata = :metadata',
      ExpressionAttributeValues: { ':metadata': metadata },
    }),
  );
};

test('a change that cannot be dispatched is set aside with its content, holds up nothing, and is done once it can be', async () => {
  const [damaged, sound, one, two] = await agents(['damaged', 'sound', 'one', 'two']);
  const participants = [one, two];
  await damage(damaged);
  const poisoned = await createSyncPoint(damaged, participants);
  const other = await createSyncPoint(sound, participants);
  await arriveAll(poisoned, participants);
  await arriveAll(other, participants);

  // The other sync point goes on, and so does what can be done for the first.
  const complete = ['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_COMPLETED'];
  const undisturbed = await pollUntil(
    () => inboxOf(one, other),
    (inbox) => inbox.length === complete.length,
  );
  expect(typesOf(undisturbed)).toEqual(complete);
  const eventTypes = ['SYNC_POINT_CREATED', 'AGENT_ARRIVED', 'AGENT_ARRIVED', 'SYNC_POINT_COMPLETED'];
  const logged = await pollUntil(
    () => eventsOf(sound, other),
    (events) => events.length === eventTypes.length,
  );
  expect(logged.map(({ type }) => type)).toEqual(eventTypes);
  expect(await inboxOf(one, poisoned)).toEqual([]);

  // The agent's own change, the creation and the ending wait, each with what is in its way.
  const shown = await pollUntil(
    () => musterAdmin('redrive', '--queue', 'dispatch', '--dry-run'),
    ({ out }) => linesAbout(out, poisoned, damaged.id).length === 3,
    { everyMs: 500, limitMs: 60_000 },
  );
  const about = linesAbout(shown.out, poisoned, damaged.id);
  expect(about.map(([word, queue, , , subject]) => [word, queue, subject])).toEqual([
    ['waits', 'dispatch', `AGENT#${damaged.id} AGENT`],
    ['waits', 'dispatch', `SP#${poisoned} HEADER`],
    ['waits', 'dispatch', `SP#${poisoned} HEADER`],
  ]);
  for (const columns of about) expect(columns[5]).toMatch(/^SyntaxError: .*JSON/);
  expect(shown.code).toBe(0);

  // Too early, it stays, and says why.
  const tooEarly = await musterAdmin('redrive', '--queue', 'dispatch');
  expect(linesAbout(tooEarly.out, poisoned, damaged.id).map(([word]) => word)).toEqual(['left', 'left', 'left']);
  expect(tooEarly.code).toBe(1);
  expect(tooEarly.err).toMatch(/^0 redriven, \d+ left\.\nmuster: The dead letters that are left stay in their queues/);
  expect(await inboxOf(one, poisoned)).toEqual([]);

  // Mended, it is as if nothing had happened. Only the change to what it can't read can never be read.
  await mend(damaged);
  const redriven = await musterAdmin('redrive', '--queue', 'dispatch');
  expect(linesAbout(redriven.out, poisoned).map(([word]) => word)).toEqual(['redriven', 'redriven']);
  const [[word, , messageId = '']] = linesAbout(redriven.out, damaged.id) as [string[]];
  expect({ word, code: redriven.code }).toEqual({ word: 'left', code: 1 });
  for (const participant of participants) {
    const inbox = await pollUntil(
      () => inboxOf(participant, poisoned),
      (received) => received.length === complete.length,
    );
    expect(typesOf(inbox)).toEqual(complete);
    expect(inbox.map(({ sender }) => sender.id)).toEqual([damaged.id, 'system']);
  }
  expect(typesOf(await inboxOf(damaged, poisoned))).toEqual(['SYNC_POINT_COMPLETED']);
  const events = await eventsOf(damaged, poisoned);
  expect(events.map(({ type }) => type)).toEqual(eventTypes);
  const listed = await one.all<{ id: string }>('/v1/sync-points?role=participant');
  expect(listed.map(({ id }) => id).sort()).toEqual([other, poisoned].sort());

  // What is of no use to anybody can be thrown away.
  const discarded = await musterAdmin('redrive', '--discard', messageId);
  expect(discarded).toMatchObject({ code: 0, err: '1 discarded.\n' });
  const after = await musterAdmin('redrive', '--queue', 'dispatch', '--dry-run');
  expect(linesAbout(after.out, poisoned, damaged.id)).toEqual([]);
});

/** Follows the stream from now on, and answers where in it the first change of an item is. */
async function watchStream(): Promise<(pk: string, sk: string) => Promise<Record<string, unknown>>> {
  const streams = new DynamoDBStreamsClient(awsAccess());
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: output('TableName') }));
  const streamArn = Table?.LatestStreamArn ?? '';
  const shards: Shard[] = [];
  let start: string | undefined;
  do {
    const { StreamDescription } = await streams.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ...(start && { ExclusiveStartShardId: start }) }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    start = StreamDescription?.LastEvaluatedShardId;
  } while (start !== undefined);
  const iterators = new Map<string, string>();
  for (const { ShardId = '' } of shards) {
    const request = { StreamArn: streamArn, ShardId, ShardIteratorType: 'LATEST' } as const;
    iterators.set(ShardId, (await streams.send(new GetShardIteratorCommand(request))).ShardIterator ?? '');
  }
  const lookFor = async (pk: string, sk: string): Promise<Record<string, unknown> | undefined> => {
    for (const [shardId, ShardIterator] of iterators) {
      const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }));
      if (NextShardIterator === undefined) iterators.delete(shardId);
      else iterators.set(shardId, NextShardIterator);
      const record = Records.find(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S === pk && dynamodb.Keys['sk']?.S === sk);
      const at = record?.dynamodb?.SequenceNumber;
      if (at === undefined) continue;
      return { streamArn, shardId, startSequenceNumber: at, endSequenceNumber: at, batchSize: 1 };
    }
    return undefined;
  };
  return async (pk, sk) => {
    const found = await pollUntil(
      () => lookFor(pk, sk),
      (position) => position !== undefined,
    );
    streams.destroy();
    return found ?? {};
  };
}

describe('other dead letters', () => {
  test('a change of which only the place in the stream is known is read from there, and dispatched', async () => {
    const [creator, one, two] = await agents(['creator', 'one', 'two']);
    const positionOf = await watchStream();
    const id = await createSyncPoint(creator, [one, two]);
    const [logged] = await pollUntil(
      () => eventsOf(creator, id),
      ({ length }) => length === 1,
    );
    const TableName = output('TableName');
    const { Items } = await items.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `EVENTS#SP#${id}` },
      }),
    );
    const [{ pk, sk }] = Items as [Record<string, unknown>];
    await items.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    expect(await eventsOf(creator, id)).toEqual([]);
    const position = await positionOf(`SP#${id}`, 'HEADER');
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: output('DispatchDeadLettersUrl'),
        MessageBody: JSON.stringify({ requestContext: {}, DDBStreamBatchInfo: position }),
      }),
    );

    const { code, out } = await musterAdmin('redrive', '--queue', 'dispatch');

    const about = linesAbout(out, String(position['startSequenceNumber']));
    expect(about.map(([word, queue]) => [word, queue])).toEqual([['redriven', 'dispatch']]);
    expect(code).toBe(0);
    expect(await eventsOf(creator, id)).toEqual([logged]);
  });

  test.each(['subscription', 'inbox'] as const)('a message in the %s queue gets into its inbox', async (queue) => {
    const [recipient] = await agents(['recipient']);
    const message = {
      id: '019ca93c-cab9-74f2-ae85-9ae997c2f4e7',
      sender: { id: 'sender', name: 'Sender' },
      recipients: [{ id: recipient.id, name: 'Recipient' }],
      timestamp: new Date().toISOString(),
      priority: 'LOW',
      requiresAcknowledgment: false,
      content: { type: 'GREETING' },
    };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: output(queue === 'inbox' ? 'InboxDeadLettersUrl' : 'SubscriptionDeadLettersUrl'),
        MessageBody: JSON.stringify({ specversion: '1.0', id: message.id, data: message }),
        MessageAttributes: {
          type: { DataType: 'String', StringValue: 'GREETING' },
          ...(queue === 'subscription' && { ErrorMessage: { DataType: 'String', StringValue: 'The queue is gone.' } }),
        },
      }),
    );

    const shown = await musterAdmin('redrive', '--queue', queue, '--dry-run');
    const reason = queue === 'subscription' ? 'The queue is gone.' : 'not stored in the inboxes';
    expect(linesAbout(shown.out, 'GREETING').map((columns) => columns[5])).toEqual([reason]);

    const { code, out } = await musterAdmin('redrive', '--queue', queue);

    expect(linesAbout(out, 'GREETING').map(([word, from]) => [word, from])).toEqual([['redriven', queue]]);
    expect(code).toBe(0);
    const inbox = await pollUntil(
      () => recipient.all<InboxItem>('/v1/inbox'),
      ({ length }) => length > 0,
    );
    expect(inbox).toMatchObject([{ id: message.id, content: { type: 'GREETING' } }]);
  });

  test('a reminder that Scheduler could not hand over is sent, one that failed too, and one that cannot be stays', async () => {
    const [sender, recipient] = await agents(['sender', 'recipient']);
    const body = { recipients: [recipient.id], content: { type: 'QUESTION' }, requiresAcknowledgment: true };
    const sent = await sender.post<{ id: string }>('/v1/messages', body);
    const messageId = sent.body.id;
    await pollUntil(
      () => recipient.all<InboxItem>('/v1/inbox'),
      ({ length }) => length === 1,
    );
    const reminder = (number: number) => ({
      kind: 'REMINDER',
      messageId,
      source: { kind: 'MESSAGE', id: messageId },
      number,
    });
    const functionName = `${stackName}-send-reminder`;
    const QueueUrl = output('DeadlineDeadLettersUrl');
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const broken = freshId('broken');
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: JSON.stringify(reminder(1)),
        MessageAttributes: { TARGET_ARN: text(functionName), ERROR_CODE: text('AccessDenied') },
      }),
    );
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: JSON.stringify({
          requestContext: { functionArn: `${functionName}:$LATEST` },
          requestPayload: reminder(2),
        }),
      }),
    );
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ requestContext: {}, [broken]: 1 }) }),
    );

    const first = await musterAdmin('redrive', '--queue', 'deadline');

    expect(linesAbout(first.out, messageId).map(([word]) => word)).toEqual(['redriven', 'redriven']);
    const left = linesAbout(first.out, 'neither a failed call');
    expect(left).toHaveLength(1);
    expect(first.code).toBe(1);
    await pollUntil(
      () => recipient.all<InboxItem>('/v1/inbox'),
      ([item]) => item?.reminder === 2,
    );
    const second = await musterAdmin('redrive', '--discard', left[0]?.[2] ?? '');
    expect(second.code).toBe(0);
  });
});

test('events of the past are put on the bus again, those asked for', async () => {
  const [creator, one, two] = await agents(['creator', 'one', 'two']);
  const since = new Date().toISOString();
  const id = await createSyncPoint(creator, [one, two]);
  await arriveAll(id, [one, two]);
  const events = await pollUntil(
    () => eventsOf(creator, id),
    ({ length }) => length === 4,
  );
  const inFeed = await pollUntil(
    () => admin().all<EventView>(`/v1/events?relatedId=${id}`),
    ({ length }) => length === 4,
  );
  const line = ({ id: eventId, timestamp, type }: EventView): string => `${eventId}  ${timestamp}  ${type}  ${id}\n`;

  const all = await musterAdmin('replay-events', '--related-id', id);
  const some = await musterAdmin(
    'replay-events',
    '--since',
    since,
    '--type',
    'AGENT_ARRIVED',
    'SYNC_POINT_CREATED',
    '--dry-run',
  );
  const before = await musterAdmin('replay-events', '--related-id', id, '--until', since);

  expect(inFeed).toEqual(events);
  expect(all).toEqual({ code: 0, out: events.map(line).join(''), err: '4 events replayed.\n' });
  // Events of other tests that run at the same time may stand among them.
  expect(some.out.split(/(?<=\n)/).filter((printed) => printed.endsWith(`  ${id}\n`))).toEqual(
    events.slice(0, 3).map(line),
  );
  expect(some.out).not.toContain('SYNC_POINT_COMPLETED');
  expect(some.err).toMatch(/^\d+ events would be replayed\.\n$/);
  expect(before).toEqual({ code: 0, out: '', err: '0 events replayed.\n' });
});
