import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { tokenItem } from '../../lib/agents/store';
import { hashToken, newToken } from '../../lib/agents/token';
import { batchWrite, documentClient } from '../../lib/table/table';
import { type Store, startStore } from '../../laptop/store';
import { connect } from '../../laptop/table-access';
import {
  type ArrivalAnswer,
  countBy,
  type CreatedSyncPoint,
  type EventView,
  HttpClient,
  idsOf,
  IN_FLIGHT,
  inFlight,
  messageTypes,
  pollUntil,
  type SyncPointView,
} from '../support/http-client';
import { type RunningMuster, runMuster } from '../support/start-muster';

const COUNT = 10_000;
/** Inboxes that are looked into; all of them would be as many requests as the arrivals. */
const SAMPLE = 400;
const PATIENT = { limitMs: 240_000, everyMs: 1_000 };
const LIMIT_MS = 480_000;

let dynamoDb: Store;
let muster: RunningMuster;
let operator: HttpClient;
let agents: HttpClient[];

beforeAll(async () => {
  dynamoDb = await startStore();
  muster = await runMuster({ environment: { DYNAMODB_ENDPOINT: dynamoDb.endpoint } });
  operator = new HttpClient(muster.url, 'muster:operator', muster.adminToken);
  agents = await writeTokens(COUNT);
}, 120_000);

afterAll(async () => {
  await muster.stop();
  await dynamoDb.stop();
});

/**
 * Tokens straight into the table. Registering ten thousand agents takes minutes by itself, and what that shows, a
 * thousand show as well (herd.test.ts); so these are agents that have tokens and are not registered.
 */
async function writeTokens(count: number): Promise<HttpClient[]> {
  const client = connect(dynamoDb.endpoint);
  const { TableNames: [name = ''] = [] } = await client.send(new ListTablesCommand({}));
  const run = randomBytes(4).toString('hex');
  const clients = Array.from(
    { length: count },
    (_, index) => new HttpClient(muster.url, `herd-${run}-${index}`, newToken()),
  );
  await batchWrite(
    { client: documentClient(client), name },
    clients.map(({ id, token }) => ({
      put: tokenItem(hashToken(token ?? ''), { agentId: id, role: 'agent', tokenId: 'first' }),
    })),
  );
  client.destroy();
  return clients;
}

test(
  '10,000 participants: completed once, every arrival has its event, every inbox holds creation and ending once',
  async () => {
    const created = await operator.post<CreatedSyncPoint>('/v1/sync-points', {
      name: 'herd of 10,000',
      participants: idsOf(agents),
    });
    expect([created.status, created.body.warnings?.length]).toEqual([201, COUNT]);
    const { id } = created.body;
    const path = `/v1/sync-points/${id}`;
    const arrivals = await inFlight(IN_FLIGHT, agents, (agent) => agent.post<ArrivalAnswer>(`${path}/arrivals`, {}));

    expect(countBy(arrivals, (answer) => `${answer.status} repeated: ${answer.body.repeated}`)).toEqual({
      '201 repeated: false': COUNT,
    });
    expect(arrivals.some(({ body }) => body.status === 'completed')).toBe(true);
    const ended = (await operator.get<SyncPointView>(path)).body;
    const lastAt = arrivals
      .map(({ body }) => body.arrivedAt)
      .sort()
      .at(-1);
    expect(ended).toMatchObject({ status: 'completed', completedAt: lastAt, endedBy: 'system' });
    expect(new Set(ended.arrivedParticipants)).toEqual(new Set(idsOf(agents)));

    // Delivered in groups of 500: the sample takes from every one of them.
    const sample = agents.filter((_, index) => index % (COUNT / SAMPLE) === 0);
    const told = await inFlight(IN_FLIGHT, sample, (agent) => messageTypes(agent, id, 2, PATIENT));
    expect(countBy(told, (types) => types.join())).toEqual({ 'SYNC_POINT_NOTIFICATION,SYNC_POINT_COMPLETED': SAMPLE });

    const events = await pollUntil(
      () => operator.all<EventView>(`${path}/events`),
      (found) => found.length >= COUNT + 2,
      PATIENT,
    );
    expect(countBy(events, ({ type }) => type)).toEqual({
      SYNC_POINT_CREATED: 1,
      AGENT_ARRIVED: COUNT,
      SYNC_POINT_COMPLETED: 1,
    });
    expect(new Set(events.map(({ agentId }) => agentId)).size).toBe(COUNT + 2);
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['SYNC_POINT_CREATED', 'SYNC_POINT_COMPLETED']);
  },
  LIMIT_MS,
);
