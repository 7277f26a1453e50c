import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type MeasuredWork, PARTICIPANTS } from '../../bench/cost/cost';
import measured from '../../bench/cost/measured.json';
import { readInbox } from '../../lib/messages/inbox-repository';
import { sendReminder } from '../../lib/messages/reminders';
import { arrive, type SyncPointShapes } from '../../lib/sync-points/arrive';
import { createSyncPoint } from '../../lib/sync-points/create-sync-point';
import { DISPATCHED_SORT_KEY_PREFIXES } from '../../lib/table/keys';
import type { Item } from '../../lib/table/table';
import { inScope } from '../../lib/tracing/scope';
import { traceOfRequest } from '../../lib/tracing/trace-context';
import { putAgentForTest } from '../support/agents';
import { itemSize } from '../support/item-size';
import { sendThroughTheRealPublishers } from '../support/real-publishers';
import { openMeteredTable } from '../support/metered-table';
import { scanAll, type TestTable } from '../support/test-table';
import { agent, createWorld, uuidLikeIds } from '../support/world';

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
  const shapes: SyncPointShapes = new Map();
  const input = { id: participants[0] ?? '', name: 'Release 1.4', participants, deadline: '2026-03-01T12:30:00.000Z' };
  await request(() => createSyncPoint(table, clock.now, agent(creator), input, undefined));
  const changes = await world.dispatchAll();
  for (const id of participants) {
    await request(() => arrive(table, clock.now, shapes, agent(id), input.id, undefined));
    changes.push(...(await world.dispatchAll()));
  }
  for (const id of [creator, ...participants]) {
    await request(() => readInbox(table, id, { unacknowledged: false }));
  }
  for (const { payload } of world.reminders) await sendReminder(world.dispatcher, payload);

  const known = new Set(before.map(({ pk, sk }) => `${String(pk)} ${String(sk)}`));
  const stored = (await scanAll(table)).filter(({ pk, sk }) => !known.has(`${String(pk)} ${String(sk)}`));
  await removeByTimeToLive(world.table, stored);
  changes.push(...(await world.dispatchAll()));

  return {
    requests,
    // DynamoDB Local counts a transaction once where DynamoDB bills it twice.
    writeUnits: table.meter.writeUnits + table.meter.transactionUnits,
    readUnits: table.meter.readUnits,
    changes: changes.filter(({ sk }) => DISPATCHED_SORT_KEY_PREFIXES.some((prefix) => sk.startsWith(prefix))).length,
    busEntries: sent.entries.length,
    publishes: sent.publishes.length,
    schedulesFired: world.reminders.length,
    storedBytes: stored.reduce((sum, item) => sum + itemSize(item) + STORAGE_OVERHEAD_BYTES, 0),
  };
}

/** What DynamoDB does itself when the time has come, without write units; what follows from it takes some. */
async function removeByTimeToLive(table: TestTable, items: readonly Item[]): Promise<void> {
  const unmetered = openMeteredTable(table.endpoint, table.name);
  const dispatched = items.filter(({ sk }) =>
    DISPATCHED_SORT_KEY_PREFIXES.some((prefix) => String(sk).startsWith(prefix)),
  );
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
