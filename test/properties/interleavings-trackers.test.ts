import { describe, expect, jest, test } from '@jest/globals';
import { decisionOf } from '../../lib/rosters/decision';
import { statusOf, withOutcome } from '../../lib/rosters/roster';
import { doToTracker, type Told, trackerActOf, type TrackerDeed, trackerOperationsOf } from '../support/acts';
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
import { smallTracker } from '../support/small-pages';
import { trackerModel, type TrackerRules, type TrackerTold } from '../support/tracker-model';

jest.setTimeout(300_000);

const PARTICIPANTS = ['a', 'b', 'c'];
/** A few: these go through all orders of what two report and two others do. */
const LEAST_ORDERS = 100;

type TrackerPlot = readonly (readonly TrackerDeed[])[];

function faultsOfTracker(
  { roster, events }: Settled,
  rules: TrackerRules,
  plot: TrackerPlot,
  performed: readonly Performed<Told<TrackerTold>>[],
): string[] {
  const found: string[] = [];
  const sees: TrackerDeed = { kind: 'look', atMs: BEFORE };
  const deeds = performed.map(({ racer, act }) => plot[racer]?.[act] ?? sees);
  const operations = performed.flatMap((one, index) => {
    if (one.told.answer === null) found.push(String(one.told.error));
    return trackerOperationsOf(trackerActOf(deeds[index] ?? sees), one.told, one);
  });
  const verdict = checkLinearizable(trackerModel(rules), operations);
  if (!verdict.linearizable) found.push(`not linearizable: ${JSON.stringify(verdict.stuckAt)}`);
  if (!roster) return [...found, 'it is gone'];

  const [, ...endings] = OUTCOMES;
  found.push(...lostOrForeign({ roster, events }, deeds, performed, endings), ...wrongProjection(roster, events));
  if (rules.completeWhen === 'everyone') {
    const status = statusOf(roster);
    const pending = withOutcome(roster, 'pending').length;
    const decision = decisionOf(roster.pages);
    const bySystem = decision?.endedBy === 'system';
    const failed = withOutcome(roster, 'failed').length;
    if (status === 'active' && (pending === 0 || failed > 0))
      found.push(`active, ${pending} pending, ${failed} failed`);
    if (bySystem && (status === 'completed') !== (pending + failed === 0)) found.push(`${status}, ${pending} pending`);
    if (bySystem && (status === 'failed') !== failed > 0) found.push(`${status}, ${failed} failed`);
  }
  const count = (type: string): number => events.filter((one) => one === type).length;
  const accepted = performed.filter(({ told }, index) => {
    return deeds[index]?.kind === 'report' && told.answer?.code === 'ok' && told.answer.repeated === false;
  }).length;
  if (count('PROGRESS_UPDATED') !== accepted) found.push(`${count('PROGRESS_UPDATED')} events of ${accepted} reports`);
  return found;
}

const trackerRacersOf = (plot: TrackerPlot) =>
  plot.map((deeds) => deeds.map((deed) => (table: Parameters<typeof doToTracker>[0]) => doToTracker(table, 'p', deed)));

/** What may end a tracker or change its total, beside two who report. */
const CLOSERS: readonly [name: string, deed: TrackerDeed][] = [
  ['a lowered total', { kind: 'move', totalSteps: 1, atMs: BEFORE - 1 }],
  ['a cancel', { kind: 'cancel', atMs: BEFORE }],
  ['the schedule of the deadline', { kind: 'expire', atMs: DEADLINE }],
  ['the total, by the creator', { kind: 'report', who: 'creator', step: 2, atMs: BEFORE - 2 }],
  ['a failure of one', { kind: 'fail', who: 'b', atMs: BEFORE }],
  ['an excuse of one', { kind: 'excuse', who: 'b', atMs: BEFORE }],
  ['a reader', { kind: 'look', atMs: BEFORE }],
];
/** `npm test` goes through these. */
const TOTAL_AND_DEADLINE = 'a lowered total and the schedule of the deadline';
const CANCEL_AND_TOTAL = 'a cancel and the total, by the creator';

describe.each<[string, Pick<TrackerRules, 'completeWhen' | 'participants'>, typeof CLOSERS, readonly string[]]>([
  [
    'everyone must finish, and the creator takes no part',
    { completeWhen: 'everyone', participants: ['a', 'b'] },
    CLOSERS,
    [TOTAL_AND_DEADLINE],
  ],
  [
    'everyone must finish, with the creator',
    { completeWhen: 'everyone', participants: ['a', 'b', 'creator'] },
    CLOSERS.slice(0, 4),
    [CANCEL_AND_TOTAL],
  ],
  [
    'the creator decides',
    { completeWhen: 'creator', participants: ['a', 'b'] },
    CLOSERS.slice(0, 5),
    [CANCEL_AND_TOTAL],
  ],
])(
  'every order of the requests to a tracker of 2 pages where %s, with two reports,',
  (where, given, closers, quick) => {
    const rules: TrackerRules = { ...given, creator: 'creator', totalSteps: 2, monotonic: false, deadlineMs: DEADLINE };
    const tracker = smallTracker({ id: 'p', pageCount: 2, ...rules }, START);
    const pairs = pairsOf(closers).filter(([one, other]) => one !== other);
    const inThisRun = pairs.filter(([one, other]) => isCompleteRun || quick.includes(`${one} and ${other}`));
    test.each(inThisRun)('%s and %s', async (one, other, deeds) => {
      // One that the total may be lowered to.
      const reports: TrackerDeed[] = [
        { kind: 'report', who: 'a', step: 2, atMs: START + 1 },
        { kind: 'report', who: 'b', step: 1, atMs: START + 2 },
      ];
      const plot: TrackerPlot = [...reports, ...deeds].map((deed) => [deed]);
      const explored = await exploreInterleavings(tableOf, tracker.items, trackerRacersOf(plot), {
        settle: settle('PT'),
        faults: (settled, performed) => faultsOfTracker(settled, rules, plot, performed),
      });
      tell(`tracker where ${where}, ${one} and ${other}`, explored);
      expect(explored.orders).toBeGreaterThan(LEAST_ORDERS);
    });
  },
);

test('random orders of the requests to a tracker: reports, failures, the creator, a moved total, and endings', async () => {
  const { codes, statuses } = await playDrawn((random) => {
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
    const rules: TrackerRules = {
      creator: 'creator',
      participants: random() < 0.5 ? PARTICIPANTS : [...PARTICIPANTS, 'creator'],
      totalSteps: 2,
      completeWhen: random() < 0.6 ? 'everyone' : 'creator',
      monotonic: random() < 0.2,
      deadlineMs: random() < 0.5 ? DEADLINE : null,
    };
    const people = ['a', 'b', 'c', 'creator'];
    // Reports and moves have times of their own: twice in one millisecond can't be told from sent twice.
    let atMs = START;
    const report = (who: string, step: number): TrackerDeed => {
      const ifStep = random() < 0.1 ? pick([0, 1]) : undefined;
      return { kind: 'report', who, step, atMs: ++atMs, ...(ifStep !== undefined && { ifStep }) };
    };
    const drawn = (): TrackerDeed => {
      const draw = random();
      if (draw < 0.06) return { kind: pick(['cancel', 'complete', 'end'] as const), atMs: BEFORE };
      if (draw < 0.09) return { kind: 'look', atMs: pick([BEFORE, DEADLINE]) };
      if (draw < 0.12) return { kind: 'expire', atMs: DEADLINE };
      if (draw < 0.2) return { kind: pick(['fail', 'excuse'] as const), who: pick(people), atMs: BEFORE };
      if (draw < 0.26) return { kind: 'move', totalSteps: pick([1, 1, 3]), atMs: ++atMs };
      if (draw < 0.3) return { kind: 'move', deadlineMs: pick([null, DEADLINE + 10_000]), atMs: ++atMs };
      return report(pick(people), pick([0, 1, 1, 2, 2, 2, 2, 3]));
    };
    const plot = people.map((who) => [random() < 0.6 ? report(who, pick([1, 2, 2])) : drawn(), drawn(), drawn()]);
    return {
      rules,
      plot,
      items: smallTracker({ id: 'p', pageCount: 2, ...rules }, START).items,
      racers: trackerRacersOf(plot),
      faults: (settled, performed) => faultsOfTracker(settled, rules, plot, performed),
    };
  }, 'PT');
  if (!ARE_MANY) return;
  expect([...statuses].sort()).toEqual(['active', 'cancelled', 'completed', 'expired', 'failed']);
  const met = ['finished', 'failed-otherwise', 'excused', 'step-mismatch', 'step-went-back', 'not-active', 'expired'];
  expect(met.filter((code) => !codes.has(`progress-tracker.${code}`))).toEqual([]);
});

test('a repeat of the step that has become the total completes it, whatever ifStep its first report had', async () => {
  const rules = { participants: ['a'], totalSteps: 2, completeWhen: 'creator', monotonic: false } as const;
  const table = tableOf(smallTracker({ id: 'p', pageCount: 1, ...rules }, START).items);
  const report = (atMs: number): TrackerDeed => ({ kind: 'report', who: 'creator', step: 1, ifStep: 0, atMs });
  await doToTracker(table, 'p', report(START + 1));
  await doToTracker(table, 'p', { kind: 'move', totalSteps: 1, atMs: START + 2 });
  expect(await doToTracker(table, 'p', report(START + 3))).toMatchObject({
    answer: { code: 'ok', repeated: false },
    looks: [{ told: { status: 'completed' } }],
  });
});

test('the real store answers every kind of request made above as the table in memory did', async () => {
  await expectTheSameOfTheStore();
});
