import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import {
  agents,
  type ArrivalAnswer,
  type CreatedSyncPoint,
  type CreatedTracker,
  daysAhead,
  type EventView,
  eventsUpTo,
  type HttpClient,
  type InboxItem,
  messagesAbout,
  messageTypes,
  pollUntil,
  stackUrl,
  type SyncPointView,
} from '../support/http-client';
import { type Cdk, deploy, synth } from './cdk';
import { emulatorSetting } from './emulator-setting';
import { apiUrlByPath } from './ministack';

const DAY_SECONDS = 24 * 3_600;
/** Stage dev keeps them for 30. */
const NEW_MESSAGE_RETENTION_DAYS = 20;

const dynamoDb = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** Days from the sending of the newest message of an inbox to its removal. */
async function retentionDaysOfNewest(agentId: string, message: InboxItem | undefined): Promise<number> {
  const { Items = [] } = await dynamoDb.send(
    new QueryCommand({
      TableName: emulatorSetting('MUSTER_TABLE'),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': `INBOX#${agentId}`, ':sk': 'MESSAGE#' },
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  const expiresAtSeconds = Number(Items[0]?.['expiresAtSeconds']);
  return Math.round((expiresAtSeconds - Date.parse(message?.timestamp ?? '') / 1_000) / DAY_SECONDS);
}

test('a redeploy with another setting keeps everything, and what was under way goes on', async () => {
  const [creator, one, two] = await agents(['creator', 'one', 'two']);
  const participants = [one.id, two.id];
  const create = async (name: string): Promise<string> => {
    const body = { name, participants, deadline: daysAhead(1), metadata: { of: 'the first deployment' } };
    return `/v1/sync-points/${(await creator.post<CreatedSyncPoint>('/v1/sync-points', body)).body.id}`;
  };
  const waiting = await create('under way');
  const first = await one.post<ArrivalAnswer>(`${waiting}/arrivals`, { data: { built: [1, 2] } });
  const ended = await create('over');
  for (const agent of [one, two]) await agent.post(`${ended}/arrivals`, { data: agent.id });
  const tracker = await creator.post<CreatedTracker>('/v1/progress-trackers', {
    name: 'steps',
    totalSteps: 9,
    participants,
  });
  const trackerPath = `/v1/progress-trackers/${tracker.body.id}`;
  await two.post(`${trackerPath}/progress`, { step: 4, data: 'four' });
  const idOf = (path: string): string => path.split('/').at(-1) ?? '';
  for (const agent of [one, two]) {
    await messageTypes(agent, idOf(waiting), 1);
    await messageTypes(agent, idOf(ended), 2);
    await messageTypes(agent, tracker.body.id, 1);
  }
  await pollUntil(
    () => creator.all<EventView>(`${waiting}/events`),
    (events) => events.length === 2,
  );
  await eventsUpTo(creator, ended, 'SYNC_POINT_COMPLETED');
  await eventsUpTo(creator, trackerPath, 'PROGRESS_UPDATED');
  const [acknowledged] = await messagesAbout(one, idOf(waiting));
  expect((await one.post(`/v1/inbox/${acknowledged?.id ?? ''}/ack`)).status).toBe(200);

  const everything = async (): Promise<unknown> => ({
    single: await Promise.all([waiting, ended, trackerPath, '/v1/me'].map(async (path) => (await two.get(path)).body)),
    lists: await Promise.all(
      [
        ...['arrivals', 'events'].flatMap((list) => [`${waiting}/${list}`, `${ended}/${list}`]),
        ...['reports', 'events'].map((list) => `${trackerPath}/${list}`),
        ...['/v1/sync-points', '/v1/progress-trackers', '/v1/inbox'],
      ].map((path) => two.all(path)),
    ),
    inbox: await one.all('/v1/inbox'),
  });
  const before = await everything();

  const cdk: Cdk = { env: process.env, directory: emulatorSetting('MUSTER_EMULATOR'), ownGroup: false };
  const outputs = await deploy(cdk, await synth(cdk, { messageRetentionDays: NEW_MESSAGE_RETENTION_DAYS }));

  expect(apiUrlByPath(emulatorSetting('AWS_ENDPOINT_URL'), outputs.ApiUrl)).toBe(stackUrl());
  expect(await everything()).toEqual(before);

  const again = await one.post<ArrivalAnswer>(`${waiting}/arrivals`, { data: { built: [1, 2] } });
  expect([again.status, again.body]).toEqual([200, { ...first.body, repeated: true }]);
  const last = await two.post<ArrivalAnswer>(`${waiting}/arrivals`);
  expect([last.status, last.body.status]).toEqual([201, 'completed']);
  expect((await creator.get<SyncPointView>(waiting)).body.arrivedParticipants).toEqual(participants);
  const told = async (agent: HttpClient): Promise<string[]> => messageTypes(agent, idOf(waiting), 2);
  expect(await told(one)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_COMPLETED']);
  expect(await told(two)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_COMPLETED']);
  expect((await eventsUpTo(creator, waiting, 'SYNC_POINT_COMPLETED')).map(({ type }) => type)).toEqual([
    'SYNC_POINT_CREATED',
    'AGENT_ARRIVED',
    'AGENT_ARRIVED',
    'SYNC_POINT_COMPLETED',
  ]);
  const newest = (await messagesAbout(two, idOf(waiting))).at(-1);
  expect(await retentionDaysOfNewest(two.id, newest)).toBe(NEW_MESSAGE_RETENTION_DAYS);
});
