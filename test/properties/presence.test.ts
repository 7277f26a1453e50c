/**
 * Drawn check-ins and check-outs, with schedules that fire early, late and twice, and a dispatcher and a database whose
 * answers are lost: the log has one loss per lapse and one return per return, in order, at the time of each.
 */
import { beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { checkIn, checkOut, findPresence } from '../../lib/agents/check-in';
import { viewPresence } from '../../lib/agents/presence';
import type { Change } from '../../lib/dispatcher/change';
import { dispatchChange } from '../../lib/dispatcher/dispatch';
import { sendNotice } from '../../lib/dispatcher/notices';
import { listEvents } from '../../lib/events/store';
import type { NoticePayload, SchedulePayload } from '../../lib/schedules/payloads';
import { isDispatched } from '../../lib/table/keys';
import type { Table } from '../../lib/table/table';
import { repetitions } from '../support/size';
import { createWorld, type World } from '../support/world';

jest.setTimeout(300_000);
const RUNS = repetitions('PROPERTY_RUNS', { quick: 20, complete: 150 });
const SEED = Number(process.env['PROPERTY_SEED'] ?? 7);

type Act =
  | { readonly kind: 'check in'; readonly ttlSeconds: number }
  | { readonly kind: 'check out' | 'dispatch' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'fire'; readonly earlyMs: number; readonly twice: boolean };

const ttlSeconds = fc.constantFrom(10, 10, 10, 25);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('check in' as const), ttlSeconds }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('check out' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('dispatch' as const) }) },
  // Up to the last millisecond of a promise, to its end, and beyond.
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 4_000, 7_000, 9_990, 9_999, 24_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fire' as const),
      earlyMs: fc.constantFrom(0, 4_000),
      twice: fc.boolean(),
    }),
  },
);

/** What must be in the log: it depends on the check-ins and check-outs alone. */
class Expected {
  readonly history: string[] = [];
  #untilMs: number | null = null;
  #lostAtMs: number | null = null;

  isPresent(nowMs: number): boolean {
    this.#lapse(nowMs);
    return this.#untilMs !== null;
  }
  checkIn(nowMs: number, seconds: number): void {
    this.#lapse(nowMs);
    if (this.#lostAtMs !== null) this.history.push(`AGENT_RETURNED ${nowMs}`);
    this.#lostAtMs = null;
    this.#untilMs = nowMs + seconds * 1_000;
  }
  checkOut(nowMs: number): void {
    this.#lapse(nowMs);
    this.#untilMs = null;
  }
  #lapse(nowMs: number): void {
    if (this.#untilMs === null || this.#untilMs > nowMs) return;
    this.history.push(`AGENT_LOST ${this.#untilMs}`);
    this.#lostAtMs = this.#untilMs;
    this.#untilMs = null;
  }
}

interface Schedule {
  readonly payload: SchedulePayload;
  readonly atMs: number;
}

let world: World;
let random: () => number;
let isFaulty: boolean;
const schedules = new Map<string, Schedule>();

/** Fails before or after it took effect. */
function unreliable(effect: () => void): Promise<void> {
  if (isFaulty && random() < 0.1) return Promise.reject(new Error('the service is unavailable'));
  effect();
  return isFaulty && random() < 0.1 ? Promise.reject(new Error('the answer was lost')) : Promise.resolve();
}
const nameOf = ({ payload, atMs }: Schedule): string =>
  payload.kind === 'PRESENCE' ? `${payload.agentId} ${atMs}` : JSON.stringify(payload);

beforeAll(async () => {
  world = await createWorld({
    bus: () => unreliable(() => undefined),
    schedules: {
      set: (payload, atMs) => unreliable(() => schedules.set(nameOf({ payload, atMs }), { payload, atMs })),
      remove: () => Promise.resolve(),
    },
  });
});

/** The SDK repeats a request whose answer was lost. */
function repeating(table: Table): Table {
  const send = async (command: { constructor: { name: string } }): Promise<unknown> => {
    const isRepeated = isFaulty && command.constructor.name === 'UpdateCommand' && random() < 0.2;
    if (isRepeated) await table.client.send(command as never).catch(() => undefined);
    return table.client.send(command as never);
  };
  return { ...table, client: { send } as unknown as Table['client'] };
}

async function play(agentId: string, acts: readonly Act[]): Promise<readonly string[]> {
  const expected = new Expected();
  const service = { table: repeating(world.table), now: world.now };
  const context = { ...world.dispatcher, table: service.table };
  const lane: Change[] = [];
  let done = 0;

  /** What fails is tried again later, with what came before it. */
  const dispatch = async (): Promise<void> => {
    lane.push(...(await world.readChanges()).filter(isDispatched));
    for (let index = Math.max(0, done - (isFaulty ? 1 : 0)); index < lane.length; index++) {
      const change = lane[index];
      try {
        if (change) await dispatchChange(context, change);
      } catch {
        return;
      }
      done = Math.max(done, index + 1);
    }
  };
  /** A schedule that has fired is deleted, also if one of the same name has been set meanwhile. */
  const fire = async ({ payload, atMs }: Schedule, twice: boolean): Promise<void> => {
    try {
      await sendNotice(context, payload as NoticePayload);
    } catch {
      return;
    }
    if (!twice) schedules.delete(nameOf({ payload, atMs }));
  };
  const firstDue = (earlyMs: number) => [...schedules.values()].find(({ atMs }) => atMs - earlyMs <= world.now());

  schedules.clear();
  isFaulty = true;
  for (const one of acts) {
    world.clock.advance(1);
    const nowMs = world.now();
    if (one.kind === 'check in') {
      expected.checkIn(nowMs, one.ttlSeconds);
      await checkIn(service, agentId, one.ttlSeconds);
    } else if (one.kind === 'check out') {
      expected.checkOut(nowMs);
      await checkOut(service, agentId);
    } else if (one.kind === 'wait') world.clock.advance(one.ms);
    else if (one.kind === 'fire') {
      const due = firstDue(one.earlyMs);
      if (due) await fire(due, one.twice);
    } else await dispatch();
    const view = viewPresence(await findPresence(world.table, agentId), world.now());
    expect([one, view?.status === 'present']).toEqual([one, expected.isPresent(world.now())]);
  }

  // The agent says nothing more: its last promise is noticed by its schedule alone.
  isFaulty = false;
  await dispatch();
  for (let due = firstDue(Infinity); due; due = firstDue(Infinity)) {
    world.clock.nowMs = Math.max(world.now(), due.atMs);
    await fire(due, false);
    await dispatch();
  }
  world.clock.advance(25_000);
  expected.isPresent(world.now());
  const log = await listEvents(world.table, { kind: 'AGENT', id: agentId, createdAtMs: 0 }, { limit: 100 });
  expect(log.items.map(({ type, timestampMs }) => `${type} ${timestampMs}`)).toEqual(expected.history);
  return expected.history;
}

test('each lapse is one loss and each return one, in order, whatever the schedules do', async () => {
  let run = 0;
  const seen = { lost: 0, returned: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), fc.nat(), async (acts, seed) => {
      let state = seed;
      random = () => (state = (state * 48_271 + 11) % 2_147_483_647) / 2_147_483_647;
      const history = await play(`agent-${run++}`, acts);
      seen.lost += history.filter((text) => text.startsWith('AGENT_LOST')).length;
      seen.returned += history.filter((text) => text.startsWith('AGENT_RETURNED')).length;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Or it would have been about agents that are never lost.
  expect(Math.min(seen.lost, seen.returned)).toBeGreaterThan(RUNS / 2);
});
