/** Check-ins, lapses and returns: what the log, readers and the Scheduler see of them. */
import { beforeEach, expect, test } from '@jest/globals';
import { checkIn, checkOut, findPresence } from '../../lib/agents/check-in';
import { viewPresence } from '../../lib/agents/presence';
import { sendNotice } from '../../lib/dispatcher/notices';
import { listEvents } from '../../lib/events/store';
import { isDispatched } from '../../lib/table/keys';
import type { Table } from '../../lib/table/table';
import { createWorld, type World } from '../support/world';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const START = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

const at = (ms: number): void => {
  world.clock.nowMs = START + ms;
};
const checkInAt = async (ms: number, ttlSeconds = 30) => {
  at(ms);
  return checkIn(world, 'a', ttlSeconds);
};
const checkOutAt = async (ms: number) => {
  at(ms);
  await checkOut(world, 'a');
};
const view = async () => viewPresence(await findPresence(world.table, 'a'), world.now());
const schedules = () => world.noticesOf('a');

/** Lets the schedule of this number fire, at its time unless given otherwise, with what follows. */
async function fire({ number = -1, atMs = 0, times = 1 } = {}): Promise<string[]> {
  const due = schedules().at(number);
  if (!due) throw new Error(`there is no schedule ${number}`);
  world.clock.nowMs = atMs === 0 ? Math.max(world.clock.nowMs, due.atMs) : START + atMs;
  const outcomes: string[] = [];
  for (let time = 0; time < times; time++) outcomes.push(await sendNotice(world.dispatcher, due.payload));
  await world.dispatchAll(2);
  return outcomes;
}

const log = async () =>
  (await listEvents(world.table, { kind: 'AGENT', id: 'a', createdAtMs: 0 }, { limit: 100 })).items;
/** As `AGENT_LOST 30000`. */
const history = async () => (await log()).map(({ type, timestampMs }) => `${type} ${timestampMs - START}`);

test('check-ins in time cost 1 write unit each, no dispatch and no schedule; one schedule fires per promise', async () => {
  await checkInAt(0);
  await world.dispatchAll();
  expect(schedules()).toEqual([{ payload: { kind: 'PRESENCE', agentId: 'a', sinceMs: START }, atMs: START + 30_000 }]);
  world.table.meter.reset();

  const fired: string[] = [];
  for (let ms = 10_000; ms < 120_000; ms += 10_000) {
    const presence = await checkInAt(ms);
    expect(viewPresence(presence, world.now())).toEqual({
      status: 'present',
      ttlSeconds: 30,
      since: iso(START),
      expiresAt: iso(START + ms + 30_000),
      lostAt: null,
    });
    const next = schedules().at(-1);
    if (next && next.atMs <= world.now() + 5_000) {
      fired.push(...(await sendNotice(world.dispatcher, next.payload).then((outcome) => [outcome])));
    }
  }

  expect([world.table.meter.requests.get('UpdateItemCommand'), world.table.meter.writeUnits]).toEqual([11, 11]);
  expect((await world.readChanges()).filter(isDispatched)).toEqual([]);
  expect(fired).toEqual(['rescheduled', 'rescheduled', 'rescheduled']);
  expect(await history()).toEqual([]);
});

test('an agent is lost exactly when its promise lapses, once though the schedule fires twice', async () => {
  await checkInAt(0);
  await checkInAt(20_000);
  await world.dispatchAll(2);
  expect(await fire({ times: 2 })).toEqual(['rescheduled', 'rescheduled']);
  expect(schedules().map(({ atMs }) => atMs - START)).toEqual([30_000, 50_000]);

  at(49_999);
  expect(await view()).toMatchObject({ status: 'present', expiresAt: iso(START + 50_000), lostAt: null });
  at(50_000);
  const lost = { status: 'lost', ttlSeconds: 30, since: iso(START), expiresAt: null, lostAt: iso(START + 50_000) };
  expect(await view()).toEqual(lost);
  expect(await fire({ times: 2 })).toEqual(['lost', 'nothing-to-do']);

  expect(await view()).toEqual(lost);
  expect(await log()).toMatchObject([
    {
      type: 'AGENT_LOST',
      relatedId: 'a',
      agentId: 'system',
      timestampMs: START + 50_000,
      details: { ttlSeconds: 30, lastCheckInAt: iso(START + 20_000) },
    },
  ]);

  await checkInAt(70_000, 60);
  await world.dispatchAll(2);
  expect((await log())[1]).toMatchObject({
    type: 'AGENT_RETURNED',
    relatedId: 'a',
    agentId: 'a',
    timestampMs: START + 70_000,
    details: { ttlSeconds: 60, lostAt: iso(START + 50_000) },
  });
  expect(await view()).toMatchObject({ status: 'present', since: iso(START + 70_000), lostAt: null });
  expect(schedules().at(-1)?.atMs).toBe(START + 130_000);
});

test('a check-in at the very moment of the lapse is a return, whether or not the schedule has fired', async () => {
  await checkInAt(0);
  await world.dispatchAll();
  await checkInAt(30_000);
  await world.dispatchAll(2);
  const late = await history();

  expect(late).toEqual(['AGENT_LOST 30000', 'AGENT_RETURNED 30000']);
  expect(await fire({ number: 0 })).toEqual(['nothing-to-do']);
  expect(await history()).toEqual(late);
  // The schedule of the second streak is its own.
  expect(await fire({ atMs: 60_000 })).toEqual(['lost']);
  expect(await history()).toEqual([...late, 'AGENT_LOST 60000']);
});

test('a check-in between the look and the mark wins, and the schedule looks again', async () => {
  await checkInAt(0);
  await world.dispatchAll();
  // By a clock that is a little behind, it comes in time.
  let interfered = false;
  const send = async (command: { constructor: { name: string } }): Promise<unknown> => {
    if (command.constructor.name === 'UpdateCommand' && !interfered) {
      interfered = true;
      await checkIn({ table: world.table, now: () => START + 29_999 }, 'a', 30);
    }
    return world.table.client.send(command as never);
  };
  const table = { ...world.table, client: { send } as unknown as Table['client'] };
  const [due] = schedules();
  at(30_000);

  expect(due && (await sendNotice({ ...world.dispatcher, table }, due.payload))).toBe('rescheduled');

  await world.dispatchAll();
  expect(await history()).toEqual([]);
  expect(schedules().map(({ atMs }) => atMs - START)).toEqual([30_000, 59_999]);
});

test('a schedule that fires early sets one of another name, which its own deletion leaves alone', async () => {
  await checkInAt(0);
  await world.dispatchAll();
  expect(await fire({ atMs: 29_000 })).toEqual(['rescheduled']);
  expect(schedules().map(({ atMs }) => atMs - START)).toEqual([30_000, 31_000]);
  expect(await fire()).toEqual(['lost']);
  expect(await history()).toEqual(['AGENT_LOST 30000']);
});

test('another promise starts a streak with its own schedule, so that a shorter one is noticed in time', async () => {
  await checkInAt(0, 3_600);
  await checkInAt(1_000, 10);
  await world.dispatchAll(2);
  expect(schedules().map(({ atMs }) => atMs - START)).toEqual([3_600_000, 11_000]);

  expect(await fire({ number: 1 })).toEqual(['lost']);
  expect(await fire({ number: 0 })).toEqual(['nothing-to-do']);
  expect(await history()).toEqual(['AGENT_LOST 11000']);
});

test('who checks out in time is not lost, however often it does and whatever its schedule finds', async () => {
  await checkOutAt(0);
  await checkInAt(1_000);
  await world.dispatchAll();
  await checkOutAt(2_000);
  await checkOutAt(3_000);
  expect(await view()).toBeNull();
  expect(await fire()).toEqual(['nothing-to-do']);

  await checkInAt(40_000);
  await world.dispatchAll(2);
  expect(await view()).toMatchObject({ status: 'present', since: iso(START + 40_000) });
  expect(await history()).toEqual([]);
});

test.each([
  ['noticed', true],
  ['unnoticed', false],
])(
  'a check-out after a lapse that was %s leaves the loss in the log, and the next check-in is a return',
  async (_, fires) => {
    await checkInAt(0);
    await world.dispatchAll();
    if (fires) await fire();
    await checkOutAt(40_000);
    await checkOutAt(41_000);
    await world.dispatchAll(2);
    expect(await view()).toBeNull();
    expect(await history()).toEqual(['AGENT_LOST 30000']);

    await checkInAt(50_000);
    await world.dispatchAll(2);
    await checkOutAt(51_000);
    await checkInAt(52_000);
    await world.dispatchAll(2);
    expect(await history()).toEqual(['AGENT_LOST 30000', 'AGENT_RETURNED 50000']);
  },
);

test('of ten check-ins at once after a lapse, one is the return', async () => {
  await checkInAt(0);
  at(40_000);
  const views = await Promise.all(Array.from({ length: 10 }, () => checkIn(world, 'a', 30)));
  await world.dispatchAll(2);

  expect(new Set(views.map(({ sinceMs }) => sinceMs))).toEqual(new Set([START + 40_000]));
  expect(await history()).toEqual(['AGENT_LOST 30000', 'AGENT_RETURNED 40000']);
});

test('a check-in by a clock behind the one that noticed the lapse returns after it', async () => {
  await checkInAt(0);
  await world.dispatchAll();
  await fire();
  await checkInAt(28_000);
  await world.dispatchAll(2);
  expect(await history()).toEqual(['AGENT_LOST 30000', 'AGENT_RETURNED 30000']);
  expect(await view()).toMatchObject({ status: 'present', expiresAt: iso(START + 60_000) });
});
