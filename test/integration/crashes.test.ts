import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MusterError } from '../../lib/common/errors';
import { sendNotice } from '../../lib/dispatcher/notices';
import { listEvents } from '../../lib/events/store';
import { readInbox } from '../../lib/messages/inbox';
import { currentTerms } from '../../lib/rosters/decision';
import { moveTerms } from '../../lib/rosters/end';
import { listArrivals } from '../../lib/rosters/list-participants';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { pageIndexOf } from '../../lib/rosters/page';
import { batchWrite } from '../../lib/table/table';
import { viewTracker } from '../../lib/trackers/tracker';
import { contradictions, type History, readHistories } from '../support/history';
import { controlRequests, type RequestControl, seededTurns } from '../support/request-control';
import { sized } from '../support/size';
import { dispatchInBatches } from '../support/stream-batches';
import { putSmallSyncPoint, smallTracker } from '../support/small-pages';
import { admin, agent, createWorld, type World } from '../support/world';
import {
  arrive,
  createSyncPoint,
  createTracker,
  endSyncPoint,
  excuseFrom,
  failAt,
  loadTracker,
  moveDeadline,
  readSyncPoint,
  readTracker,
  reportProgress,
  trackerService,
} from '../support/operations';

jest.setTimeout(120_000);

let world: World;
let control: RequestControl;

beforeEach(async () => {
  world = await createWorld();
  control = controlRequests(world.table);
});

const START = Date.parse('2026-03-01T12:00:00.000Z');
const DEADLINE = START + 10_000;
const PARTICIPANTS = ['a', 'b', 'c', 'd'];

const arriveAs = (id: string, agentId: string, data?: unknown) =>
  arrive({ ...world, rosters: new Map() }, agent(agentId), id, data);
const cancel = (id: string) => endSyncPoint(world, agent('creator'), id, { as: 'cancelled', reason: 'enough' });
const move = (id: string, deadlineMs: number) =>
  moveDeadline(world, agent('creator'), id, { deadline: new Date(deadlineMs).toISOString() });
const view = async (id: string) => viewSyncPoint((await readSyncPoint(world, admin, id)).syncPoint);
const dataShown = async (id: string) => {
  const { syncPoint } = await readSyncPoint(world, admin, id);
  return (await listArrivals(world.table, syncPoint, {})).items;
};
const historyOf = async (id: string): Promise<History> => {
  await world.dispatchAll();
  return (await readHistories(world, [id])).get(id) as History;
};
const codeOfError = (error: unknown): string => (error instanceof MusterError ? error.code : 'died');
const codeOf = (answer: PromiseSettledResult<unknown>): string =>
  answer.status === 'fulfilled' ? 'ok' : codeOfError(answer.reason);

/** Numbers of requests after which work dies; `most` is more than it makes, so that the last has not died. */
const deathsOf = (most: number, { step = 1 } = {}): number[] =>
  Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
/** A sync point or tracker for each of these numbers. */
const idsOf = (deaths: readonly number[]): Map<number, string> =>
  new Map(deaths.map((requests) => [requests, `dies-after-${requests}`]));

describe.each(sized({ quick: [3], complete: [1, 3] }))(
  'on %i pages, work that dies after any of its requests',
  (pageCount) => {
    const prepare = async (): Promise<Map<number, string>> => {
      const ids = idsOf(deathsOf(8, { step: sized({ quick: 2, complete: 1 }) }));
      for (const id of ids.values())
        await putSmallSyncPoint(world, { id, pageCount, participants: PARTICIPANTS, deadlineMs: DEADLINE });
      return ids;
    };

    test.each(['the dispatcher', 'a reader'])('a cancel is finished by %s, or has not begun', async (healer) => {
      const ids = await prepare();
      const seen = new Set<string>();
      const overturned: string[] = [];
      for (const [requests, id] of ids.entries()) {
        await control.dyingAfter(requests, () => cancel(id));
        if (healer === 'the dispatcher') continue;
        const before = (await view(id)).status;
        // What a reader has said stands: an arrival that a cancelled point refuses can't complete it.
        for (const participant of PARTICIPANTS) await Promise.allSettled([arriveAs(id, participant)]);
        overturned.push(
          ...((await view(id)).status === (before === 'waiting' ? 'completed' : 'cancelled') ? [] : [id]),
        );
      }
      await world.dispatchAll();
      const histories = await readHistories(world, [...ids.values()]);
      for (const history of histories.values()) {
        seen.add(history.status);
        expect(contradictions(history, new Map())).toEqual([]);
      }
      expect(overturned).toEqual([]);
      expect(seen).toEqual(new Set([healer === 'a reader' ? 'completed' : 'waiting', 'cancelled']));
    });

    test('an expiry is finished by whoever comes next', async () => {
      const ids = await prepare();
      world.clock.nowMs = DEADLINE;
      for (const [requests, id] of ids.entries()) {
        await control.dyingAfter(requests, () => view(id));
        expect(await Promise.allSettled([arriveAs(id, 'a')]).then(([answer]) => codeOf(answer))).toBe(
          'sync-point.expired',
        );
      }
      await world.dispatchAll();
      for (const history of (await readHistories(world, [...ids.values()])).values()) {
        expect(history.status).toBe('expired');
        expect(contradictions(history, new Map())).toEqual([]);
      }
    });

    test.each([DEADLINE + 60_000, DEADLINE - 5_000])(
      'a move to %i is whole for the next reader and arriver',
      async (to) => {
        const ids = await prepare();
        const seen = new Set<string | null>();
        for (const [requests, id] of ids.entries()) {
          await control.dyingAfter(requests, () => move(id, to));
          const { deadline } = await view(id);
          seen.add(deadline);
          const inForceMs = Date.parse(deadline ?? '');
          for (const [offsetMs, expected] of [
            [-1, 'ok'],
            [0, 'sync-point.expired'],
          ] as const) {
            const participant = offsetMs < 0 ? 'a' : 'b';
            const [answer] = await Promise.allSettled([
              arrive(
                { table: world.table, now: () => inForceMs + offsetMs, rosters: new Map() },
                agent(participant),
                id,
                undefined,
              ),
            ]);
            expect([requests, participant, codeOf(answer)]).toEqual([requests, participant, expected]);
          }
        }
        expect(seen).toEqual(new Set([new Date(DEADLINE).toISOString(), new Date(to).toISOString()]));
        await world.dispatchAll();
        for (const history of (await readHistories(world, [...ids.values()])).values()) {
          expect(contradictions(history, new Map())).toEqual([]);
          const moves = history.events.filter((event) => event.type === 'SYNC_POINT_DEADLINE_CHANGED');
          expect(moves).toHaveLength(history.deadline === new Date(DEADLINE).toISOString() ? 0 : 1);
        }
      },
    );

    test('a move cut short lets an agent arrive on any page without waiting for the dispatcher', async () => {
      const ids = await prepare();
      for (const [requests, id] of ids.entries()) {
        const died = await control.dyingAfter(requests, () => move(id, DEADLINE + 60_000));
        const { pages, header } = (await readSyncPoint(world, admin, id)).syncPoint;
        if (pages[0]?.moves === 0) continue;
        const onLastPage = PARTICIPANTS.find((participant) => pageIndexOf(participant, header) === pageCount - 1) ?? '';
        const [answer] = await Promise.allSettled([
          arrive({ table: world.table, now: () => DEADLINE + 1, rosters: new Map() }, agent(onLastPage), id, undefined),
        ]);
        expect([died.status, codeOf(answer)]).toEqual([died.status, 'ok']);
      }
    });

    test('a move decided on a page that is filled since holds for the others past the old deadline', async () => {
      const ids = await prepare();
      const seen = new Set<string>();
      for (const [requests, id] of ids.entries()) {
        const { header } = (await readSyncPoint({ table: world.table, now: () => START }, admin, id)).syncPoint;
        const onFirstPage = PARTICIPANTS.filter((participant) => pageIndexOf(participant, header) === 0);
        await control.dyingAfter(requests, () => move(id, DEADLINE + 60_000));
        for (const participant of onFirstPage) await arriveAs(id, participant);
        const { pages } = (await readSyncPoint({ table: world.table, now: () => START }, admin, id)).syncPoint;
        const moved = pages[0]?.moves === 1;
        for (const participant of PARTICIPANTS) {
          const [answer] = await Promise.allSettled([
            arrive(
              { table: world.table, now: () => DEADLINE + 1, rosters: new Map() },
              agent(participant),
              id,
              undefined,
            ),
          ]);
          const expected = moved || onFirstPage.includes(participant) ? 'ok' : 'sync-point.expired';
          expect([requests, participant, codeOf(answer)]).toEqual([requests, participant, expected]);
        }
        seen.add(moved ? 'completed' : 'expired');
      }
      expect(seen).toContain('completed');
    });

    test('a move is finished by the dispatcher: pages, header and schedule', async () => {
      const ids = await prepare();
      for (const [requests, id] of ids.entries()) await control.dyingAfter(requests, () => move(id, DEADLINE + 60_000));
      await world.dispatchAll();
      for (const [id, history] of await readHistories(world, [...ids.values()])) {
        expect(history.headerDeadlineMs).toBe(Date.parse(history.deadline ?? ''));
        expect(world.schedulesOf(id)).toEqual([history.headerDeadlineMs]);
      }
    });

    test('an arrival with data is in with its data, or not at all', async () => {
      const ids = await prepare();
      for (const [requests, id] of ids.entries()) {
        await control.dyingAfter(requests, () => arriveAs(id, 'a', { requests }));
        const again = await arriveAs(id, 'a', 'second try').catch(codeOfError);
        const [shown] = await dataShown(id);
        const firstCounts = again === 'sync-point.arrived-otherwise';
        expect(firstCounts || (typeof again !== 'string' && !again.repeated)).toBe(true);
        expect(shown?.data).toEqual(firstCounts ? { requests } : 'second try');
      }
    });

    test('the last arrival completes it whoever dies, and everybody is told', async () => {
      const ids = await prepare();
      for (const [requests, id] of ids.entries()) {
        for (const participant of PARTICIPANTS.slice(1)) await arriveAs(id, participant);
        await control.dyingAfter(requests, () => arriveAs(id, 'a'));
        await arriveAs(id, 'a');
      }
      await world.dispatchAll();
      for (const history of (await readHistories(world, [...ids.values()])).values()) {
        expect(history.status).toBe('completed');
        expect(contradictions(history, new Map())).toEqual([]);
      }
    });
  },
);

/** Of the outcomes and moves, each of which takes a history of its own. */
const STEP = { step: sized({ quick: 3, complete: 1 }) };
const HEALERS = ['the dispatcher', 'a reader'] as const;

describe.each(sized({ quick: [3], complete: [1, 3] }))(
  'on %i pages, an outcome whose request dies after any of its writes',
  (pageCount) => {
    interface Work {
      readonly rule: { readonly quorum?: number; readonly endWhen?: 'everyone' };
      readonly before: readonly string[];
      /** The work, and once more by whoever did not get an answer. */
      readonly act: (id: string) => Promise<{ readonly status: string }>;
      readonly ending: 'failed' | 'completed';
      readonly event: { readonly type: string; readonly agentId: string; readonly details: object };
    }
    const failure: Work = {
      rule: {},
      before: ['b'],
      act: (id) => failAt({ ...world, rosters: new Map() }, agent('a'), id, { reason: 'no disk', data: { free: 0 } }),
      ending: 'failed',
      event: { type: 'AGENT_FAILED', agentId: 'a', details: { agentId: 'a', reason: 'no disk' } },
    };
    const excuseOfTheLast: Work = {
      rule: {},
      before: ['b', 'c', 'd'],
      act: (id) => excuseFrom({ ...world, rosters: new Map() }, agent('creator'), id, 'a', 'its node is gone'),
      ending: 'completed',
      event: { type: 'AGENT_EXCUSED', agentId: 'creator', details: { agentId: 'a', reason: 'its node is gone' } },
    };
    const quorumReached: Work = {
      rule: { quorum: 2 },
      before: ['b'],
      act: (id) => arriveAs(id, 'a', 'done'),
      ending: 'completed',
      event: { type: 'AGENT_ARRIVED', agentId: 'a', details: {} },
    };
    const works = { 'a failure with a reason': failure, 'an excuse': excuseOfTheLast, 'a quorum': quorumReached };
    const cases = Object.entries(works).flatMap(([name, work]) =>
      HEALERS.map((healer) => [name, healer, work] as const),
    );

    test.each(cases)(
      '%s is healed by %s, or has not begun',
      async (_name, healer, { rule, before, act, ending, event }) => {
        const ids = new Map(deathsOf(12, STEP).map((requests) => [`dies-after-${requests}`, requests]));
        const seen = new Set<string>();
        for (const [id, requests] of ids) {
          await putSmallSyncPoint(world, { id, pageCount, participants: PARTICIPANTS, ...rule });
          for (const participant of before) await arriveAs(id, participant);
          const died = await control.dyingAfter(requests, () => act(id));
          if (healer !== 'a reader') continue;
          const { status } = await view(id);
          seen.add(status);
          // What was answered stands.
          const answered = died.status === 'fulfilled' ? died.value.status : status;
          expect({ id, status: answered }).toEqual({ id, status: answered === 'waiting' ? answered : status });
        }
        await world.dispatchAll(2);
        for (const [id, history] of await readHistories(world, [...ids.keys()])) {
          seen.add(history.status);
          const events = history.events.filter(({ type, agentId }) => type === event.type && agentId === event.agentId);
          expect({ id, contradictions: contradictions(history, new Map()) }).toEqual({ id, contradictions: [] });
          expect({ id, events }).toMatchObject({ id, events: history.status === 'waiting' ? [] : [event] });
          const { endReason } = await view(id);
          expect({ id, endReason }).toEqual({ id, endReason: history.status === 'failed' ? 'no disk' : null });
        }
        expect(seen).toEqual(new Set(['waiting', ending]));

        // Trying again is answered, and changes nothing where it had gone through.
        for (const id of ids.keys()) await act(id);
        await world.dispatchAll();
        for (const [id, history] of await readHistories(world, [...ids.keys()])) {
          const told = { id, status: (await view(id)).status, contradictions: contradictions(history, new Map()) };
          expect(told).toEqual({ id, status: ending, contradictions: [] });
          expect(history.events.filter(({ type }) => type === event.type)).toHaveLength(
            event.type === 'AGENT_ARRIVED' ? 2 : 1,
          );
        }
      },
    );
  },
);

describe.each(sized({ quick: [3], complete: [1, 3] }))('on %i pages, a tracker', (pageCount) => {
  const trackerOf = async (id: string) => (await readTracker(world, admin, id)).tracker;
  const put = async (id: string): Promise<void> => {
    const { items } = smallTracker(
      { id, pageCount, participants: PARTICIPANTS, completeWhen: 'everyone', totalSteps: 10, monotonic: false },
      world.clock.nowMs,
    );
    await batchWrite(
      world.table,
      items.map((item) => ({ put: item })),
    );
  };
  const report = (id: string, agentId: string, step: number) =>
    reportProgress({ ...world, rosters: new Map() }, agent(agentId), id, { step });
  const typesOf = async (id: string) =>
    (await listEvents(world.table, { kind: 'PT', id, createdAtMs: 0 }, { limit: 100 })).items.map(({ type }) => type);

  test.each(HEALERS)('whose total is lowered by work that dies is healed by %s, or is as before', async (healer) => {
    const ids = idsOf(deathsOf(10, STEP));
    const seen = new Set<number | null>();
    for (const [requests, id] of ids.entries()) {
      await put(id);
      for (const [participant, step] of [
        ['a', 6],
        ['b', 6],
        ['c', 3],
      ] as const)
        await report(id, participant, step);
      world.clock.advance(10);
      const lower = () => moveTerms(trackerService(world), agent('creator'), id, () => ({ totalSteps: 6 }));
      await control.dyingAfter(requests, lower);
      if (healer === 'the dispatcher') await world.dispatchAll(2);
      const tracker = healer === 'a reader' ? await trackerOf(id) : await loadTracker(world.table, id);
      if (!tracker) throw new Error('it is there');

      const { totalSteps } = currentTerms(tracker.pages);
      seen.add(totalSteps);
      expect({ id, totals: new Set(tracker.pages.map(({ terms }) => terms.totalSteps)) }).toEqual({
        id,
        totals: new Set([totalSteps]),
      });
      // Who stands at the new total has arrived.
      const view = viewTracker(tracker, world.now(), null);
      expect([...view.arrivedParticipants].sort()).toEqual(totalSteps === 6 ? ['a', 'b'] : []);
      expect(view.participantProgress).toEqual({ a: 6, b: 6, c: 3, d: 0 });
      await world.dispatchAll();
      expect((await loadTracker(world.table, id))?.header.terms.totalSteps).toBe(totalSteps);
      expect((await typesOf(id)).filter((type) => type === 'PROGRESS_TRACKER_CHANGED')).toHaveLength(
        totalSteps === 6 ? 1 : 0,
      );
      for (const participant of PARTICIPANTS) await report(id, participant, totalSteps ?? 0);
      expect(viewTracker(await trackerOf(id), world.now(), null).status).toBe('completed');
    }
    expect(seen).toEqual(new Set([10, 6]));
  });
});

describe('the mark of a stall', () => {
  const STALL = { kind: 'STALL', id: 't' } as const;
  const stalledOrResumed = async (id = 't') =>
    (await listEvents(world.table, { kind: 'PT', id, createdAtMs: 0 }, { limit: 100 })).items
      .map(({ type }) => type)
      .filter((type) => /STALLED|RESUMED/.test(type));
  const messages = async () =>
    (await readInbox(world, 'creator', { unacknowledged: false })).items.map(({ content }) => content.type);
  const create = async (...ids: string[]): Promise<void> => {
    const input = { name: 't', totalSteps: 9, participants: ['a'], stallSeconds: 60 };
    for (const id of ids) await createTracker(world, agent('creator'), { id, ...input });
    await world.dispatchAll();
    world.clock.advance(60_000);
  };

  test.each(deathsOf(3))('by a function that dies after %i requests: the Scheduler tries again', async (requests) => {
    await create('t');
    await control.dyingAfter(requests, () => sendNotice(world.dispatcher, STALL));
    await sendNotice(world.dispatcher, STALL);
    await world.dispatchAll();
    expect([await stalledOrResumed(), await messages()]).toEqual([['PROGRESS_STALLED'], ['PROGRESS_STALLED']]);
  });

  test.each(deathsOf(8))('dispatched by a function that dies after %i requests: told once', async (requests) => {
    await create('t');
    await sendNotice(world.dispatcher, STALL);
    const changes = await world.readChanges();
    await control.dyingAfter(requests, () => dispatchInBatches(world.dispatcher, changes));
    await dispatchInBatches(world.dispatcher, changes);
    world.clock.advance(1_000);
    await reportProgress(world, agent('a'), 't', { step: 1 });
    const resumed = await world.readChanges();
    await control.dyingAfter(requests, () => dispatchInBatches(world.dispatcher, resumed));
    await dispatchInBatches(world.dispatcher, resumed);
    await world.dispatchAll();
    expect([await stalledOrResumed(), await messages()]).toEqual([
      ['PROGRESS_STALLED', 'PROGRESS_RESUMED'],
      ['PROGRESS_STALLED'],
    ]);
    expect(world.noticesOf('t').at(-1)?.atMs).toBe(world.now() + 60_000);
  });

  test('that races a report never stays on a tracker that moves', async () => {
    const ids = Array.from({ length: 20 }, (_, round) => `t${round}`);
    await create(...ids);
    for (const [round, id] of ids.entries()) {
      const works: (() => Promise<unknown>)[] = [
        () => sendNotice(world.dispatcher, { kind: 'STALL', id }),
        () => reportProgress(world, agent('a'), id, { step: 1 }),
      ];
      await control.interleave(seededTurns(round), works);
    }
    await world.dispatchAll(2);
    const seen = new Set<string>();
    for (const id of ids) {
      seen.add((await stalledOrResumed(id)).join());
      expect((await loadTracker(world.table, id))?.header.stalledSinceMs).toBeNull();
      // The schedule that has fired sets itself again where it found a report; else whoever resumes does.
      expect(world.noticesOf(id).at(-1)?.atMs).toBe(world.now() + 60_000);
    }
    expect(seen).toEqual(new Set(['', 'PROGRESS_STALLED,PROGRESS_RESUMED']));
  });
});

test('a reader brings the header in line when the dispatcher has not for a while', async () => {
  const { id } = await putSmallSyncPoint(world, { id: 'p', pageCount: 3, participants: PARTICIPANTS });
  for (const participant of PARTICIPANTS) await arriveAs(id, participant);
  const headerStatus = async () => (await readSyncPoint(world, admin, id)).syncPoint.header.status;
  expect(await headerStatus()).toBe('open');
  world.clock.advance(6_000);
  await headerStatus();
  expect(await headerStatus()).toBe('completed');
  expect(contradictions(await historyOf(id), new Map())).toEqual([]);
});

describe.each([true, false])('a lost answer (the SDK repeats the request: %s)', (retryable) => {
  const lost = <T>(command: string, work: () => Promise<T>, nth = 0) =>
    control.losingAnswer({ command, retryable, nth }, work);

  test.each([1, 3])('to an arrival on %i pages: it counts once, and trying again answers it', async (pageCount) => {
    const { id } = await putSmallSyncPoint(world, { id: 'p', pageCount, participants: PARTICIPANTS });
    const first = await lost('UpdateItemCommand', () => arriveAs(id, 'a'));
    expect(first.status).toBe(retryable ? 'fulfilled' : 'rejected');
    world.clock.advance(5);
    const again = await arriveAs(id, 'a');
    expect(again).toMatchObject({ repeated: true, arrivedAt: new Date(START).toISOString(), status: 'waiting' });
    const history = await historyOf(id);
    expect(history.arrived).toEqual(['a']);
    expect(contradictions(history, new Map())).toEqual([]);
  });

  test.each(['PutItemCommand', 'UpdateItemCommand'])('to the %s of an arrival with data', async (command) => {
    const { id } = await putSmallSyncPoint(world, { id: 'p', pageCount: 1, participants: PARTICIPANTS });
    const first = await lost(command, () => arriveAs(id, 'a', 'first'));
    // Its own data is what is shown, so it must not look like the repeat of another arrival.
    expect(first).toMatchObject(
      retryable ? { status: 'fulfilled', value: { repeated: false } } : { status: 'rejected' },
    );
    world.clock.advance(5);
    const again = await arriveAs(id, 'a', 'second').catch(codeOfError);
    const firstCounts = retryable || command === 'UpdateItemCommand';
    expect(typeof again === 'string' ? again : again.repeated).toBe(
      firstCounts ? 'sync-point.arrived-otherwise' : false,
    );
    expect((await dataShown(id)).map((item) => item.data)).toEqual([firstCounts ? 'first' : 'second']);
  });

  test('to the last arrival: completed once', async () => {
    const { id } = await putSmallSyncPoint(world, { id: 'p', pageCount: 1, participants: ['a', 'b'] });
    await arriveAs(id, 'a');
    await lost('UpdateItemCommand', () => arriveAs(id, 'b'));
    expect(await arriveAs(id, 'b')).toMatchObject({ repeated: true, status: 'completed' });
    expect(contradictions(await historyOf(id), new Map())).toEqual([]);
  });

  test.each([0, 1, 2, 3])('to the %i. write of a cancel: cancelled, by the same hand', async (nth) => {
    const { id } = await putSmallSyncPoint(world, { id: 'p', pageCount: 3, participants: PARTICIPANTS });
    const first = await lost('UpdateItemCommand', () => cancel(id), nth);
    expect(first.status).toBe(retryable ? 'fulfilled' : 'rejected');
    world.clock.advance(5);
    await cancel(id);
    expect(await view(id)).toMatchObject({
      status: 'cancelled',
      endReason: 'enough',
      endedAt: new Date(START).toISOString(),
    });
    expect(contradictions(await historyOf(id), new Map())).toEqual([]);
  });

  test.each([0, 1, 2, 3])('to the %i. write of a move: one event when nobody asks again', async (nth) => {
    const { id } = await putSmallSyncPoint(world, {
      id: 'p',
      pageCount: 3,
      participants: PARTICIPANTS,
      deadlineMs: DEADLINE,
    });
    const first = await lost('UpdateItemCommand', () => move(id, DEADLINE + 1_000), nth);
    expect(first.status).toBe(retryable ? 'fulfilled' : 'rejected');
    const history = await historyOf(id);
    expect(history.deadline).toBe(new Date(DEADLINE + 1_000).toISOString());
    expect(history.headerDeadlineMs).toBe(DEADLINE + 1_000);
    expect(world.schedulesOf(id)).toEqual([DEADLINE + 1_000]);
    expect(history.events.filter((event) => event.type === 'SYNC_POINT_DEADLINE_CHANGED')).toHaveLength(1);
  });

  test.each([
    ['an id', { id: 'chosen' }, undefined],
    ['a key', {}, 'key-1'],
    ['an id and a key', { id: 'chosen' }, 'key-1'],
    ['neither', {}, undefined],
  ])('to a creation with %s: created once, and asking again answers the same', async (_name, given, key) => {
    const create = () =>
      createSyncPoint(world, agent('creator'), { ...given, name: 'm', participants: PARTICIPANTS }, key);
    const first = await lost('TransactWriteItemsCommand', create);
    expect(first.status).toBe(retryable ? 'fulfilled' : 'rejected');
    world.clock.advance(5);
    const repeatable = key !== undefined || 'id' in given;
    const again = repeatable ? await create() : first.status === 'fulfilled' ? first.value : null;
    expect(again?.syncPoint.createdAt ?? new Date(START).toISOString()).toBe(new Date(START).toISOString());
    expect(first.status === 'fulfilled' ? first.value.syncPoint : again?.syncPoint).toEqual(again?.syncPoint);
    const changes = await world.dispatchAll();
    expect(changes.filter((change) => change.sk === 'HEADER' && !change.before)).toHaveLength(1);
  });
});

describe('an idempotency key', () => {
  const create = (input: object, key: string | undefined, deadline?: string) =>
    createSyncPoint(
      world,
      agent('creator'),
      { name: 'm', participants: PARTICIPANTS, ...(deadline !== undefined && { deadline }), ...input },
      key,
    );
  const codeFrom = (promise: Promise<unknown>): Promise<string> =>
    Promise.allSettled([promise]).then(([answer]) => codeOf(answer));
  const REUSED = 'request.idempotency-key-reused';

  test('with the same body gives the present state, whatever happened since', async () => {
    const deadline = new Date(DEADLINE).toISOString();
    for (const given of [{}, { id: 'chosen' }]) {
      const key = `key-${'id' in given ? 'and-id' : 'alone'}`;
      const { repeated, syncPoint: first } = await create(given, key, deadline);
      expect(repeated).toBe(false);
      await arriveAs(first.id, 'a');
      await move(first.id, DEADLINE + 5_000);
      const moved = {
        ...first,
        arrivedParticipants: ['a'],
        missingParticipants: ['b', 'c', 'd'],
        deadline: new Date(DEADLINE + 5_000).toISOString(),
        version: first.version + 2,
      };
      expect(await create(given, key, deadline)).toEqual({ repeated: true, syncPoint: moved });
      const nowMs = world.clock.nowMs;
      // The deadline that the body names has passed, and so has the one in force: nobody has looked since.
      world.clock.nowMs = DEADLINE + 60_000;
      expect(await create(given, key, deadline)).toMatchObject({ repeated: true, syncPoint: { status: 'expired' } });
      world.clock.nowMs = nowMs;
    }
  });

  test('with another body is refused, also after the deadline of the first', async () => {
    const deadline = new Date(DEADLINE).toISOString();
    await create({}, 'alone', deadline);
    await create({ id: 'chosen' }, 'both', deadline);
    for (const nowMs of [START, DEADLINE + 1]) {
      world.clock.nowMs = nowMs;
      expect(await codeFrom(create({ name: 'other' }, 'alone', deadline))).toBe(REUSED);
      expect(await codeFrom(create({ id: 'chosen', name: 'other' }, 'both', deadline))).toBe(REUSED);
      world.clock.nowMs = START;
      expect(await codeFrom(create({ id: 'another' }, 'both', deadline))).toBe(REUSED);
    }
  });

  test('is one key, whether the body has an id or not', async () => {
    await create({}, 'first-without');
    expect(await codeFrom(create({ id: 'x1' }, 'first-without'))).toBe(REUSED);
    await create({ id: 'x2' }, 'first-with');
    expect(await codeFrom(create({}, 'first-with'))).toBe(REUSED);
  });

  test('is the agent’s own', async () => {
    const mine = await create({}, 'shared');
    const theirs = await createSyncPoint(world, agent('other'), { name: 'm', participants: PARTICIPANTS }, 'shared');
    expect(theirs.syncPoint.id).not.toBe(mine.syncPoint.id);
  });

  test('used 10 times at once creates one', async () => {
    for (const given of [{}, { id: 'both' }]) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => create(given, `at-once-${JSON.stringify(given)}`)),
      );
      expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(new Set(answers.map(({ syncPoint }) => JSON.stringify(syncPoint))).size).toBe(1);
    }
  });
});

describe('a creation that meets other transactions on its items', () => {
  /** DynamoDB Local never reports such conflicts. */
  const conflicting = (times: number, code: string): void => {
    let left = times;
    world.table.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'TransactWriteItemsCommand' && left-- > 0) {
          throw new TransactionCanceledException({
            message: 'Transaction cancelled',
            $metadata: {},
            CancellationReasons: [{ Code: code }, { Code: 'None' }],
          });
        }
        return next(args);
      },
      { step: 'initialize' },
    );
  };
  const create = () =>
    createSyncPoint(world, agent('creator'), { id: 'x', name: 'm', participants: PARTICIPANTS }, undefined);

  test('tries again', async () => {
    conflicting(2, 'TransactionConflict');
    expect((await create()).syncPoint.id).toBe('x');
  });

  test('that go on says that the store is busy, not that the id is taken', async () => {
    conflicting(Infinity, 'TransactionConflict');
    const [answer] = await Promise.allSettled([create()]);
    expect(codeOf(answer)).toBe('store.busy');
  });
});
