import { beforeEach, describe, expect, test } from '@jest/globals';
import { MusterError } from '../../lib/common/errors';
import type { KnownRoster, RosterCache } from '../../lib/rosters/service';
import type { RosterShape } from '../../lib/rosters/page';
import { listArrivals } from '../../lib/rosters/list-participants';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { mapConcurrently } from '../../lib/common/concurrency';
import { inScope } from '../../lib/common/scope';
import { traceOfRequest } from '../../lib/common/trace';
import { admin, agent, createWorld, uuidLikeIds, type World } from '../support/world';
import { sized } from '../support/size';
import { arrive, createSyncPoint, endSyncPoint, readSyncPoint } from '../support/operations';

let world: World;
const rosters: RosterCache = new Map();

beforeEach(async () => {
  world = await createWorld();
  rosters.clear();
});

const create = async (participants: string[], deadline?: string): Promise<string> => {
  const input = { name: 'meeting', participants, ...(deadline !== undefined && { deadline }) };
  return (await createSyncPoint(world, agent('creator'), input, undefined)).syncPoint.id;
};

/** As a request does it: with the trace that it stores. */
const arriveAs = (id: string, agentId: string, data?: unknown) =>
  inScope({ trace: traceOfRequest(undefined), fields: {} }, () =>
    arrive({ ...world, rosters }, agent(agentId), id, data),
  );

const read = async (id: string) => {
  const { syncPoint } = await readSyncPoint(world, admin, id);
  return syncPoint;
};

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof MusterError ? error.code : `no MusterError: ${String(error)}`;
};

describe('an arrival', () => {
  test('is one request of one write unit, also when it is the last', async () => {
    const id = await create(['a', 'b']);
    world.table.meter.reset();

    const first = await arriveAs(id, 'a');
    const last = await arriveAs(id, 'b');

    expect([first.repeated, first.status, last.status]).toEqual([false, 'waiting', 'completed']);
    expect([...world.table.meter.requests]).toEqual([['UpdateItemCommand', 2]]);
    expect(world.table.meter.writeUnits).toBe(2);
  });

  test('with data is two requests, and shows the data to every reader, falsy values too', async () => {
    const participants = ['null', 'false', 'zero', 'empty', 'object', 'nothing'];
    const id = await create(participants);
    world.table.meter.reset();
    const values: Record<string, unknown> = {
      null: null,
      false: false,
      zero: 0,
      empty: '',
      object: { '': [1, { x: 0.1 }] },
    };
    for (const [agentId, value] of Object.entries(values)) await arriveAs(id, agentId, value);
    expect([...world.table.meter.requests]).toEqual([
      ['PutItemCommand', 5],
      ['UpdateItemCommand', 5],
    ]);
    await arriveAs(id, 'nothing');

    const { items } = await listArrivals(world.table, await read(id), {});

    const shown = Object.fromEntries(items.map((item) => [item.agentId, 'data' in item ? item.data : 'none']));
    expect(shown).toEqual({ ...values, nothing: 'none' });
  });

  test('repeated with the same data, or with none, answers the first and changes nothing, also after the end', async () => {
    const id = await create(['a', 'b']);
    const first = await arriveAs(id, 'a', { one: 1, two: [2] });
    world.clock.advance(5);
    const again = await arriveAs(id, 'a', { two: [2], one: 1 });
    const without = await arriveAs(id, 'a');
    await endSyncPoint(world, agent('creator'), id, { as: 'cancelled', reason: 'enough' });
    const afterEnd = await arriveAs(id, 'a', { one: 1, two: [2] });

    expect(again).toEqual({ ...first, repeated: true });
    expect(without).toEqual({ ...first, repeated: true });
    expect(afterEnd).toEqual({ ...first, repeated: true, status: 'cancelled' });
  });

  test('repeated with other data is refused and changes nothing, also after the end', async () => {
    const id = await create(['a', 'b', 'c']);
    const first = await arriveAs(id, 'a', { attempt: 1 });
    await arriveAs(id, 'b');
    world.clock.advance(5);
    const otherwise = 'sync-point.arrived-otherwise';
    expect(await codeOf(arriveAs(id, 'a', { attempt: 2 }))).toBe(otherwise);
    expect(await codeOf(arriveAs(id, 'a', null))).toBe(otherwise);
    expect(await codeOf(arriveAs(id, 'b', null))).toBe(otherwise);
    await endSyncPoint(world, agent('creator'), id, { as: 'cancelled', reason: 'enough' });
    expect(await codeOf(arriveAs(id, 'a', { attempt: 3 }))).toBe(otherwise);

    expect((await listArrivals(world.table, await read(id), {})).items).toEqual([
      { agentId: 'a', arrivedAt: first.arrivedAt, data: { attempt: 1 } },
      { agentId: 'b', arrivedAt: first.arrivedAt },
    ]);
  });

  test('of a stranger is 404, of the creator who takes no part 403, and leaves nothing behind', async () => {
    const id = await create(['a', 'b']);
    expect(await codeOf(arriveAs(id, 'stranger', 'x'))).toBe('sync-point.not-found');
    expect(await codeOf(arriveAs(id, 'creator', 'x'))).toBe('sync-point.not-participant');
    expect(await codeOf(arriveAs('no-such-point', 'a', 'x'))).toBe('sync-point.not-found');
    expect(viewSyncPoint(await read(id)).arrivedParticipants).toEqual([]);
  });

  test('is refused once the deadline has come, and settles the ending', async () => {
    const deadline = '2026-03-01T12:00:03.000Z';
    const id = await create(['a', 'b'], deadline);
    await arriveAs(id, 'a');
    world.clock.advance(2_999);
    expect(viewSyncPoint(await read(id)).status).toBe('waiting');
    world.clock.advance(1);

    expect(await codeOf(arriveAs(id, 'b'))).toBe('sync-point.expired');

    const view = viewSyncPoint(await read(id));
    expect(view).toMatchObject({
      status: 'expired',
      endedAt: deadline,
      endedBy: 'system',
      completedAt: null,
      deadline,
    });
    expect(view.arrivedParticipants).toEqual(['a']);
  });
});

const IN_FLIGHT = 32;

const splitInto = (shape: RosterShape): KnownRoster => ({
  ...shape,
  rule: { quorum: null, endWhen: 'decided', creatorDecides: false },
  terms: { deadlineMs: null, totalSteps: null },
});

test('a container remembers rosters up to a bound, and only those of several pages', async () => {
  const remembered: RosterCache = new Map(
    Array.from({ length: 10_000 }, (_, index) => [`other-${index}`, splitInto({ pageCount: 2, salt: 1 })]),
  );
  const participants = uuidLikeIds(30);
  const many = await create(participants);
  const few = await create(['a', 'b']);

  await arrive({ ...world, rosters: remembered }, agent(participants[0] ?? ''), many, undefined);
  await arrive({ ...world, rosters: remembered }, agent('a'), few, undefined);

  expect(remembered.size).toBe(10_000);
  expect([remembered.has(many), remembered.has(few), remembered.has('other-0')]).toEqual([true, false, false]);
});

test('a remembered shape that is wrong is corrected on the way', async () => {
  const participants = uuidLikeIds(30);
  const id = await create(participants);
  for (const wrong of [
    { pageCount: 9, salt: 7 },
    { pageCount: 3, salt: 77 },
    { pageCount: 2, salt: 1 },
  ]) {
    const participant = participants.pop() ?? '';
    const remembered: RosterCache = new Map([[id, splitInto(wrong)]]);
    const answer = await arrive({ ...world, rosters: remembered }, agent(participant), id, undefined);
    expect(answer.repeated).toBe(false);
  }
});

describe.each(sized({ quick: [2, 21, 100], complete: [2, 20, 21, 200, 1_000] }))(
  'with %i participants with ids of 36 characters',
  (count) => {
    test('every arrival costs one write unit and the last completes', async () => {
      const participants = uuidLikeIds(count);
      const id = await create(participants, '2026-03-02T12:00:00.000Z');
      await arriveAs(id, participants[0] ?? ''); // tells this container how the roster is split
      world.table.meter.reset();

      const answers = await mapConcurrently(participants.slice(1), IN_FLIGHT, (participant) =>
        arriveAs(id, participant),
      );

      expect(answers.filter((answer) => answer.status === 'completed').length).toBeGreaterThanOrEqual(1);
      expect(world.table.meter.requests.get('UpdateItemCommand')).toBe(count - 1);
      expect(world.table.meter.writeUnits).toBe(count - 1);
      // Arrivals that fill the last pages together each see that all are filled, and read them all to tell so.
      expect(world.table.meter.readUnits).toBeLessThanOrEqual(count + IN_FLIGHT * 95);
      const view = viewSyncPoint(await read(id));
      expect(view).toMatchObject({ status: 'completed', participants });
      expect(view.arrivedParticipants).toHaveLength(count);
    });

    test('what follows reads each page a few times at most, however many fill together', async () => {
      const participants = uuidLikeIds(count);
      const id = await create(participants, '2026-03-02T12:00:00.000Z');
      await mapConcurrently(participants, IN_FLIGHT, (participant) => arriveAs(id, participant));
      world.table.meter.reset();

      await world.dispatchAll();

      // Of the pages, a tenth of the participants, each of ten batches at once may look at all before one has told the
      // others. The names of the participants, who are not registered, take half a unit each.
      expect(world.table.meter.readUnits).toBeLessThanOrEqual(3.5 * count);
      expect(viewSyncPoint(await read(id)).status).toBe('completed');
    });

    test('one function that sees all arrivals looks at one other page each time that a page fills', async () => {
      const participants = uuidLikeIds(count);
      const id = await create(participants, '2026-03-02T12:00:00.000Z');
      await arriveAs(id, participants[0] ?? '');
      const { pages } = await read(id);
      world.table.meter.reset();

      const statuses: string[] = [];
      for (const participant of participants.slice(1)) statuses.push((await arriveAs(id, participant)).status);

      // Once more where the page that was looked at is the one that filled, and all of them by the last arrival.
      const looks = world.table.meter.requests.get('BatchGetItemCommand') ?? 0;
      expect(looks).toBeLessThanOrEqual(1.5 * pages.length + 8);
      expect(statuses.indexOf('completed')).toBe(statuses.length - 1);
    });
  },
);
