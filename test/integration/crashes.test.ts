import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MusterError } from '../../lib/errors/muster-error';
import { arrive } from '../../lib/sync-points/arrive';
import { createSyncPoint } from '../../lib/sync-points/create-sync-point';
import { endSyncPoint, moveDeadline } from '../../lib/sync-points/end-sync-point';
import { listArrivals } from '../../lib/sync-points/list-arrivals';
import { readSyncPoint } from '../../lib/sync-points/read-sync-point';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { pageIndexOf } from '../../lib/rosters/page';
import { contradictions, type History, readHistories } from '../support/history';
import { controlRequests, type RequestControl } from '../support/request-control';
import { putSmallSyncPoint } from '../support/small-pages';
import { admin, agent, createWorld, type World } from '../support/world';

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
  arrive(world.table, world.clock.now, new Map(), agent(agentId), id, data);
const cancel = (id: string) => endSyncPoint(world.table, world.clock.now, agent('creator'), id, 'cancelled', 'enough');
const move = (id: string, deadlineMs: number) =>
  moveDeadline(world.table, world.clock.now, agent('creator'), id, new Date(deadlineMs).toISOString());
const view = async (id: string) =>
  viewSyncPoint((await readSyncPoint(world.table, world.clock.now, admin, id)).syncPoint);
const dataShown = async (id: string) => {
  const { syncPoint } = await readSyncPoint(world.table, world.clock.now, admin, id);
  return (await listArrivals(world.table, syncPoint, {})).items;
};
const historyOf = async (id: string): Promise<History> => {
  await world.dispatchAll();
  return (await readHistories(world, [id])).get(id) as History;
};
const codeOf = (answer: PromiseSettledResult<unknown>): string =>
  answer.status === 'fulfilled' ? 'ok' : answer.reason instanceof MusterError ? answer.reason.code : 'died';

/** More requests than any of the walks here makes; what dies after this many has not died. */
const MOST_REQUESTS = 9;
const deaths = Array.from({ length: MOST_REQUESTS }, (_, requests) => requests);

describe.each([1, 3])('on %i pages, work that dies after any of its requests', (pageCount) => {
  const prepare = async (): Promise<string[]> => {
    const ids = deaths.map((requests) => `dies-after-${requests}`);
    for (const id of ids)
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
      overturned.push(...((await view(id)).status === (before === 'waiting' ? 'completed' : 'cancelled') ? [] : [id]));
    }
    await world.dispatchAll();
    const histories = await readHistories(world, ids);
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
    for (const history of (await readHistories(world, ids)).values()) {
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
            arrive(world.table, () => inForceMs + offsetMs, new Map(), agent(participant), id, undefined),
          ]);
          expect([requests, participant, codeOf(answer)]).toEqual([requests, participant, expected]);
        }
      }
      expect(seen).toEqual(new Set([new Date(DEADLINE).toISOString(), new Date(to).toISOString()]));
      await world.dispatchAll();
      for (const history of (await readHistories(world, ids)).values()) {
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
      const { pages, header } = (await readSyncPoint(world.table, world.clock.now, admin, id)).syncPoint;
      if (pages[0]?.moves === 0) continue;
      const onLastPage = PARTICIPANTS.find((participant) => pageIndexOf(participant, header) === pageCount - 1) ?? '';
      const [answer] = await Promise.allSettled([
        arrive(world.table, () => DEADLINE + 1, new Map(), agent(onLastPage), id, undefined),
      ]);
      expect([died.status, codeOf(answer)]).toEqual([died.status, 'ok']);
    }
  });

  test('a move decided on a page that is filled since holds for the others past the old deadline', async () => {
    const ids = await prepare();
    const seen = new Set<string>();
    for (const [requests, id] of ids.entries()) {
      const { header } = (await readSyncPoint(world.table, () => START, admin, id)).syncPoint;
      const onFirstPage = PARTICIPANTS.filter((participant) => pageIndexOf(participant, header) === 0);
      await control.dyingAfter(requests, () => move(id, DEADLINE + 60_000));
      for (const participant of onFirstPage) await arriveAs(id, participant);
      const { pages } = (await readSyncPoint(world.table, () => START, admin, id)).syncPoint;
      const moved = pages[0]?.moves === 1;
      for (const participant of PARTICIPANTS) {
        const [answer] = await Promise.allSettled([
          arrive(world.table, () => DEADLINE + 1, new Map(), agent(participant), id, undefined),
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
    for (const [id, history] of await readHistories(world, ids)) {
      expect(history.headerDeadlineMs).toBe(Date.parse(history.deadline ?? ''));
      expect(world.schedulesOf(id)).toEqual([history.headerDeadlineMs]);
    }
  });

  test('an arrival with data is in with its data, or not at all', async () => {
    const ids = await prepare();
    for (const [requests, id] of ids.entries()) {
      await control.dyingAfter(requests, () => arriveAs(id, 'a', { requests }));
      const again = await arriveAs(id, 'a', 'second try');
      expect(await dataShown(id)).toEqual([
        { agentId: 'a', arrivedAt: again.arrivedAt, data: again.repeated ? { requests } : 'second try' },
      ]);
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
    for (const history of (await readHistories(world, ids)).values()) {
      expect(history.status).toBe('completed');
      expect(contradictions(history, new Map())).toEqual([]);
    }
  });
});

test('a reader brings the header in line when the dispatcher has not for a while', async () => {
  const { id } = await putSmallSyncPoint(world, { id: 'p', pageCount: 3, participants: PARTICIPANTS });
  for (const participant of PARTICIPANTS) await arriveAs(id, participant);
  const headerStatus = async () =>
    (await readSyncPoint(world.table, world.clock.now, admin, id)).syncPoint.header.status;
  expect(await headerStatus()).toBe('waiting');
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
    const again = await arriveAs(id, 'a', 'second');
    const firstCounts = retryable || command === 'UpdateItemCommand';
    expect(again.repeated).toBe(firstCounts);
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
      createSyncPoint(
        world.table,
        world.clock.now,
        agent('creator'),
        { ...given, name: 'm', participants: PARTICIPANTS },
        key,
      );
    const first = await lost('TransactWriteItemsCommand', create);
    expect(first.status).toBe(retryable ? 'fulfilled' : 'rejected');
    world.clock.advance(5);
    const repeatable = key !== undefined || 'id' in given;
    const again = repeatable ? await create() : first.status === 'fulfilled' ? first.value : null;
    expect(again?.createdAt ?? new Date(START).toISOString()).toBe(new Date(START).toISOString());
    expect(first.status === 'fulfilled' ? first.value : again).toEqual(again);
    const changes = await world.dispatchAll();
    expect(changes.filter((change) => change.sk === 'HEADER' && !change.before)).toHaveLength(1);
  });
});

describe('an idempotency key', () => {
  const create = (input: object, key: string | undefined, deadline?: string) =>
    createSyncPoint(
      world.table,
      world.clock.now,
      agent('creator'),
      { name: 'm', participants: PARTICIPANTS, ...(deadline !== undefined && { deadline }), ...input },
      key,
    );
  const codeFrom = (promise: Promise<unknown>): Promise<string> =>
    Promise.allSettled([promise]).then(([answer]) => codeOf(answer));
  const REUSED = 'request.idempotency-key-reused';

  test('with the same body gives the first answer, whatever happened since', async () => {
    const deadline = new Date(DEADLINE).toISOString();
    for (const given of [{}, { id: 'chosen' }]) {
      const key = `key-${'id' in given ? 'and-id' : 'alone'}`;
      const first = await create(given, key, deadline);
      await arriveAs(first.id, 'a');
      await move(first.id, DEADLINE + 5_000);
      expect(await create(given, key, deadline)).toEqual(first);
      const nowMs = world.clock.nowMs;
      world.clock.nowMs = DEADLINE + 60_000;
      expect(await create(given, key, deadline)).toEqual(first);
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
    const theirs = await createSyncPoint(
      world.table,
      world.clock.now,
      agent('other'),
      { name: 'm', participants: PARTICIPANTS },
      'shared',
    );
    expect(theirs.id).not.toBe(mine.id);
  });

  test('used 10 times at once creates one', async () => {
    for (const given of [{}, { id: 'both' }]) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => create(given, `at-once-${JSON.stringify(given)}`)),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
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
    createSyncPoint(
      world.table,
      world.clock.now,
      agent('creator'),
      { id: 'x', name: 'm', participants: PARTICIPANTS },
      undefined,
    );

  test('tries again', async () => {
    conflicting(2, 'TransactionConflict');
    expect((await create()).id).toBe('x');
  });

  test('that go on says that the store is busy, not that the id is taken', async () => {
    conflicting(Infinity, 'TransactionConflict');
    const [answer] = await Promise.allSettled([create()]);
    expect(codeOf(answer)).toBe('store.busy');
  });
});
