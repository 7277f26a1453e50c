/**
 * Throughput, latency and CPU time of arrivals: the bare conditional UpdateItem through the SDK, the handler of the
 * bundled function in process, and the laptop stack over HTTP. Each has a process of its own; they take turns in short
 * batches, in another order each time, so that whatever else the machine does meets all of them. Ratios are within a
 * round.
 */
import { mapConcurrently } from '../../lib/common/concurrency';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../../infra/bundle-functions';
import { pageIndexOf, splitRoster, SYNC_POINT_PAGE } from '../../lib/rosters/page';
import { listEvents } from '../../lib/events/store';
import { type Table } from '../../lib/table/table';
import { startStore, STORE_KINDS, type StoreKind } from '../../laptop/store';
import { LOCAL_REGION } from '../../laptop/template/template';
import { createMeteredTable } from '../../test/support/metered-table';
import { pollUntil } from '../poll';
import { type Arrival, type ArrivalWorker, type BatchResult, startArrivalWorker } from '../arrival-workers';
import { CREATOR, newIds } from '../ids';
import { type LaptopStack, type Participant, startLaptopStack } from '../laptop-stack';
import { percentile, type Spread, spreadOf } from '../statistics';
import { createSyncPoint } from '../../test/support/operations';

const WAYS = ['sdk', 'handler', 'http'] as const;
type Way = (typeof WAYS)[number];

interface ArrivalsOfWay {
  /** With 32 in flight. */
  readonly perSecond: Spread;
  /** CPU time of the process that arrives. Of `http` it is the client's, which is not what is compared. */
  readonly cpuMs: Spread;
  /** One at a time. */
  readonly latencyMedianMs: Spread;
  readonly latencyP99Ms: Spread;
  /** Of the bare request in the same round. */
  readonly throughputRatio: Spread;
  readonly cpuRatio: Spread;
}

export interface ArrivalsResult {
  readonly store: StoreKind;
  readonly participants: number;
  readonly inFlight: number;
  readonly arrivalsPerRound: number;
  readonly ways: Partial<Record<Way, ArrivalsOfWay>>;
}

const IN_FLIGHT = 32;

interface Plan {
  readonly store: StoreKind;
  readonly participants: number;
  readonly ways: readonly Way[];
  readonly rounds: number;
  readonly warmUp: number;
  readonly batches: number;
  readonly batchSize: number;
  readonly oneByOne: number;
}

export async function measureArrivals(quick: boolean): Promise<ArrivalsResult[]> {
  const small = { participants: 20, ways: WAYS, batchSize: 150, oneByOne: 60 };
  const plans: Omit<Plan, 'store'>[] = quick
    ? [{ ...small, rounds: 1, warmUp: 100, batches: 1, batchSize: 100, oneByOne: 20 }]
    : [
        { ...small, rounds: 5, warmUp: 200, batches: 4 },
        { ...small, participants: 1_000, ways: ['sdk', 'handler'], rounds: 3, warmUp: 200, batches: 4 },
      ];
  const results: ArrivalsResult[] = [];
  for (const plan of plans) {
    for (const store of STORE_KINDS) results.push(await measure({ ...plan, store }));
  }
  return results;
}

interface Round {
  readonly way: Way;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly latencyMedianMs: number;
  readonly latencyP99Ms: number;
}

async function measure(plan: Plan): Promise<ArrivalsResult> {
  const rounds: Map<Way, Round>[] = [];
  for (let number = 0; number < plan.rounds; number++) rounds.push(await measureRound(plan, number));
  const ways: Partial<Record<Way, ArrivalsOfWay>> = {};
  for (const way of plan.ways) {
    const of = (valueOf: (round: Round) => number, digits?: number): Spread =>
      spreadOf(
        rounds.map((round) => valueOf(roundOf(round, way))),
        digits,
      );
    const ratio = (valueOf: (round: Round) => number): Spread =>
      spreadOf(rounds.map((round) => valueOf(roundOf(round, way)) / valueOf(roundOf(round, 'sdk'))));
    ways[way] = {
      perSecond: of(({ perSecond }) => perSecond, 0),
      cpuMs: of(({ cpuMs }) => cpuMs),
      latencyMedianMs: of(({ latencyMedianMs }) => latencyMedianMs, 1),
      latencyP99Ms: of(({ latencyP99Ms }) => latencyP99Ms, 1),
      throughputRatio: ratio(({ perSecond }) => perSecond),
      cpuRatio: ratio(({ cpuMs }) => cpuMs),
    };
  }
  const { store, participants, batches, batchSize } = plan;
  return { store, participants, inFlight: IN_FLIGHT, arrivalsPerRound: batches * batchSize, ways };
}

function roundOf(rounds: ReadonlyMap<Way, Round>, way: Way): Round {
  const round = rounds.get(way);
  if (!round) throw new Error(`'${way}' was not measured.`);
  return round;
}

/** A new store each round: DynamoDB Local slows down with the stream records it holds. */
async function measureRound(plan: Plan, number: number): Promise<Map<Way, Round>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'muster-bench-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    const store = await startStore({ kind: plan.store });
    stops.push(() => store.stop());
    const table = await createMeteredTable(store.endpoint);
    const stack = plan.ways.includes('http') ? await startLaptopStack({ store: plan.store }) : null;
    if (stack) stops.push(() => stack.stop());
    await bundle([{ in: 'functions/serve-sync-points.ts', out: 'handler' }], directory);
    const environment = {
      AWS_ENDPOINT_URL_DYNAMODB: store.endpoint,
      AWS_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      TABLE_NAME: table.name,
    };
    const needed = plan.warmUp + plan.batches * plan.batchSize + plan.oneByOne;
    const lanes: Lane[] = [];
    for (const way of plan.ways) {
      const overHttp = way === 'http' ? stack : null;
      const worker = await startArrivalWorker(
        way === 'sdk'
          ? { way, tableName: table.name }
          : way === 'handler'
            ? { way, bundlePath: path.join(directory, 'handler.mjs') }
            : { way, url: stack?.url ?? '' },
        environment,
      );
      stops.push(() => worker.stop());
      const arrivals = overHttp
        ? await arrivalsOverHttp(overHttp, plan.participants, needed)
        : await createArrivals(table, plan.participants, needed);
      lanes.push({ way, worker, arrivals, stack: overHttp, logged: new Map(), results: [] });
    }
    return await takeTurns(plan, lanes, number);
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Lane {
  readonly way: Way;
  readonly worker: ArrivalWorker;
  readonly arrivals: Arrival[];
  readonly stack: LaptopStack | null;
  /** Events that the log of a sync point will hold. */
  readonly logged: Map<string, number>;
  readonly results: BatchResult[];
}

/** The event of the creation. */
const CREATED = 1;

async function takeTurns(plan: Plan, lanes: readonly Lane[], number: number): Promise<Map<Way, Round>> {
  const runNext = async (lane: Lane, count: number, inFlight: number): Promise<BatchResult> => {
    const arrivals = lane.arrivals.splice(0, count);
    const result = await lane.worker.run({ arrivals, inFlight });
    if (lane.stack) {
      // What follows from arrivals would else go on during another way's turn.
      for (const { syncPointId } of arrivals) {
        lane.logged.set(syncPointId, (lane.logged.get(syncPointId) ?? CREATED) + 1);
      }
      await untilLogged(lane.stack, new Map(arrivals.map(({ syncPointId: id }) => [id, lane.logged.get(id) ?? 0])));
    }
    return result;
  };
  for (const lane of lanes) await runNext(lane, plan.warmUp, IN_FLIGHT);
  for (let batch = 0; batch < plan.batches; batch++) {
    for (const lane of rotated(lanes, number + batch)) {
      lane.results.push(await runNext(lane, plan.batchSize, IN_FLIGHT));
    }
  }
  const rounds = new Map<Way, Round>();
  for (const lane of rotated(lanes, number)) {
    const { latenciesMs } = await runNext(lane, plan.oneByOne, 1);
    const total = (valueOf: (result: BatchResult) => number): number =>
      lane.results.reduce((sum, result) => sum + valueOf(result), 0);
    const arrivals = plan.batches * plan.batchSize;
    rounds.set(lane.way, {
      way: lane.way,
      perSecond: (arrivals / total(({ elapsedMs }) => elapsedMs)) * 1_000,
      cpuMs: total(({ cpuMs }) => cpuMs) / arrivals,
      latencyMedianMs: percentile(latenciesMs, 0.5),
      latencyP99Ms: percentile(latenciesMs, 0.99),
    });
  }
  return rounds;
}

const rotated = <Item>(items: readonly Item[], by: number): Item[] =>
  items.map((_, index) => items[(index + by) % items.length] as Item);

/** All participants of as many sync points as it takes, those of one after another. */
async function createArrivals(table: Table, participants: number, needed: number): Promise<Arrival[]> {
  const rosters = Array.from({ length: Math.ceil(needed / participants) }, () => newIds(participants));
  const created = await mapConcurrently(rosters, 8, async (roster) => {
    const input = { name: 'bench', participants: roster };
    const {
      syncPoint: { id },
    } = await createSyncPoint({ table, now: Date.now }, CREATOR, input, undefined);
    const { shape } = splitRoster(roster, SYNC_POINT_PAGE);
    return roster.map((agentId) => ({ syncPointId: id, agentId, pageIndex: pageIndexOf(agentId, shape) }));
  });
  return created.flat();
}

/** The same participants at every sync point, so that the stack knows their tokens, as it does those of busy agents. */
async function arrivalsOverHttp(stack: LaptopStack, count: number, needed: number): Promise<Arrival[]> {
  const participants: Participant[] = await stack.newParticipants(count);
  const numbers = Array.from({ length: Math.ceil(needed / count) }, (_, index) => index);
  const created = await mapConcurrently(numbers, 8, async () => {
    const input = { name: 'bench', participants: participants.map(({ id }) => id) };
    const {
      syncPoint: { id },
    } = await createSyncPoint({ table: stack.table, now: Date.now }, CREATOR, input, undefined);
    return participants.map((participant) => ({
      syncPointId: id,
      agentId: participant.id,
      pageIndex: 0,
      token: participant.token,
    }));
  });
  const arrivals = created.flat();
  await untilLogged(stack, new Map(arrivals.map(({ syncPointId }) => [syncPointId, 1])));
  return arrivals;
}

/** Until the log of each sync point holds as many events. */
async function untilLogged({ table }: LaptopStack, expected: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, count] of expected) {
    await pollUntil(
      async () => (await listEvents(table, { kind: 'SP', id, createdAtMs: 0 }, { limit: 100 })).items.length >= count,
    );
  }
}
