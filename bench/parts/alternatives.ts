/**
 * Other ways to keep a barrier in the same store: write units and throughput of arrivals, everyone at one sync point at
 * once. All are bare requests through the same client, so what differs is the way of storing alone.
 */
import { mapConcurrently } from '../../lib/common/concurrency';
import { PutCommand, TransactWriteCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { pageIndexOf, splitRoster, SYNC_POINT_PAGE } from '../../lib/rosters/page';
import { newPageItem, outcomeParams, UNREPORTED } from '../../lib/rosters/page-writes';
import { pageKey } from '../../lib/table/keys';
import { batchWrite, type Item, type Table } from '../../lib/table/table';
import { startStore } from '../../laptop/store';
import { createMeteredTable, type MeteredTable } from '../../test/support/metered-table';
import { newIds } from '../ids';
import { round, type Spread, spreadOf } from '../statistics';

export const DESIGNS = ['pages', 'list', 'set', 'transaction', 'counter'] as const;
type Design = (typeof DESIGNS)[number];

export interface AlternativeResult {
  readonly design: Design;
  readonly participants: number;
  readonly requestsPerArrival: number;
  /** On average over all arrivals. */
  readonly writeUnitsPerArrival: number;
  readonly perSecond: Spread;
  /** Of `pages` at the same size in the same round. */
  readonly throughputRatio: Spread;
}

const IN_FLIGHT = 32;
/** Small sync points are repeated until there are as many arrivals. */
const ARRIVALS = 200;

/**
 * What a barrier needs before anyone arrives, and one arrival. Write units of transactions count twice, as DynamoDB
 * bills them.
 */
interface Barrier {
  readonly items: Item[];
  readonly transactional?: boolean;
  arrive(agentId: string): Promise<unknown>;
}

type NewBarrier = (table: Table, participants: readonly string[]) => Barrier;

const update = (table: Table, key: Item, params: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<unknown> =>
  table.client.send(new UpdateCommand({ ReturnValues: 'ALL_NEW', ...params, TableName: table.name, Key: key }));

const designs: Record<Design, NewBarrier> = {
  pages: (table, participants) => {
    const id = randomUUID();
    const { shape, pages } = splitRoster(participants, SYNC_POINT_PAGE);
    const rule = { quorum: null, endWhen: 'decided', creatorDecides: false } as const;
    const terms = { deadlineMs: null, totalSteps: null };
    return {
      items: pages.map((page, index) => ({
        ...pageKey('SP', id, index),
        ...newPageItem({ participants: page, rule, terms }, shape),
      })),
      arrive: (agentId) => {
        const nowMs = Date.now();
        const arrival = { agentId, outcome: 'arrived', atMs: nowMs, detailed: false } as const;
        return update(
          table,
          { ...pageKey('SP', id, pageIndexOf(agentId, shape)) },
          outcomeParams({ ...arrival, known: UNREPORTED, overall: false }, nowMs),
        );
      },
    };
  },
  // One item; who has arrived is appended to a list.
  list: (table, participants) => {
    const key = { pk: `LIST#${randomUUID()}`, sk: 'BARRIER' };
    return {
      items: [{ ...key, participants: [...participants], arrived: [] }],
      arrive: (agentId) =>
        update(table, key, {
          UpdateExpression: 'SET arrived = list_append(arrived, :one)',
          ConditionExpression: 'contains(participants, :agent) AND NOT contains(arrived, :agent)',
          ExpressionAttributeValues: { ':agent': agentId, ':one': [agentId] },
        }),
    };
  },
  // One item; who has arrived is added to a set.
  set: (table, participants) => {
    const key = { pk: `SET#${randomUUID()}`, sk: 'BARRIER' };
    return {
      items: [{ ...key, participants: new Set(participants) }],
      arrive: (agentId) =>
        update(table, key, {
          UpdateExpression: 'ADD arrived :one',
          ConditionExpression: 'contains(participants, :agent) AND NOT contains(arrived, :agent)',
          ExpressionAttributeValues: { ':agent': agentId, ':one': new Set([agentId]) },
        }),
    };
  },
  // An item per arrival and a counter, in one transaction.
  transaction: (table, participants) => {
    const pk = `TRANSACTION#${randomUUID()}`;
    return {
      transactional: true,
      items: [{ pk, sk: 'BARRIER', remaining: participants.length }],
      arrive: (agentId) =>
        table.client.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Put: {
                  TableName: table.name,
                  Item: { pk, sk: `ARRIVAL#${agentId}`, at: Date.now() },
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              },
              {
                Update: {
                  TableName: table.name,
                  Key: { pk, sk: 'BARRIER' },
                  UpdateExpression: 'ADD remaining :less',
                  ExpressionAttributeValues: { ':less': -1 },
                },
              },
            ],
          }),
        ),
    };
  },
  // An item per arrival, then the counter: who dies in between has arrived and is never counted.
  counter: (table, participants) => {
    const pk = `COUNTER#${randomUUID()}`;
    return {
      items: [{ pk, sk: 'BARRIER', remaining: participants.length }],
      arrive: async (agentId) => {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { pk, sk: `ARRIVAL#${agentId}`, at: Date.now() },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        await update(
          table,
          { pk, sk: 'BARRIER' },
          { UpdateExpression: 'ADD remaining :less', ExpressionAttributeValues: { ':less': -1 } },
        );
      },
    };
  },
};

interface Run {
  readonly perSecond: number;
  readonly requests: number;
  readonly writeUnits: number;
}

export async function measureAlternatives(quick: boolean): Promise<AlternativeResult[]> {
  const results: AlternativeResult[] = [];
  for (const participants of quick ? [20] : [20, 200, 1_000]) {
    const rounds: Map<Design, Run>[] = [];
    // DynamoDB Local takes minutes for a list of 1,000 that is written 1,000 times.
    for (let number = 0; number < (quick || participants === 1_000 ? 1 : 3); number++) {
      rounds.push(await measureRound(participants, quick ? 40 : ARRIVALS, number));
    }
    for (const design of DESIGNS) {
      const runs = rounds.map((round) => runOf(round, design));
      results.push({
        design,
        participants,
        requestsPerArrival: runs[0]?.requests ?? 0,
        writeUnitsPerArrival: runs[0]?.writeUnits ?? 0,
        perSecond: spreadOf(
          runs.map(({ perSecond }) => perSecond),
          0,
        ),
        throughputRatio: spreadOf(
          rounds.map((round) => runOf(round, design).perSecond / runOf(round, 'pages').perSecond),
        ),
      });
    }
  }
  return results;
}

function runOf(round: ReadonlyMap<Design, Run>, design: Design): Run {
  const run = round.get(design);
  if (!run) throw new Error(`'${design}' was not measured.`);
  return run;
}

async function measureRound(participants: number, arrivals: number, number: number): Promise<Map<Design, Run>> {
  const dynamoDb = await startStore();
  try {
    const table = await createMeteredTable(dynamoDb.endpoint);
    for (const design of DESIGNS) await measure(table, designs[design], 20, 100);
    const runs = new Map<Design, Run>();
    for (let turn = 0; turn < DESIGNS.length; turn++) {
      const design = DESIGNS[(turn + number) % DESIGNS.length] ?? 'pages';
      runs.set(design, await measure(table, designs[design], participants, arrivals));
    }
    return runs;
  } finally {
    await dynamoDb.stop();
  }
}

async function measure(
  table: MeteredTable,
  newBarrier: NewBarrier,
  participants: number,
  arrivals: number,
): Promise<Run> {
  const rosters = Array.from({ length: Math.ceil(arrivals / participants) }, () => newIds(participants));
  const barriers = rosters.map((roster) => ({ roster, barrier: newBarrier(table, roster) }));
  await batchWrite(
    table,
    barriers.flatMap(({ barrier }) => barrier.items.map((item) => ({ put: item }))),
  );
  table.meter.reset();
  const startedAt = performance.now();
  for (const { roster, barrier } of barriers) {
    await mapConcurrently(roster, IN_FLIGHT, (agentId) => barrier.arrive(agentId));
  }
  const elapsedMs = performance.now() - startedAt;
  const count = rosters.flat().length;
  const requests = [...table.meter.requests.values()].reduce((sum, times) => sum + times, 0);
  const factor = barriers[0]?.barrier.transactional === true ? 2 : 1;
  return {
    perSecond: (count / elapsedMs) * 1_000,
    requests: round(requests / count),
    writeUnits: round((table.meter.writeUnits * factor) / count),
  };
}
