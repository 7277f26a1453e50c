import type { SyncPointView } from '../../lib/sync-points/routes';
import { beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { isoTimeOrNull } from '../../lib/common/clock';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { contradictions, type History, readHistories } from '../support/history';
import { controlRequests, type RequestControl, type Turns } from '../support/request-control';
import { repetitions } from '../support/size';
import { putSmallSyncPoint } from '../support/small-pages';
import { admin, agent, createWorld, type World } from '../support/world';
import {
  arrive,
  endSyncPoint,
  excuseFrom,
  failAt,
  moveDeadline,
  readSyncPoint,
  type ArrivalAnswer,
} from '../support/operations';

/** Beside the runs there is the shrinking of a failure, which takes a few times as long. */
jest.setTimeout(300_000);
const RUNS = repetitions('PROPERTY_RUNS', { quick: 15, complete: 100 });
/** The same plots each time, so that what they cover is no matter of luck; PROPERTY_SEED explores others. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 7);

let world: World;
let control: RequestControl;

beforeAll(async () => {
  world = await createWorld();
  control = controlRequests(world.table);
});

const START = Date.parse('2026-03-01T12:00:00.000Z');
const DEADLINE = START + 10_000;

/** Racers' clocks differ: on both sides of every deadline that may be in force. */
const clock = fc.constantFrom(DEADLINE - 6_000, DEADLINE - 1, DEADLINE, DEADLINE + 5_000);
/** null: it is taken away. */
const deadline = fc.constantFrom(DEADLINE - 5_000, DEADLINE + 1_000, DEADLINE + 60_000, null);

type Act =
  | { readonly kind: 'arrive' | 'fail' | 'excuse'; readonly who: number; readonly atMs: number }
  | { readonly kind: 'cancel' | 'complete' | 'fail by hand' | 'read'; readonly atMs: number }
  | { readonly kind: 'move'; readonly atMs: number; readonly toMs: number | null };

const ENDED_AS = { cancel: 'cancelled', complete: 'completed', 'fail by hand': 'failed' } as const;

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('arrive' as const), who: fc.nat(5), atMs: clock }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('fail' as const, 'excuse' as const), who: fc.nat(5), atMs: clock }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('cancel', 'complete', 'fail by hand' as const), atMs: clock }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read' as const), atMs: clock }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), atMs: clock, toMs: deadline }) },
);

const plot = fc.record({
  pageCount: fc.integer({ min: 1, max: 3 }),
  agents: fc.integer({ min: 3, max: 6 }),
  withDeadline: fc.boolean(),
  quorum: fc.constantFrom(null, null, 2, 3),
  endWhen: fc.constantFrom('decided', 'decided', 'everyone' as const),
  /** Each list is one racer: its acts follow one another. */
  racers: fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 5 }),
  /** Everybody but so many arrives beforehand, so that completion is near. */
  missing: fc.integer({ min: 1, max: 3 }),
});

interface Done {
  readonly act: Act;
  readonly who?: string;
  readonly answer: PromiseSettledResult<unknown>;
  /** Order in which acts began and ended, over all racers. */
  readonly began: number;
  readonly ended: number;
}

function turnsOf(scheduler: fc.Scheduler): Turns {
  return {
    get waiting() {
      return scheduler.count();
    },
    wait: (label) => scheduler.schedule(Promise.resolve(), label),
    releaseOne: () => scheduler.waitNext(1),
  };
}

let number = 0;

test('whatever the order of requests: one ending, kept promises, and all that is told says the same', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      plot,
      fc.scheduler(),
      async ({ pageCount, agents, withDeadline, racers, missing, ...rule }, scheduler) => {
        const id = `run-${++number}`;
        const participants = Array.from({ length: agents }, (_, index) => `${id}-agent-${index}`);
        world.clock.nowMs = START;
        const deadlineMs = withDeadline ? DEADLINE : null;
        // Not reached by those who arrive beforehand.
        const quorum = rule.quorum === null ? null : Math.max(rule.quorum, agents - missing + 1);
        await putSmallSyncPoint(world, { id, pageCount, participants, deadlineMs, ...rule, quorum });
        for (const participant of participants.slice(missing)) {
          await arrive({ table: world.table, now: () => START, rosters: new Map() }, agent(participant), id, undefined);
        }

        let moment = 0;
        const done: Done[] = [];
        const perform = (what: Act, who: string): Promise<unknown> => {
          const now = (): number => what.atMs;
          const creator = agent('creator');
          const container = { table: world.table, now };
          switch (what.kind) {
            case 'arrive':
              return arrive(container, agent(who), id, undefined);
            case 'fail':
              return failAt(container, agent(who), id);
            case 'excuse':
              return excuseFrom(container, creator, id, who);
            case 'read':
              return readSyncPoint(container, admin, id).then((read) => viewSyncPoint(read.syncPoint));
            case 'move':
              return moveDeadline(container, creator, id, { deadline: isoTimeOrNull(what.toMs) });
            default:
              return endSyncPoint(container, creator, id, { as: ENDED_AS[what.kind] });
          }
        };
        await control.interleave(
          turnsOf(scheduler),
          racers.map((acts) => async () => {
            for (const what of acts) {
              const began = moment++;
              const who = 'who' in what ? (participants[what.who % missing] ?? '') : 'creator';
              const [answer] = await Promise.allSettled([perform(what, who)]);
              done.push({ act: what, who, answer, began, ended: moment++ });
            }
          }),
        );
        await world.dispatchAll();
        const history = (await readHistories(world, [id])).get(id) as History;
        seen.set(history.status, (seen.get(history.status) ?? 0) + 1);
        expect(brokenPromises(history, done, deadlineMs)).toEqual([]);
      },
    ),
    { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: 200_000 },
  );
  // A generator that never ends a point some way would prove little.
  if (RUNS < 60) return;
  expect(new Set(seen.keys())).toEqual(new Set(['waiting', 'completed', 'failed', 'cancelled', 'expired']));
});

function brokenPromises(history: History, done: readonly Done[], deadlineMs: number | null): string[] {
  const broken = contradictions(history, new Map(), 'skewed');
  const arrivals = done.filter((one) => one.act.kind === 'arrive');

  // I3: answered is in; refused without ever having been answered is not.
  for (const [kind, isIn] of [
    ['arrive', history.arrived],
    ['fail', history.failed],
    ['excuse', history.excused],
  ] as const) {
    const tries = done.filter((one) => one.act.kind === kind);
    for (const { answer } of tries) {
      if (answer.status === 'rejected' && !isConflict(answer.reason)) broken.push(String(answer.reason));
    }
    for (const who of new Set(tries.map((one) => one.who ?? ''))) {
      const answers = tries.filter((one) => one.who === who).map((one) => one.answer);
      const accepted = answers.some((answer) => answer.status === 'fulfilled');
      if (isIn.includes(who) !== accepted) broken.push(`${kind} of ${who}: accepted ${accepted}, in ${!accepted}`);
      const firsts = answers.filter(
        (answer) => answer.status === 'fulfilled' && !(answer.value as { repeated: boolean }).repeated,
      );
      if (firsts.length !== (accepted ? 1 : 0)) broken.push(`${kind} of ${who} was the first ${firsts.length} times`);
    }
  }

  // I1 and I4: what has been answered binds everything that begins afterwards.
  const ended = done.filter((one) => endingSaid(one) !== null);
  for (const earlier of ended) {
    const said = endingSaid(earlier);
    if (said !== history.status) broken.push(`${earlier.act.kind} said ${String(said)} of ${history.status}`);
    for (const later of done.filter((one) => one.began > earlier.ended)) {
      const accepted = later.answer.status === 'fulfilled';
      if ('who' in later.act && accepted && !(later.answer.value as { repeated: boolean }).repeated) {
        broken.push(`${later.who ?? ''} was accepted after ${String(said)}`);
      }
      if (later.act.kind === 'move' && accepted) broken.push(`moved after ${String(said)}`);
    }
  }

  // I4: an accepted arrival was before a deadline that can have been in force.
  const moves = done.filter((one) => one.act.kind === 'move' && one.answer.status === 'fulfilled');
  const events = history.events.filter((event) => event.type === 'SYNC_POINT_DEADLINE_CHANGED');
  // A move to the deadline that is in force has no event; the others tell the way from the first deadline to the last.
  if (events.length > moves.length) broken.push(`${moves.length} moves, ${events.length} events of them`);
  const ways = new Map([[isoTimeOrNull(deadlineMs), 1]]);
  const count = (at: string | null, change: number): unknown => ways.set(at, (ways.get(at) ?? 0) + change);
  for (const { details } of events) {
    count(details['previousDeadline'] as string | null, -1);
    count(details['deadline'] as string | null, 1);
  }
  count(history.deadline, -1);
  if ([...ways.values()].some((left) => left !== 0)) broken.push('events of moves that lead elsewhere');
  if (history.status === 'waiting' && Date.parse(history.deadline ?? '') !== (history.headerDeadlineMs ?? NaN)) {
    if (history.deadline !== null || history.headerDeadlineMs !== null) broken.push('the header has another deadline');
  }
  for (const one of arrivals) {
    if (one.answer.status !== 'fulfilled' || (one.answer.value as ArrivalAnswer).repeated) continue;
    // The last move answered before it began, and all that may have been under way with it.
    const before = moves.filter((move) => move.ended < one.began);
    const during = moves.filter((move) => move.ended > one.began && move.began < one.ended);
    const lastBefore = before.reduce<Done | null>(
      (last, move) => (!last || move.ended > last.ended ? move : last),
      null,
    );
    const overlapping = lastBefore ? before.filter((move) => move.ended > lastBefore.began) : [];
    const possible = [...overlapping, ...during].map((move) =>
      move.act.kind === 'move' ? (move.act.toMs ?? Infinity) : 0,
    );
    if (lastBefore && possible.every((toMs) => one.act.atMs >= toMs)) {
      broken.push(`${one.who ?? ''} was accepted at ${one.act.atMs}, after every deadline that was in force`);
    }
  }
  return broken;
}

const isConflict = (reason: unknown): boolean => (reason as { status?: number }).status === 409;

/** The ending that an answer tells of, if it does. */
function endingSaid({ act: what, answer }: Done): string | null {
  if (answer.status === 'rejected') {
    const { extensions } = answer.reason as { extensions?: { syncPoint?: SyncPointView } };
    return extensions?.syncPoint?.status ?? null;
  }
  if (what.kind === 'cancel' || what.kind === 'complete' || what.kind === 'fail by hand') return ENDED_AS[what.kind];
  const status = what.kind === 'move' ? 'waiting' : (answer.value as { status: string }).status;
  return status === 'waiting' ? null : status;
}
