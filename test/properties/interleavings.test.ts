import { describe, expect, jest, test } from '@jest/globals';
import { currentTerms, decisionOf } from '../../lib/rosters/decision';
import { versionOf, withOutcome } from '../../lib/rosters/roster';
import { doToSyncPoint, operationsOf, type SyncPointDeed, syncPointActOf, type Told } from '../support/acts';
import { wrongEnding } from '../support/history';
import { exploreInterleavings, type Performed } from '../support/interleavings';
import { checkLinearizable } from '../support/linearizability';
import {
  ARE_MANY,
  BEFORE,
  DEADLINE,
  expectTheSameOfTheStore,
  lostOrForeign,
  OUTCOMES,
  pairsOf,
  playDrawn,
  type Settled,
  settle,
  START,
  tableOf,
  tell,
  wrongProjection,
} from '../support/played-orders';
import { isCompleteRun } from '../support/size';
import { smallSyncPoint } from '../support/small-pages';
import { syncPointModel, type SyncPointRules, type SyncPointTold } from '../support/sync-point-model';

jest.setTimeout(300_000);

const PARTICIPANTS = ['a', 'b', 'c'];

const arrives = (who: string): SyncPointDeed => ({ kind: 'arrive', who, atMs: BEFORE });
const fails = (who: string): SyncPointDeed => ({ kind: 'fail', who, atMs: BEFORE });
const excuses = (who: string): SyncPointDeed => ({ kind: 'excuse', who, atMs: BEFORE });
const cancels: SyncPointDeed = { kind: 'cancel', atMs: BEFORE };
const completes: SyncPointDeed = { kind: 'complete', atMs: BEFORE };
const endsAsFailed: SyncPointDeed = { kind: 'end', atMs: BEFORE };
const expires: SyncPointDeed = { kind: 'expire', atMs: DEADLINE };
const looks = (atMs: number): SyncPointDeed => ({ kind: 'look', atMs });
const moves: SyncPointDeed = { kind: 'move', deadlineMs: DEADLINE + 10_000, atMs: BEFORE };
const removes: SyncPointDeed = { kind: 'move', deadlineMs: null, atMs: BEFORE };

type SyncPointPlot = readonly (readonly SyncPointDeed[])[];

function faultsOfSyncPoint(
  { roster, events }: Settled,
  { rules }: Meeting,
  plot: SyncPointPlot,
  performed: readonly Performed<Told<SyncPointTold>>[],
): string[] {
  const found: string[] = [];
  const deeds = performed.map(({ racer, act }) => plot[racer]?.[act] ?? looks(START));
  const operations = performed.flatMap((one, index) => {
    if (one.told.answer === null) found.push(String(one.told.error));
    return operationsOf(syncPointActOf(deeds[index] ?? looks(START)), one.told, one);
  });
  const verdict = checkLinearizable(syncPointModel(rules), operations);
  if (!verdict.linearizable) found.push(`not linearizable: ${JSON.stringify(verdict.stuckAt)}`);
  if (!roster) return [...found, 'it is gone'];

  found.push(...lostOrForeign({ roster, events }, deeds, performed, OUTCOMES), ...wrongProjection(roster, events));
  const decision = decisionOf(roster.pages);
  const idsOf = (outcome: 'arrived' | 'failed' | 'excused'): string[] =>
    withOutcome(roster, outcome).map(({ agentId }) => agentId);
  found.push(
    ...wrongEnding({
      status: decision?.ending ?? 'waiting',
      endedBy: decision?.endedBy ?? null,
      participants: rules.participants,
      quorum: rules.quorum ?? null,
      endWhen: rules.endWhen ?? 'decided',
      arrived: idsOf('arrived'),
      failed: idsOf('failed'),
      excused: idsOf('excused'),
    }),
  );
  const outcomes = OUTCOMES.flatMap(([, outcome]) => idsOf(outcome)).length;
  // A move to the deadline that is in force has no event.
  const { moves } = currentTerms(roster.pages);
  const moved = events.filter((type) => type === 'SYNC_POINT_DEADLINE_CHANGED').length;
  const accepted = performed.filter(({ told }, index) => deeds[index]?.kind === 'move' && told.answer?.code === 'ok');
  if (moved > moves || moves > accepted.length) found.push(`${moved} events of ${moves}, ${accepted.length} accepted`);
  const changes = outcomes + moves + (decision ? 1 : 0);
  if (versionOf(roster.pages) !== 1 + changes) found.push(`version ${versionOf(roster.pages)} of ${changes} changes`);
  return found;
}

const rosterOf = (given: Omit<SyncPointRules, 'deadlineMs' | 'onePage'>, pageCount = 2) => {
  const rules: SyncPointRules = { ...given, deadlineMs: DEADLINE, onePage: pageCount === 1 };
  return { rules, ...smallSyncPoint({ id: 'p', pageCount, ...rules }, START) };
};

/** A sync point of 2 pages, with some participants on each. */
const meetingOf = (participants: readonly string[], rules: Pick<SyncPointRules, 'quorum' | 'endWhen'> = {}) =>
  rosterOf({ participants, ...rules });
type Meeting = ReturnType<typeof meetingOf>;

/** Each racer is a container of its own, which knows how the roster is split. */
const racersOf = ({ shape, rules: { quorum = null, endWhen = 'decided', deadlineMs } }: Meeting, plot: SyncPointPlot) =>
  plot.map((deeds) =>
    deeds.map((deed) => (table: Parameters<typeof doToSyncPoint>[0]) => {
      const rule = { quorum, endWhen, creatorDecides: false };
      const known = { ...shape, rule, terms: { deadlineMs, totalSteps: null } };
      return doToSyncPoint(table, 'p', deed, new Map([['p', known]]));
    }),
  );

/** What may end a sync point, finish its ending, or put it off; beside two or three who arrive. */
const CLOSERS: readonly [name: string, deed: SyncPointDeed][] = [
  ['a cancel', cancels],
  ['a completion by hand', completes],
  ['the schedule of the deadline', expires],
  ['a reader after the deadline', looks(DEADLINE)],
  ['a failure of one', fails('c')],
  ['an excuse of one', excuses('c')],
  ['a reader', looks(BEFORE)],
  ['a move of the deadline', moves],
];
const ENDINGS = CLOSERS.slice(0, 4);
const closersBut = (...names: string[]) => CLOSERS.filter(([name]) => !names.includes(name));

/** `npm test` goes through each of these pairs, and each kind of meeting, at least once. */
const CANCEL_AND_DEADLINE = 'a cancel and the schedule of the deadline';
const CANCEL_AND_FAILURE = 'a cancel and a failure of one';
const DEADLINE_AND_EXCUSE = 'the schedule of the deadline and an excuse of one';
const FAILURE_AND_MOVE = 'a failure of one and a move of the deadline';

/** Few where one of the two only watches, fewer where two arrive and not three. */
const LEAST_ORDERS = 10_000;
const LEAST_ORDERS_OF_TWO = 100;
const LEAST_ORDERS_OF_ENDINGS = 100_000_000;

describe.each([
  [
    'two of them on the first page',
    meetingOf(['a', 'b', 'c']),
    CLOSERS,
    [FAILURE_AND_MOVE, CANCEL_AND_FAILURE, DEADLINE_AND_EXCUSE],
  ],
  ['two of them on the second page', meetingOf(['a', 'b', 'd']), ENDINGS, [CANCEL_AND_DEADLINE]],
  [
    'with a quorum of two',
    meetingOf(['a', 'b', 'c'], { quorum: 2 }),
    closersBut('a completion by hand', 'a reader after the deadline'),
    [CANCEL_AND_FAILURE, DEADLINE_AND_EXCUSE],
  ],
  [
    'with a quorum of two that waits for everyone',
    meetingOf(['a', 'b', 'c'], { quorum: 2, endWhen: 'everyone' }),
    closersBut('a completion by hand', 'a reader', 'a reader after the deadline'),
    [CANCEL_AND_FAILURE, DEADLINE_AND_EXCUSE],
  ],
])('every order of the requests of 3 agents, %s of 2, with', (where, meeting, closers, quick) => {
  const inThisRun = pairsOf(closers).filter(([one, other]) => isCompleteRun || quick.includes(`${one} and ${other}`));
  test.each(inThisRun)('%s and %s', async (one, other, deeds) => {
    // Whose outcome is the question doesn't arrive as well.
    const concerned = deeds.flatMap((deed) => (deed.kind === 'fail' || deed.kind === 'excuse' ? [deed.who] : []));
    const arriving = meeting.rules.participants.filter((who) => !concerned.includes(who));
    const plot: SyncPointPlot = [...arriving.map((who) => [arrives(who)]), ...deeds.map((deed) => [deed])];
    const explored = await exploreInterleavings(tableOf, meeting.items, racersOf(meeting, plot), {
      settle: settle('SP'),
      faults: (settled, performed) => faultsOfSyncPoint(settled, meeting, plot, performed),
    });
    tell(`3 agents, ${where}, ${one} and ${other}`, explored);
    const bothEnd = deeds.every((deed) => ENDINGS.some(([, ending]) => ending === deed));
    const least = concerned.length > 0 ? LEAST_ORDERS_OF_TWO : bothEnd ? LEAST_ORDERS_OF_ENDINGS : LEAST_ORDERS;
    expect(explored.orders).toBeGreaterThan(least);
  });
});

test('every order of two moves of one agent in one millisecond, and a reader', async () => {
  const meeting = meetingOf(PARTICIPANTS);
  const plot: SyncPointPlot = [[moves], [removes], [looks(BEFORE)]];
  const explored = await exploreInterleavings(tableOf, meeting.items, racersOf(meeting, plot), {
    settle: settle('SP'),
    faults: (settled, performed) => {
      // Neither may be taken for the other, so both have taken place.
      const made = currentTerms(settled.roster?.pages ?? []).moves;
      const lost = made === 2 ? [] : [`${made} of 2 moves`];
      return [...faultsOfSyncPoint(settled, meeting, plot, performed), ...lost];
    },
  });
  tell('two moves and a reader', explored);
  expect(explored.orders).toBeGreaterThan(LEAST_ORDERS_OF_TWO);
});

test('random orders of the requests to a sync point: 3 agents, closers, a deadline that moves, and readers', async () => {
  const others = [cancels, completes, endsAsFailed, expires, moves, removes, looks(BEFORE), looks(DEADLINE)];
  const people = ['a', 'b', 'c'].flatMap((who) => [arrives(who), arrives(who), fails(who), excuses(who)]);
  const { codes, statuses } = await playDrawn((random) => {
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
    const quorum = pick([null, null, 1, 2, 2, 3]);
    const meeting = rosterOf(
      { participants: PARTICIPANTS, quorum, endWhen: pick(['decided', 'decided', 'everyone']) },
      pick([1, 2, 2]),
    );
    const plot = Array.from({ length: 5 }, (_, racer) => [
      racer < 3 && random() < 0.7 ? arrives('abc'[racer] ?? '') : pick([...people, ...others]),
      pick([...people, ...others]),
    ]);
    return {
      plot,
      ...meeting,
      racers: racersOf(meeting, plot),
      faults: (settled, performed) => faultsOfSyncPoint(settled, meeting, plot, performed),
    };
  }, 'SP');
  if (!ARE_MANY) return;
  expect([...statuses].sort()).toEqual(['cancelled', 'completed', 'expired', 'failed', 'waiting']);
  const met = ['ok', 'arrived-otherwise', 'failed-otherwise', 'excused', 'not-waiting', 'expired'];
  expect(met.filter((code) => ![...codes].some((one) => one.endsWith(code)))).toEqual([]);
});

test('the real store answers every kind of request made above as the table in memory did', async () => {
  await expectTheSameOfTheStore();
});
