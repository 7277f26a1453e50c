/**
 * The thundering herd: everyone arrives at once at the laptop stack, and the time until the last inbox holds the
 * ending. The stack keeps its table in memory, and is a new one for each run. Inboxes are looked into in the table
 * itself, so that looking takes nothing from the stack.
 */
import { mapConcurrently } from '../../lib/common/concurrency';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { inboxPartition, MESSAGE_SORT_KEY_PREFIX } from '../../lib/table/keys';
import { type Table } from '../../lib/table/table';
import { expectStatus, httpClient } from '../http';
import { startLaptopStack } from '../laptop-stack';
import { pollUntil } from '../poll';
import { type Spread, spreadOf } from '../statistics';

export interface HerdResult {
  readonly participants: number;
  /** HTTP connections of the client, which all have a request under way as long as there are any. */
  readonly connections: number;
  /** From the first request to the answer of the last arrival. */
  readonly allArrivedMs: Spread;
  /** From the first request until every inbox looked into holds the ending. */
  readonly allToldMs: Spread;
  readonly inboxesLookedInto: number;
}

const MAX_CONNECTIONS = 256;
/** Every inbox up to here; of more participants as many, evenly spread, so some of every publish to 500. */
const MAX_INBOXES = 1_000;
const LOOKS_IN_FLIGHT = 4;
const LIMIT_MS = 600_000;

interface Run {
  readonly allArrivedMs: number;
  readonly allToldMs: number;
}

export async function measureHerds(quick: boolean): Promise<HerdResult[]> {
  const results: HerdResult[] = [];
  for (const [participants, times] of quick
    ? [[10, 1] as const]
    : ([
        [10, 3],
        [100, 3],
        [1_000, 3],
        [10_000, 1],
      ] as const)) {
    const runs: Run[] = [];
    for (let time = 0; time < times; time++) runs.push(await run(participants));
    results.push({
      participants,
      connections: Math.min(participants, MAX_CONNECTIONS),
      allArrivedMs: spreadOf(
        runs.map(({ allArrivedMs }) => allArrivedMs),
        0,
      ),
      allToldMs: spreadOf(
        runs.map(({ allToldMs }) => allToldMs),
        0,
      ),
      inboxesLookedInto: Math.min(participants, MAX_INBOXES),
    });
  }
  return results;
}

async function run(count: number): Promise<Run> {
  const stack = await startLaptopStack();
  const client = httpClient(stack.url, Math.min(count, MAX_CONNECTIONS));
  try {
    await warmUp(stack);
    const participants = await stack.newParticipants(count);
    const created = expectStatus(
      await client.send('POST', '/v1/sync-points', stack.adminToken, {
        name: 'herd',
        participants: participants.map(({ id }) => id),
      }),
      201,
    );
    const { id } = JSON.parse(created.text) as { id: string };
    const lookedInto = participants.filter((_, index) => index % Math.ceil(count / MAX_INBOXES) === 0);
    // The creation has to be over with before the herd comes.
    await mapConcurrently(lookedInto, LOOKS_IN_FLIGHT, (one) => untilMessages(stack.table, one.id, 1));

    const startedAt = performance.now();
    const path = `/v1/sync-points/${id}/arrivals`;
    await Promise.all(participants.map(async ({ token }) => expectStatus(await client.send('POST', path, token), 201)));
    const allArrivedMs = performance.now() - startedAt;
    await mapConcurrently(lookedInto, LOOKS_IN_FLIGHT, (one) => untilMessages(stack.table, one.id, 2));
    return { allArrivedMs, allToldMs: performance.now() - startedAt };
  } finally {
    client.close();
    await stack.stop();
  }
}

/** A stack that has just started runs code for the first time. */
async function warmUp(stack: Awaited<ReturnType<typeof startLaptopStack>>): Promise<void> {
  const client = httpClient(stack.url, 10);
  const participants = await stack.newParticipants(10);
  const input = { name: 'warm-up', participants: participants.map(({ id }) => id) };
  const created = expectStatus(await client.send('POST', '/v1/sync-points', stack.adminToken, input), 201);
  const { id } = JSON.parse(created.text) as { id: string };
  await Promise.all(
    participants.map(async ({ token }) =>
      expectStatus(await client.send('POST', `/v1/sync-points/${id}/arrivals`, token), 201),
    ),
  );
  await Promise.all(participants.map((one) => untilMessages(stack.table, one.id, 2)));
  client.close();
}

async function untilMessages(table: Table, agentId: string, count: number): Promise<void> {
  await pollUntil(async () => {
    const { Count = 0 } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': inboxPartition(agentId), ':prefix': MESSAGE_SORT_KEY_PREFIX },
        ConsistentRead: true,
        Select: 'COUNT',
      }),
    );
    return Count >= count;
  }, LIMIT_MS);
}
