/**
 * Requests, write units and read units per operation, as Dynoxide reports them (ReturnConsumedCapacity), for ids of 36
 * characters and no metadata. DynamoDB Local won't do, which doesn't report of transactions what DynamoDB bills.
 */
import type { RosterCache } from '../../lib/rosters/service';
import type { Change } from '../../lib/dispatcher/change';
import type { Dispatcher } from '../../lib/dispatcher/dispatcher';
import { deliver } from '../../lib/messages/inbox-store';
import { mapConcurrently } from '../../lib/common/concurrency';
import { startStore } from '../../laptop/store';
import { createMeteredTable, type MeteredTable, openMeteredTable } from '../../test/support/metered-table';
import { dispatchInBatches } from '../../test/support/stream-batches';
import { streamReader } from '../../test/support/stream-changes';
import { asCaller, CREATOR, newIds } from '../ids';
import { round } from '../statistics';
import {
  arrive,
  createSyncPoint,
  createTracker,
  endSyncPoint,
  moveDeadline,
  readSyncPoint,
  reportProgress,
} from '../../test/support/operations';

/** Per operation, or per participant where it says so. */
interface Cost {
  readonly requests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

export interface UnitsAtSize {
  readonly participants: number;
  readonly operations: Readonly<Record<Operation, Cost>>;
  /** What follows from one whole sync point (created, everyone arrived without data), per participant. */
  readonly afterwards: Readonly<Record<'dispatcher' | 'inbox', Cost>>;
}

export const OPERATIONS = [
  'create',
  'arrive',
  'arrive with 100 bytes of data',
  'last arrival',
  'repeated arrival',
  'read',
  'move the deadline',
  'complete by hand',
  'cancel',
  'report a step',
  'report a step with 100 bytes of data',
  "creator's step",
] as const;
type Operation = (typeof OPERATIONS)[number];

const IN_FLIGHT = 32;
const DATA = 'x'.repeat(98);
/** Arrivals of a sync point that is not completed, and reports; those of the completed one are all counted. */
const SAMPLE = 200;
const now = Date.now;
const hoursAhead = (hours: number): string => new Date(now() + hours * 3_600_000).toISOString();

export async function measureUnits(quick: boolean): Promise<UnitsAtSize[]> {
  const results: UnitsAtSize[] = [];
  for (const participants of quick ? [2, 20] : [2, 20, 200, 1_000, 10_000]) {
    results.push(await atSize(participants));
  }
  return results;
}

async function atSize(count: number): Promise<UnitsAtSize> {
  const store = await startStore({ kind: 'dynoxide' });
  try {
    const table = await createMeteredTable(store.endpoint);
    const readChanges = await streamReader(table);
    const rosters: RosterCache = new Map();
    const participants = newIds(count);
    const create = async (ids = participants): Promise<string> =>
      (
        await createSyncPoint(
          { table, now },
          CREATOR,
          { name: 'bench', participants: ids, deadline: hoursAhead(1) },
          undefined,
        )
      ).syncPoint.id;
    const arriveAll = (id: string, agents: readonly string[], data?: string): Promise<unknown> =>
      mapConcurrently(agents, IN_FLIGHT, (agent) => arrive({ table, now, rosters }, asCaller(agent), id, data));
    const per = (times: number, work: () => Promise<unknown>): Promise<Cost> => costOf(table, times, work);

    let completed = '';
    const createCost = await per(1, async () => {
      completed = await create();
    });
    const last = participants.slice(-1);
    // Remembers the split of the roster, as a function that has met the sync point does.
    await arriveAll(completed, participants.slice(0, 1));
    const others = participants.slice(1, -1);
    const arriveCost = await per(Math.max(1, others.length), () => arriveAll(completed, others));
    const lastCost = await per(1, () => arriveAll(completed, last));
    const repeatedCost = await per(1, () => arriveAll(completed, participants.slice(0, 1)));
    const readCost = await per(1, () => readSyncPoint({ table, now }, CREATOR, completed));
    const afterwards = await costAfterwards(table, readChanges, count);

    const byHand = await create();
    const sample = participants.slice(1, 1 + Math.min(SAMPLE, count - 1));
    await arriveAll(byHand, participants.slice(0, 1));
    const dataCost = await per(sample.length, () => arriveAll(byHand, sample.slice(0, -1), DATA)).then((cost) =>
      scaled(cost, sample.length / Math.max(1, sample.length - 1)),
    );
    const moveCost = await per(1, () => moveDeadline({ table, now }, CREATOR, byHand, { deadline: hoursAhead(2) }));
    const completeCost = await per(1, () => endSyncPoint({ table, now }, CREATOR, byHand, { as: 'completed' }));
    const cancelled = await create();
    const cancelCost = await per(1, () => endSyncPoint({ table, now }, CREATOR, cancelled, { as: 'cancelled' }));
    // Of two participants the only arrival that isn't the last is the first.
    const pair = others.length === 0 ? await create() : undefined;
    const firstOfTwo = pair === undefined ? undefined : await per(1, () => arriveAll(pair, participants.slice(0, 1)));
    const pairWithData = sample.length < 2 ? await create() : undefined;
    const firstWithData =
      pairWithData === undefined
        ? undefined
        : await per(1, () => arriveAll(pairWithData, participants.slice(0, 1), DATA));

    const reports: RosterCache = new Map();
    const trackerInput = { name: 'bench', participants, totalSteps: 1_000 };
    const {
      progressTracker: { id: tracker },
    } = await createTracker({ table, now }, CREATOR, trackerInput, undefined);
    const report = (agents: readonly string[], step: number, data?: string): Promise<unknown> =>
      mapConcurrently(agents, IN_FLIGHT, (agent) =>
        reportProgress({ table, now, rosters: reports }, asCaller(agent), tracker, { step, data }),
      );
    const reporters = participants.slice(0, SAMPLE);
    await report(reporters.slice(0, 1), 1);
    const reportCost = await per(reporters.length, () => report(reporters, 2));
    const reportDataCost = await per(reporters.length, () => report(reporters, 3, DATA));
    // The first report learns that the creator is on the first page.
    await reportProgress({ table, now, rosters: reports }, CREATOR, tracker, { step: 1 });
    const creatorCost = await per(1, () =>
      reportProgress({ table, now, rosters: reports }, CREATOR, tracker, { step: 2 }),
    );

    return {
      participants: count,
      operations: {
        create: createCost,
        arrive: firstOfTwo ?? arriveCost,
        'arrive with 100 bytes of data': firstWithData ?? dataCost,
        'last arrival': lastCost,
        'repeated arrival': repeatedCost,
        read: readCost,
        'move the deadline': moveCost,
        'complete by hand': completeCost,
        cancel: cancelCost,
        'report a step': reportCost,
        'report a step with 100 bytes of data': reportDataCost,
        "creator's step": creatorCost,
      },
      afterwards,
    };
  } finally {
    await store.stop();
  }
}

async function costOf({ meter }: MeteredTable, times: number, work: () => Promise<unknown>): Promise<Cost> {
  meter.reset();
  await work();
  return perTime(meter, times);
}

function perTime(meter: MeteredTable['meter'], times: number): Cost {
  const requests = sum([...meter.requests.values()]);
  return {
    requests: round(requests / times, 3),
    writeUnits: round(meter.writeUnits / times, 3),
    readUnits: round(meter.readUnits / times, 3),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const scaled = (cost: Cost, factor: number): Cost => ({
  requests: round(cost.requests * factor),
  writeUnits: round(cost.writeUnits * factor),
  readUnits: round(cost.readUnits * factor),
});

/** Hands the changes to the dispatcher, and what it publishes to the inboxes, each with a meter of its own. */
async function costAfterwards(
  measured: MeteredTable,
  readChanges: () => Promise<Change[]>,
  participants: number,
): Promise<UnitsAtSize['afterwards']> {
  const table = openMeteredTable(measured);
  const inboxes = openMeteredTable(measured);
  const done = (): Promise<void> => Promise.resolve();
  const dispatcher: Dispatcher = {
    table,
    now,
    bus: done,
    publish: async (message) => {
      await mapConcurrently(message.recipients, IN_FLIGHT, (recipient) =>
        deliver(inboxes, message, recipient.id, 4_000_000_000),
      );
    },
    schedules: { set: done, remove: done },
    reminders: { intervalMs: 3_600_000, limit: 3 },
    retention: { endedDays: 90, eventDays: 90, messageDays: 30 },
  };
  for (let changes = await readChanges(); changes.length > 0; changes = await readChanges()) {
    await dispatchInBatches(dispatcher, changes);
  }
  return { dispatcher: perTime(table.meter, participants), inbox: perTime(inboxes.meter, participants) };
}
