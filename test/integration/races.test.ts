import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MusterError } from '../../lib/common/errors';
import type { RosterCache } from '../../lib/rosters/service';
import { listArrivals } from '../../lib/rosters/list-participants';
import type { Roster } from '../../lib/rosters/roster';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { mapConcurrently } from '../../lib/common/concurrency';
import { contradictions, type History, readHistories } from '../support/history';
import { controlRequests, type RequestControl, seededTurns } from '../support/request-control';
import { repetitions, sized } from '../support/size';
import { putSmallSyncPoint } from '../support/small-pages';
import { admin, agent, createWorld, uuidLikeIds, type World } from '../support/world';
import {
  arrive,
  createSyncPoint,
  endSyncPoint,
  moveDeadline,
  readSyncPoint,
  type ArrivalAnswer,
} from '../support/operations';

let world: World;
let control: RequestControl;

beforeEach(async () => {
  world = await createWorld();
  control = controlRequests(world.table);
});

/** Some fifty requests a round, of which DynamoDB Local does a hundred or so a second on a busy machine. */
jest.setTimeout(600_000);

const ROUNDS = repetitions('RACE_ROUNDS', { quick: 6, complete: 20 });
/** Rounds have nothing in common but the table, so their order does not depend on each other. */
const ROUNDS_AT_ONCE = 8;

type Answer = PromiseSettledResult<unknown>;
type Racer = (id: string) => Promise<unknown>;

/** Every racer is a container of its own: its own clock, its own memory of rosters. */
const arriving =
  (agentId: string, atMs = world.clock.nowMs, data?: unknown) =>
  (id: string): Promise<ArrivalAnswer> =>
    arrive({ table: world.table, now: () => atMs, rosters: new Map() as RosterCache }, agent(agentId), id, data);
const ending =
  (how: 'cancelled' | 'completed', by = 'creator', atMs = world.clock.nowMs) =>
  (id: string): Promise<Roster> =>
    endSyncPoint({ table: world.table, now: () => atMs }, agent(by), id, { as: how, reason: `${how} by ${by}` });
const moving =
  (deadlineMs: number, atMs = world.clock.nowMs, by = 'creator') =>
  (id: string): Promise<Roster> =>
    moveDeadline({ table: world.table, now: () => atMs }, agent(by), id, {
      deadline: new Date(deadlineMs).toISOString(),
    });
const reading =
  (atMs: number, by = admin) =>
  (id: string): Promise<unknown> =>
    readSyncPoint({ table: world.table, now: () => atMs }, by, id);

const codeOf = (answer: Answer): string =>
  answer.status === 'fulfilled'
    ? 'ok'
    : answer.reason instanceof MusterError
      ? answer.reason.code
      : String(answer.reason);

interface Race {
  readonly pageCount: number;
  readonly participants?: readonly string[];
  readonly deadlineMs?: number;
  readonly rounds?: number;
  /** Arrive before the race. */
  readonly early?: readonly string[];
  /** Arrive in the race. */
  readonly late: Readonly<Record<string, number | undefined>>;
  readonly others: Readonly<Record<string, Racer>>;
}

interface Round {
  readonly id: string;
  readonly history: History;
  readonly arrivals: ReadonlyMap<string, PromiseSettledResult<ArrivalAnswer>>;
  readonly others: Readonly<Record<string, Answer>>;
}

/**
 * Many rounds, each with the order of the requests chosen by its own number; then the dispatcher, then a look at it
 * all.
 */
async function race({
  pageCount,
  rounds = ROUNDS,
  deadlineMs,
  early = [],
  late,
  others,
  ...rest
}: Race): Promise<Round[]> {
  const participants = rest.participants ?? [...early, ...Object.keys(late)];
  const names = [...Object.keys(late), ...Object.keys(others)];
  const numbers = Array.from({ length: rounds }, (_, index) => index + 1);
  const played = await mapConcurrently(numbers, ROUNDS_AT_ONCE, async (number): Promise<Omit<Round, 'history'>> => {
    const id = `round-${number}`;
    await putSmallSyncPoint(world, { id, pageCount, participants, deadlineMs: deadlineMs ?? null });
    for (const agentId of early) await arriving(agentId)(id);
    const works = [
      ...Object.entries(late).map(
        ([agentId, atMs]) =>
          () =>
            arriving(agentId, atMs)(id),
      ),
      ...Object.values(others).map((racer) => () => racer(id)),
    ];
    const results = await control.interleave(seededTurns(number), works);
    const byName = new Map(names.map((name, index) => [name, results[index]]));
    return {
      id,
      arrivals: new Map(
        Object.keys(late).map((name) => [name, byName.get(name) as PromiseSettledResult<ArrivalAnswer>]),
      ),
      others: Object.fromEntries(Object.keys(others).map((name) => [name, byName.get(name) as Answer])),
    };
  });
  await world.dispatchAll();
  const histories = await readHistories(
    world,
    played.map(({ id }) => id),
  );
  return played.map((round) => ({ ...round, history: histories.get(round.id) as History }));
}

const allContradictions = (rounds: readonly Round[]): string[] =>
  rounds.flatMap((round) => contradictions(round.history, round.arrivals).map((text) => `${round.id}: ${text}`));

const outcomes = (rounds: readonly Round[]): Set<string> => new Set(rounds.map((round) => round.history.status));

test.each([2, 50])('%i agents at once complete it exactly once', async (count) => {
  const participants = uuidLikeIds(count);
  const {
    syncPoint: { id },
  } = await createSyncPoint(world, agent('creator'), { name: 'm', participants }, undefined);

  // An inbox is in order by the millisecond.
  world.clock.advance(1);
  const answers = await Promise.all(participants.map((participant) => arriving(participant)(id)));
  await world.dispatchAll(2);

  expect(answers.every((answer) => !answer.repeated)).toBe(true);
  expect(answers.filter((answer) => answer.status === 'completed').length).toBeGreaterThanOrEqual(1);
  const history = (await readHistories(world, [id])).get(id) as History;
  expect(history.status).toBe('completed');
  expect(contradictions(history, new Map())).toEqual([]);
  expect(history.events.map((event) => event.type)).toEqual([
    'SYNC_POINT_CREATED',
    ...participants.map(() => 'AGENT_ARRIVED'),
    'SYNC_POINT_COMPLETED',
  ]);
  for (const participant of participants) {
    expect(history.inboxes.get(participant)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_COMPLETED']);
  }
});

const PARTICIPANTS = ['a', 'c', 'd'];
const EARLY = ['a'];
const START = Date.parse('2026-03-01T12:00:00.000Z');
const DEADLINE = START + 10_000;

describe.each(sized({ quick: [3], complete: [1, 3] }))('on %i pages', (pageCount) => {
  test('the last arrivals race a cancel: one ending, and nothing is accepted after an answered cancel', async () => {
    const rounds = await race({
      pageCount,
      early: EARLY,
      late: { c: START, d: START },
      others: { cancel: ending('cancelled') },
    });

    expect(allContradictions(rounds)).toEqual([]);
    expect(outcomes(rounds)).toEqual(new Set(['completed', 'cancelled']));
    for (const { history, others } of rounds) {
      expect(others['cancel'] && codeOf(others['cancel'])).toBe(
        history.status === 'cancelled' ? 'ok' : 'sync-point.not-waiting',
      );
    }
  });

  test('nothing is accepted after an answered cancel', async () => {
    const tooLate: string[] = [];
    for (let round = 0; round < 12; round++) {
      const id = `after-${round}`;
      await putSmallSyncPoint(world, { id, pageCount, participants: PARTICIPANTS });
      const [cancelled] = await control.interleave<unknown>(seededTurns(round), [
        async () => {
          await ending('cancelled')(id);
          const later = await Promise.allSettled(PARTICIPANTS.map((participant) => arriving(participant)(id)));
          // Those who were in before are repeats.
          tooLate.push(...later.flatMap((one) => (one.status === 'fulfilled' && !one.value.repeated ? [id] : [])));
        },
        () => arriving('a')(id),
        () => arriving('d')(id),
      ]);
      expect(cancelled?.status).toBe('fulfilled');
    }
    expect(tooLate).toEqual([]);
  });

  test('the last arrival races completing by hand: completed either way, by the one who did it', async () => {
    const rounds = await race({
      pageCount,
      early: ['a', 'c'],
      late: { d: START },
      others: { complete: ending('completed') },
    });

    expect(allContradictions(rounds)).toEqual([]);
    expect(outcomes(rounds)).toEqual(new Set(['completed']));
    expect(new Set(rounds.map(({ history }) => history.endedBy))).toEqual(new Set(['system', 'creator']));
    expect(rounds.every(({ others }) => others['complete']?.status === 'fulfilled')).toBe(true);
  });

  test('the last arrivals race the deadline, by clocks on both sides of it', async () => {
    const rounds = await race({
      pageCount,
      deadlineMs: DEADLINE,
      early: EARLY,
      late: { c: DEADLINE - 1, d: DEADLINE - 1 },
      others: { observer: reading(DEADLINE), another: reading(DEADLINE + 1), early: reading(DEADLINE - 1) },
    });

    expect(allContradictions(rounds)).toEqual([]);
    expect(outcomes(rounds)).toEqual(new Set(['completed', 'expired']));
  });

  test('an arrival by a clock past the deadline is refused whatever else happens', async () => {
    const rounds = await race({
      pageCount,
      deadlineMs: DEADLINE,
      early: EARLY,
      late: { c: DEADLINE - 1, d: DEADLINE },
      others: { observer: reading(DEADLINE - 1) },
    });

    expect(allContradictions(rounds)).toEqual([]);
    expect(outcomes(rounds)).toEqual(new Set(['expired']));
    for (const { arrivals } of rounds) expect(codeOf(arrivals.get('d') as Answer)).toBe('sync-point.expired');
  });

  test('the last arrivals race a deadline moved later: in time by the new one, unless it expired before', async () => {
    const rounds = await race({
      pageCount,
      deadlineMs: DEADLINE,
      early: EARLY,
      late: { c: DEADLINE - 1, d: DEADLINE + 1 },
      others: { move: moving(DEADLINE + 60_000, DEADLINE - 1) },
    });

    world.clock.nowMs = DEADLINE + 1;
    expect(allContradictions(rounds)).toEqual([]);
    expect(outcomes(rounds)).toEqual(new Set(['completed', 'expired']));
    for (const { history, others } of rounds) {
      const moves = history.events.filter((event) => event.type === 'SYNC_POINT_DEADLINE_CHANGED');
      expect(moves).toHaveLength(others['move']?.status === 'fulfilled' ? 1 : 0);
    }
  });

  test('the last arrivals race a deadline moved earlier: refused once the new one has passed', async () => {
    const earlier = START + 5_000;
    const rounds = await race({
      pageCount,
      deadlineMs: DEADLINE,
      early: EARLY,
      late: { c: earlier + 1, d: earlier + 1 },
      others: { move: moving(earlier, earlier - 1), observer: reading(earlier + 1) },
    });

    // Rounds that nobody looked at after the new deadline are settled by the next reader.
    for (const { id } of rounds) await reading(earlier + 1)(id);
    await world.dispatchAll();
    const settled = await readHistories(
      world,
      rounds.map(({ id }) => id),
    );
    const looked = rounds.map((round) => ({ ...round, history: settled.get(round.id) as History }));
    expect(allContradictions(looked)).toEqual([]);
    expect(outcomes(looked)).toEqual(new Set(['completed', 'expired']));
  });

  test('two different endings at once: one wins, the other is told', async () => {
    const rounds = await race({
      pageCount,
      participants: PARTICIPANTS,
      late: { a: START },
      others: { cancel: ending('cancelled'), complete: ending('completed') },
    });

    expect(allContradictions(rounds)).toEqual([]);
    expect(outcomes(rounds)).toEqual(new Set(['completed', 'cancelled']));
    for (const { history, others } of rounds) {
      const cancelled = history.status === 'cancelled';
      expect([others['cancel'], others['complete']].map((answer) => answer && codeOf(answer))).toEqual(
        cancelled ? ['ok', 'sync-point.not-waiting'] : ['sync-point.not-waiting', 'ok'],
      );
    }
  });

  test('two cancels at once: both answered with the one that was first', async () => {
    const rounds = await race({
      pageCount,
      participants: [...PARTICIPANTS, 'creator'],
      late: { a: START },
      others: {
        one: ending('cancelled', 'creator', START + 1),
        other: (id) =>
          endSyncPoint({ table: world.table, now: () => START + 2 }, admin, id, {
            as: 'cancelled',
            reason: 'by an admin',
          }),
      },
    });

    expect(allContradictions(rounds)).toEqual([]);
    expect(new Set(rounds.map(({ history }) => history.endedBy))).toEqual(new Set(['creator', admin.agentId]));
    for (const { others } of rounds) {
      const reasons = Object.values(others).map((answer) =>
        answer.status === 'fulfilled'
          ? (answer.value as Roster).pages.find((page) => page.closing)?.closing?.reason
          : codeOf(answer),
      );
      expect(new Set(reasons).size).toBe(1);
    }
  });

  test('two moves at once: an event each, and page, header and schedule say the last', async () => {
    const rounds = await race({
      pageCount,
      participants: PARTICIPANTS,
      deadlineMs: DEADLINE,
      late: { a: START },
      others: { one: moving(DEADLINE + 1_000, START + 1), other: moving(DEADLINE + 2_000, START + 2) },
    });

    expect(allContradictions(rounds)).toEqual([]);
    const last = new Set<unknown>();
    for (const { id, history } of rounds) {
      const moves = history.events.filter((event) => event.type === 'SYNC_POINT_DEADLINE_CHANGED');
      expect(moves).toHaveLength(2);
      expect(history.headerDeadlineMs).toBe(Date.parse(history.deadline ?? ''));
      expect(world.schedulesOf(id)).toEqual([history.headerDeadlineMs]);
      last.add(history.deadline);
    }
    expect(last.size).toBe(2);
  });

  test('a move races a cancel: never a moved deadline after the end, never a schedule left behind', async () => {
    const rounds = await race({
      pageCount,
      participants: PARTICIPANTS,
      deadlineMs: DEADLINE,
      late: { a: START },
      others: { move: moving(DEADLINE + 1_000), cancel: ending('cancelled', 'creator', START + 1) },
    });

    expect(allContradictions(rounds)).toEqual([]);
    expect(new Set(rounds.map(({ others }) => codeOf(others['move'] as Answer)))).toEqual(
      new Set(['ok', 'sync-point.not-waiting']),
    );
    for (const { id } of rounds) expect(world.schedulesOf(id)).toEqual([]);
  });
});

describe('the same agent arriving 20 times at once', () => {
  test.each([1, 3])('on %i pages: one is the first, and its data is what is shown', async (pageCount) => {
    const { id } = await putSmallSyncPoint(world, { id: 'p', pageCount, participants: PARTICIPANTS });
    const attempts = Array.from({ length: 20 }, (_, attempt) => attempt);

    const answers = await Promise.allSettled(attempts.map((attempt) => arriving('a', START, { attempt })(id)));

    const firsts = attempts.filter((attempt) => answers[attempt]?.status === 'fulfilled');
    expect(firsts).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status === 'rejected').map(codeOf))).toEqual(
      new Set(['sync-point.arrived-otherwise']),
    );
    const { syncPoint } = await readSyncPoint({ table: world.table, now: () => START }, admin, id);
    expect((await listArrivals(world.table, syncPoint, {})).items.map((item) => item.data)).toEqual([
      { attempt: firsts[0] },
    ]);
  });

  test('some with and some without data in one millisecond: what is shown is what the first one brought', async () => {
    for (let round = 0; round < 40; round++) {
      const { id } = await putSmallSyncPoint(world, { id: `p${round}`, pageCount: 1, participants: PARTICIPANTS });
      const data = [undefined, 'x', undefined, 'y'];

      const results = await control.interleave(
        seededTurns(round),
        data.map((value) => () => arriving('a', START, value)(id)),
      );

      const firsts = results.flatMap((result, index) =>
        result.status === 'fulfilled' && !result.value.repeated ? [index] : [],
      );
      expect(firsts).toHaveLength(1);
      const { syncPoint } = await readSyncPoint({ table: world.table, now: () => START }, admin, id);
      const { items } = await listArrivals(world.table, syncPoint, {});
      expect(items.map((item) => item.data)).toEqual([data[firsts[0] ?? -1]]);
    }
  });
});

describe('the same id created 10 times at once', () => {
  const creating = (name: string, key?: string) =>
    createSyncPoint(
      { table: world.table, now: () => START },
      agent('creator'),
      { id: 'same', name, participants: PARTICIPANTS },
      key,
    );

  test('with the same body is created by one, and shown to all', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => creating('m')));
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(answers.map(({ syncPoint }) => JSON.stringify(syncPoint))).size).toBe(1);
    expect((await world.dispatchAll()).filter((change) => change.sk === 'HEADER' && !change.before)).toHaveLength(1);
  });

  test('with different bodies lets one win', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => creating(`m${index}`)));
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    expect(new Set(answers.filter((answer) => answer.status === 'rejected').map(codeOf))).toEqual(
      new Set(['sync-point.exists']),
    );
  });
});

const QUORUM_ROUNDS = repetitions('RACE_ROUNDS', { quick: 4, complete: 200 });
const FIFTY = uuidLikeIds(50);
const QUORUM = 30;

/**
 * Rounds with a quorum of 30 of 50 on five pages, in which more than 30 arrive: by clocks just before the deadline, or
 * without one. Only readers look afterwards; the dispatcher is proven elsewhere, and would take most of the time.
 */
async function raceForQuorum(
  others: Readonly<Record<string, Racer>>,
  { deadlineMs = null, everyone = false }: { readonly deadlineMs?: number | null; readonly everyone?: boolean } = {},
): Promise<Set<string>> {
  const numbers = Array.from({ length: QUORUM_ROUNDS }, (_, index) => index + 1);
  const endings = await mapConcurrently(numbers, ROUNDS_AT_ONCE, async (number) => {
    const id = `quorum-${number}`;
    const options = { id, pageCount: 5, participants: FIFTY, quorum: QUORUM, deadlineMs };
    const { shape } = await putSmallSyncPoint(world, options);
    const known = { rule: { quorum: QUORUM, endWhen: 'decided', creatorDecides: false }, terms: NO_TERMS } as const;
    const rosters: RosterCache = new Map([[id, { ...shape, ...known }]]);
    const atMs = deadlineMs === null ? START : deadlineMs - 1;
    const arriving = FIFTY.slice(0, everyone ? FIFTY.length : QUORUM + 1 + (number % 12));
    const works = [
      ...arriving.map((who) => () => arrive({ table: world.table, now: () => atMs, rosters }, agent(who), id)),
      ...Object.values(others).map((racer) => () => racer(id)),
    ];
    const answers: readonly Answer[] = await control.interleave(seededTurns(number), works);

    const accepted = arriving.filter((_, index) => answers[index]?.status === 'fulfilled');
    const refused = new Set(
      answers
        .slice(0, arriving.length)
        .map(codeOf)
        .filter((code) => code !== 'ok'),
    );
    const look = async () => {
      const now = () => (deadlineMs ?? START) + 1;
      const { syncPoint } = await readSyncPoint({ table: world.table, now }, admin, id);
      return viewSyncPoint(syncPoint);
    };
    const ended = await look();
    expect({ number, arrived: [...ended.arrivedParticipants].sort() }).toEqual({ number, arrived: accepted });
    expect({ number, completed: ended.status === 'completed' }).toEqual({
      number,
      completed: accepted.length >= QUORUM,
    });
    expect(ended.endedBy).toBe(ended.status === 'cancelled' ? 'creator' : 'system');
    for (const code of refused) expect(['sync-point.not-waiting', 'sync-point.expired']).toContain(code);
    // Whoever looks later finds the same.
    expect(await look()).toEqual(ended);
    // A racer that ended it by hand is told whether it did.
    const cancel = 'cancel' in others ? answers[arriving.length + Object.keys(others).indexOf('cancel')] : undefined;
    if (cancel) expect(codeOf(cancel)).toBe(ended.status === 'cancelled' ? 'ok' : 'sync-point.not-waiting');
    return ended.status;
  });
  return new Set(endings);
}

const NO_TERMS = { deadlineMs: null, totalSteps: null };

describe('50 agents at once, of whom 30 are enough', () => {
  test('complete it, whoever is first', async () => {
    expect(await raceForQuorum({ reader: reading(START) }, { everyone: true })).toEqual(new Set(['completed']));
  });

  test('race a cancel: one ending, completed exactly when 30 were accepted', async () => {
    expect(await raceForQuorum({ cancel: ending('cancelled'), reader: reading(START) })).toEqual(
      new Set(['completed', 'cancelled']),
    );
  });

  test('race the deadline, by clocks on both sides of it', async () => {
    const others = { observer: reading(DEADLINE), another: reading(DEADLINE + 1), early: reading(DEADLINE - 1) };
    expect(await raceForQuorum(others, { deadlineMs: DEADLINE })).toEqual(new Set(['completed', 'expired']));
  });
});

/** On pages of ten. */
const CROWD = sized({ quick: 80, complete: 200 });

test(`${CROWD} agents over ${CROWD / 10} pages race a cancel: those answered are in, those refused are not`, async () => {
  for (let round = 0; round < sized({ quick: 1, complete: 3 }); round++) {
    const participants = uuidLikeIds(CROWD);
    const {
      syncPoint: { id },
    } = await createSyncPoint(world, agent('creator'), { id: `big-${round}`, name: 'm', participants }, undefined);
    const rosters: RosterCache = new Map();
    const answers = new Map<string, PromiseSettledResult<ArrivalAnswer>>();
    // Real concurrency here, without turns; the cancel starts while arrivals are under way.
    await mapConcurrently([...participants.keys()], 32, async (index) => {
      if (index === 60 + 30 * round) await ending('cancelled')(id);
      const participant = participants[index] ?? '';
      const [answer] = await Promise.allSettled([arrive({ ...world, rosters }, agent(participant), id, undefined)]);
      answers.set(participant, answer);
    });
    await world.dispatchAll();
    const history = (await readHistories(world, [id])).get(id) as History;
    expect(contradictions(history, answers)).toEqual([]);
    expect(history.status).toBe('cancelled');
  }
});
