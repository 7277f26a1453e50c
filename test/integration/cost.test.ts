import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type MeasuredWork, PARTICIPANTS } from '../../bench/cost/cost';
import measured from '../../bench/cost/measured.json' with { type: 'json' };
import { readInbox } from '../../lib/messages/inbox';
import { sendReminder } from '../../lib/dispatcher/reminders';
import type { RosterCache } from '../../lib/rosters/service';
import type { Roster } from '../../lib/rosters/roster';
import { isDispatched } from '../../lib/table/keys';
import type { Item } from '../../lib/table/table';
import { mapConcurrently } from '../../lib/common/concurrency';
import { inScope } from '../../lib/common/scope';
import { traceOfRequest } from '../../lib/common/trace';
import { putAgentForTest } from '../support/agents';
import { itemSize } from '../support/item-size';
import { sized } from '../support/size';
import { sendThroughTheRealPublishers } from '../support/real-publishers';
import { openMeteredTable } from '../support/metered-table';
import { scanAll, type TestTable } from '../support/test-table';
import { agent, createWorld, uuidLikeIds, type World } from '../support/world';
import {
  arrive,
  createSyncPoint,
  createTracker,
  endSyncPoint,
  endTracker,
  failAt,
  loadSyncPoint,
  loadTracker,
  reportProgress,
} from '../support/operations';

/** DynamoDB bills this for each item besides its size. */
const STORAGE_OVERHEAD_BYTES = 100;

/** The work of which docs/operations.md says what it costs. */
async function measure(): Promise<MeasuredWork> {
  const world = await createWorld();
  const { table, clock } = world;
  const [creator = '', ...participants] = uuidLikeIds(PARTICIPANTS + 1);
  for (const id of [creator, ...participants]) await putAgentForTest(world, id, `Agent ${id}`);
  await world.dispatchAll();
  const before = await scanAll(table);
  const sent = sendThroughTheRealPublishers(world);
  table.meter.reset();

  let requests = 0;
  const request = (act: () => Promise<unknown>) => {
    requests++;
    clock.advance(1_000);
    return inScope({ trace: traceOfRequest(undefined), fields: {} }, act);
  };
  const rosters: RosterCache = new Map();
  const input = { id: participants[0] ?? '', name: 'Release 1.4', participants, deadline: '2026-03-01T12:30:00.000Z' };
  await request(() => createSyncPoint({ table, now: clock.now }, agent(creator), input, undefined));
  const changes = await world.dispatchAll();
  for (const id of participants) {
    await request(() => arrive({ table, now: clock.now, rosters }, agent(id), input.id, undefined));
    changes.push(...(await world.dispatchAll()));
  }
  for (const id of [creator, ...participants]) {
    await request(() => readInbox({ table, now: clock.now }, id, { unacknowledged: false }));
  }
  for (const { payload } of world.reminders) await sendReminder(world.dispatcher, payload);

  const known = new Set(before.map(({ pk, sk }) => `${String(pk)} ${String(sk)}`));
  const stored = (await scanAll(table)).filter(({ pk, sk }) => !known.has(`${String(pk)} ${String(sk)}`));
  await removeByTimeToLive(world.table, stored);
  changes.push(...(await world.dispatchAll()));

  return {
    requests,
    writeUnits: table.meter.writeUnits,
    readUnits: table.meter.readUnits,
    changes: changes.filter(isDispatched).length,
    busEntries: sent.entries.length,
    publishes: sent.publishes.length,
    schedulesFired: world.reminders.length,
    storedBytes: stored.reduce((sum, item) => sum + itemSize(item) + STORAGE_OVERHEAD_BYTES, 0),
  };
}

/** What DynamoDB does itself when the time has come, without write units; what follows from it takes some. */
async function removeByTimeToLive(table: TestTable, items: readonly Item[]): Promise<void> {
  const unmetered = openMeteredTable(table);
  const dispatched = items.filter(({ sk }) => isDispatched({ sk: String(sk), after: null }));
  for (const { pk, sk } of dispatched) {
    await unmetered.client.send(new DeleteCommand({ TableName: table.name, Key: { pk, sk } }));
  }
}

/** To take over a change: `WRITE_MEASURED=1 npx jest … cost`, then `npm run cost` into docs/operations.md. */
test('a sync point takes the capacity, calls and storage from which its cost is computed', async () => {
  const work = await measure();
  if (process.env['WRITE_MEASURED'] === '1') {
    writeFileSync('bench/cost/measured.json', `${JSON.stringify(work, null, 2)}\n`);
  }

  expect(work).toEqual(process.env['WRITE_MEASURED'] === '1' ? work : measured);
});

const ONE = '1 of 1';

describe.each([2, 20, 100, 1_000])('with %i participants with ids of 36 characters', (count) => {
  const participants = uuidLikeIds(count);
  const deadline = '2026-03-02T12:00:00.000Z';
  let world: World;
  let rosters: RosterCache;

  beforeAll(async () => {
    world = await createWorld();
    rosters = new Map();
  });

  /** As a request does it: with the trace that it stores. */
  const request = <Answer>(act: () => Promise<Answer>): Promise<Answer> =>
    inScope({ trace: traceOfRequest(undefined), fields: {} }, act);

  /** Those on the fullest page, where a write costs most. */
  function fullestPage(roster: Roster | null): string[] {
    const pages = roster?.pages.map(({ entries }) => [...entries.keys()]) ?? [];
    return pages.reduce((fullest, page) => (page.length > fullest.length ? page : fullest), []);
  }

  /** Of each, the write units and the writes: the units of a write that is refused are not counted. */
  async function unitsOfEach(agentIds: readonly string[], act: (agentId: string) => Promise<unknown>) {
    const units: string[] = [];
    for (const agentId of agentIds) {
      world.clock.advance(1_000);
      world.table.meter.reset();
      await request(() => act(agentId));
      const { writeUnits, requests } = world.table.meter;
      units.push(`${writeUnits} of ${requests.get('UpdateItemCommand') ?? 0}`);
    }
    return units;
  }

  async function newSyncPoint(id: string, rule: { quorum?: number; endWhen?: 'everyone' }) {
    await request(() => createSyncPoint(world, agent('creator'), { id, name: 'm', participants, deadline, ...rule }));
    const roster = await loadSyncPoint(world.table, id);
    if (!roster) throw new Error('it was created');
    const { pageCount, salt, rule: known, terms } = { ...roster.header, ...roster.pages[0] };
    rosters.set(id, { pageCount, salt, rule: known, terms });
    return fullestPage(roster);
  }

  test.each([
    ['arrival', {}],
    ['arrival', { quorum: count }],
    ['failure', { endWhen: 'everyone' }],
    ['failure', { quorum: 1 }],
  ] as const)('an %s costs one write unit on the fullest page: %j', async (kind, rule) => {
    const id = `${kind}-${Object.keys(rule).join()}`;
    const onPage = await newSyncPoint(id, rule);
    const act = kind === 'arrival' ? arrive : failAt;

    const units = await unitsOfEach(onPage, (agentId) => act({ ...world, rosters }, agent(agentId), id));

    expect(units).toEqual(onPage.map(() => ONE));
  });

  test.each(['creator', 'everyone'] as const)(
    'a report costs one write unit on the fullest page, where the tracker ends by its %s',
    async (completeWhen) => {
      const id = `reports-${completeWhen}`;
      const input = { id, name: 't', totalSteps: 10, participants, deadline, completeWhen };
      await request(() => createTracker(world, agent('creator'), input));
      const report = (step: number) => (agentId: string) =>
        reportProgress({ ...world, rosters }, agent(agentId), id, { step });
      const roster = await loadTracker(world.table, id);
      // Of a page that does not fill: the last to reach the total is the ending where it is the only page.
      const onPage = fullestPage(roster);
      await report(1)(onPage[0] ?? '');

      for (const step of [2, 9, 10]) {
        const reporting = step === 10 ? onPage.slice(1) : onPage;
        expect([step, ...(await unitsOfEach(reporting, report(step)))]).toEqual([step, ...reporting.map(() => ONE)]);
      }
    },
  );

  test('ending by hand costs one write unit per open page, and the header', async () => {
    await newSyncPoint('by-hand', {});
    const input = { id: 'by-hand', name: 't', totalSteps: 10, participants };
    await createTracker(world, agent('creator'), input);
    for (const [load, end] of [
      [loadSyncPoint, endSyncPoint],
      [loadTracker, endTracker],
    ] as const) {
      const open = await load(world.table, 'by-hand');
      world.table.meter.reset();

      await request(() => end(world, agent('creator'), 'by-hand', { as: 'cancelled', reason: 'enough' }));

      const pages = open?.pages.length ?? 0;
      expect(world.table.meter.requests.get('UpdateItemCommand')).toBe(pages + 1);
      // The header lists up to 20 participants, which is more than 1 KB.
      expect(world.table.meter.writeUnits).toBeLessThanOrEqual(pages + 2);
    }
  });
});

const MANY = sized({ quick: 100, complete: 1_000 });

test(`a tracker that ends by everyone takes no transaction: ${MANY} reports, one write unit each, and two writes for the ending`, async () => {
  const world = await createWorld();
  const participants = uuidLikeIds(MANY);
  const input = { id: 't', name: 't', totalSteps: 2, participants, completeWhen: 'everyone' } as const;
  await createTracker(world, agent('creator'), input);
  const rosters: RosterCache = new Map();
  const report = (agentId: string, step: number) =>
    inScope({ trace: traceOfRequest(undefined), fields: {} }, () =>
      reportProgress({ ...world, rosters }, agent(agentId), 't', { step }),
    );
  await report(participants[0] ?? '', 1);
  world.table.meter.reset();

  const [last = '', ...others] = participants.toReversed();
  await mapConcurrently(others, 32, (agentId) => report(agentId, 2));
  const { requests, writeUnits } = world.table.meter;
  expect([requests.get('UpdateItemCommand'), writeUnits]).toEqual([MANY - 1, MANY - 1]);
  const { status } = await report(last, 2);
  // The page with the creator, who takes no part, is closed; and the header.
  expect([status, requests.get('UpdateItemCommand')]).toEqual(['completed', MANY + 2]);
  await world.dispatchAll();

  expect((await loadTracker(world.table, 't'))?.header).toMatchObject({ status: 'completed' });
  expect([...requests.keys()].filter((command) => command.startsWith('Transact'))).toEqual([]);
});
