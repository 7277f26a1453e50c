import { describe, expect, test } from '@jest/globals';
import { checkLinearizable, type Operation } from '../support/linearizability';
import {
  type SyncPointAct,
  syncPointModel,
  type SyncPointRules,
  type SyncPointTold,
} from '../support/sync-point-model';
import { type TrackerAct, trackerModel, type TrackerRules, type TrackerTold } from '../support/tracker-model';

const DEADLINE = 1_000;
type Line<Act, Told> = readonly [began: number, ended: number, act: Act, told: Told | null];

const history = <Act, Told>(lines: readonly Line<Act, Told>[]): Operation<Act, Told>[] =>
  lines.map(([began, ended, act, told]) => ({ act, told, began, ended }));

const at = (atMs: number) => ({ fromMs: atMs, toMs: atMs });
const arrive = (who: string, atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'arrive', who });
const fail = (who: string): SyncPointAct => ({ ...at(1), kind: 'fail', who });
const excuse = (who: string): SyncPointAct => ({ ...at(1), kind: 'excuse', who });
const end = (as: 'cancelled' | 'completed' | 'failed', atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'end', as });
const look = (atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'look' });
const glance: SyncPointAct = { ...at(1), kind: 'glance' };
const move = (deadlineMs: number, atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'move', deadlineMs });
const first = { code: 'ok', repeated: false } as const;
const ok = { code: 'ok' } as const;
const is = (status: NonNullable<SyncPointTold['status']>) => ({ code: 'ok', status }) as const;
const refused = { code: 'sync-point.not-waiting' } as const;
const repeated = { code: 'ok', repeated: true } as const;
const expired = { code: 'sync-point.expired' } as const;

const explains = (
  lines: readonly Line<SyncPointAct, SyncPointTold>[],
  rules: Partial<SyncPointRules> = {},
): boolean => {
  const model = syncPointModel({ participants: ['a', 'b'], deadlineMs: DEADLINE, ...rules });
  return checkLinearizable(model, history(lines)).linearizable;
};

describe('of a sync point, the checker', () => {
  test.each<[string, Line<SyncPointAct, SyncPointTold>[]]>([
    [
      'overlapping acts in another order than they began',
      [
        [0, 9, end('cancelled'), ok],
        [1, 8, arrive('a'), first],
      ],
    ],
    [
      'an arrival nobody knows of that counted',
      [
        [0, Infinity, arrive('a'), null],
        [1, 2, arrive('b'), first],
        [3, 4, look(), is('completed')],
      ],
    ],
    [
      'an arrival nobody knows of that did not',
      [
        [0, Infinity, arrive('a'), null],
        [1, 2, end('cancelled'), ok],
        [3, 4, arrive('a'), refused],
      ],
    ],
    [
      'a repeat after the end',
      [
        [0, 1, arrive('a'), first],
        [2, 3, end('cancelled'), ok],
        [4, 5, arrive('a'), repeated],
      ],
    ],
    [
      'an arrival after the first deadline when it was moved',
      [
        [0, 1, move(2_000), ok],
        [2, 3, arrive('a', 1_500), first],
      ],
    ],
  ])('explains %s', (_name, lines) => {
    expect(explains(lines)).toBe(true);
  });

  test.each<[string, Line<SyncPointAct, SyncPointTold>[]]>([
    [
      'an arrival accepted after an answered cancel',
      [
        [0, 1, end('cancelled'), ok],
        [2, 3, arrive('a'), first],
      ],
    ],
    [
      'two endings',
      [
        [0, 1, look(), is('waiting')],
        [2, 5, end('cancelled'), ok],
        [3, 6, end('completed'), ok],
      ],
    ],
    [
      'an ending that is taken back',
      [
        [0, 1, end('cancelled'), ok],
        [2, 3, look(), is('waiting')],
      ],
    ],
    [
      'a lost arrival',
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, look(), is('waiting')],
      ],
    ],
    [
      'two first arrivals of one agent',
      [
        [0, 5, arrive('a'), first],
        [1, 6, arrive('a'), first],
      ],
    ],
    ['an arrival at the deadline', [[0, 1, arrive('a', DEADLINE), first]]],
    ['an expiry before the deadline', [[0, 1, arrive('a', DEADLINE - 1), expired]]],
    [
      'an arrival after a deadline that was moved earlier',
      [
        [0, 1, move(500), ok],
        [2, 3, arrive('a', 600), first],
      ],
    ],
    [
      'completed while one is missing',
      [
        [0, 1, arrive('a'), first],
        [2, 3, look(), is('completed')],
      ],
    ],
    [
      'a refused arrival while all was open',
      [
        [0, 1, arrive('a'), refused],
        [2, 3, look(), is('waiting')],
      ],
    ],
    [
      'a cancel of what everyone had reached',
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, end('cancelled'), ok],
      ],
    ],
  ])('refuses %s', (_name, lines) => {
    expect(explains(lines)).toBe(false);
  });
});

describe('of failures, excuses and a quorum, the checker', () => {
  type Case = [string, Partial<SyncPointRules>, Line<SyncPointAct, SyncPointTold>[]];
  const three = { participants: ['a', 'b', 'c'] };
  const twoOf3 = { ...three, quorum: 2 };
  const everyone = { endWhen: 'everyone' } as const;

  test.each<Case>([
    [
      'the end by the first failure, where there is no quorum',
      {},
      [
        [0, 1, fail('a'), first],
        [2, 3, arrive('b'), refused],
        [4, 5, look(), is('failed')],
      ],
    ],
    [
      'an arrival accepted after a quorum that nobody has been told of',
      twoOf3,
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, glance, is('waiting')],
        [6, 7, arrive('c'), first],
      ],
    ],
    [
      'completed without the excused',
      {},
      [
        [0, 1, arrive('a'), first],
        [2, 3, excuse('b'), first],
        [4, 5, look(), is('completed')],
      ],
    ],
    [
      'a quorum of which everyone is waited for, and a failure',
      { ...twoOf3, ...everyone },
      [
        [0, 1, arrive('a'), first],
        [2, 3, fail('b'), first],
        [4, 5, look(), is('waiting')],
        [6, 7, arrive('c'), first],
        [8, 9, look(), is('completed')],
      ],
    ],
    [
      'a repeated failure after the end',
      {},
      [
        [0, 1, fail('a'), first],
        [2, 3, look(), is('failed')],
        [4, 5, fail('a'), repeated],
      ],
    ],
    [
      'a cancel of what waits for everyone, though enough have arrived',
      { ...twoOf3, ...everyone },
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, end('cancelled'), ok],
      ],
    ],
  ])('explains %s', (_name, rules, lines) => {
    expect(explains(lines, rules)).toBe(true);
  });

  test.each<Case>([
    [
      'a failure accepted after an arrival of the same agent',
      three,
      [
        [0, 1, arrive('a'), first],
        [2, 3, fail('a'), first],
      ],
    ],
    [
      'an arrival accepted after an excuse of the same agent',
      three,
      [
        [0, 1, excuse('a'), first],
        [2, 3, arrive('a'), first],
      ],
    ],
    [
      'a failure that is refused as an arrival before',
      three,
      [
        [0, 1, fail('a'), first],
        [2, 3, arrive('a'), { code: 'sync-point.arrived-otherwise' }],
      ],
    ],
    [
      'a repeat with another time',
      three,
      [
        [0, 1, fail('a'), { ...first, at: 'one' }],
        [2, 3, fail('a'), { ...repeated, at: 'two' }],
      ],
    ],
    [
      'waiting told after a failure, where there is no quorum',
      three,
      [
        [0, 1, fail('a'), first],
        [2, 3, look(), is('waiting')],
      ],
    ],
    [
      'an arrival accepted after a reader was told of the failure',
      three,
      [
        [0, 1, fail('a'), first],
        [2, 3, look(), is('failed')],
        [4, 5, arrive('b'), first],
      ],
    ],
    [
      'completed with too few for the quorum',
      twoOf3,
      [
        [0, 1, arrive('a'), first],
        [2, 3, excuse('b'), first],
        [4, 5, look(), is('completed')],
      ],
    ],
    [
      'failed while the quorum can still be reached',
      twoOf3,
      [
        [0, 1, fail('a'), first],
        [2, 3, look(), is('failed')],
      ],
    ],
    [
      'waiting told when the quorum can no longer be reached',
      twoOf3,
      [
        [0, 1, fail('a'), first],
        [2, 3, excuse('b'), first],
        [4, 5, look(), is('waiting')],
      ],
    ],
    [
      'an arrival accepted after a reader was told of the quorum',
      twoOf3,
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, look(), is('completed')],
        [6, 7, arrive('c'), first],
      ],
    ],
    [
      'an arrival accepted after the quorum of the only page',
      { ...twoOf3, onePage: true },
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, arrive('c'), first],
      ],
    ],
    [
      'a cancel of what has its quorum',
      twoOf3,
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, end('cancelled'), ok],
      ],
    ],
    [
      'completed while one is pending, where everyone is waited for',
      { ...twoOf3, ...everyone },
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, look(), is('completed')],
      ],
    ],
    [
      'waiting told when nobody is pending',
      everyone,
      [
        [0, 1, arrive('a'), first],
        [2, 3, fail('b'), first],
        [4, 5, look(), is('waiting')],
      ],
    ],
    [
      'expired though enough had arrived by the deadline',
      { ...twoOf3, ...everyone },
      [
        [0, 1, arrive('a'), first],
        [2, 3, arrive('b'), first],
        [4, 5, look(DEADLINE), is('expired')],
      ],
    ],
    [
      'an arrival accepted after it was ended as failed',
      three,
      [
        [0, 1, end('failed'), ok],
        [2, 3, arrive('a'), first],
      ],
    ],
    [
      'a deadline moved after a reader was told of the failure',
      three,
      [
        [0, 1, fail('a'), first],
        [2, 3, look(), is('failed')],
        [4, 5, move(2_000), ok],
      ],
    ],
  ])('refuses %s', (_name, rules, lines) => {
    expect(explains(lines, rules)).toBe(false);
  });
});

describe('of a tracker, the checker', () => {
  const report = (who: string, step: number, ifStep?: number, atMs = 1): TrackerAct => ({
    ...at(atMs),
    kind: 'report',
    who,
    step,
    ifStep,
  });
  const cancel: TrackerAct = { ...at(1), kind: 'end', as: 'cancelled' };
  const complete: TrackerAct = { ...at(1), kind: 'end', as: 'completed' };
  const failAt = (who: string): TrackerAct => ({ ...at(1), kind: 'fail', who });
  const excused = (who: string): TrackerAct => ({ ...at(1), kind: 'excuse', who });
  const toTotal = (totalSteps: number): TrackerAct => ({ ...at(1), kind: 'move', totalSteps });
  const check = (totalSteps: number): TrackerAct => ({ ...at(1), kind: 'check', totalSteps });
  const see: TrackerAct = { ...at(1), kind: 'look' };
  const rules = {
    creator: 'c',
    participants: ['a', 'b'],
    totalSteps: 2,
    monotonic: true,
    deadlineMs: DEADLINE,
  } as const;
  const explained = (
    completeWhen: TrackerRules['completeWhen'],
    lines: readonly Line<TrackerAct, TrackerTold>[],
  ): boolean => checkLinearizable(trackerModel({ ...rules, completeWhen }), history(lines)).linearizable;

  test('explains reports that overlap, and a completion by the creator or by everyone', () => {
    const byCreator: Line<TrackerAct, TrackerTold>[] = [
      [0, 5, report('c', 2), ok],
      [1, 4, report('a', 1), ok],
      [6, 7, report('a', 2), { code: 'progress-tracker.not-active', status: 'completed' }],
    ];
    expect(explained('creator', byCreator)).toBe(true);
    const byEveryone: Line<TrackerAct, TrackerTold>[] = [
      [0, 1, report('a', 2), ok],
      [2, 3, report('b', 2), ok],
      [4, 5, see, { code: 'ok', status: 'completed', currentStep: 0 }],
    ];
    expect(explained('everyone', byEveryone)).toBe(true);
  });

  test('explains a lowered total that all have reached, and an end without the excused', () => {
    const lowered: Line<TrackerAct, TrackerTold>[] = [
      [0, 1, report('a', 1), ok],
      [2, 3, report('b', 1), ok],
      [4, 5, toTotal(1), ok],
      [6, 7, see, { code: 'ok', status: 'completed' }],
    ];
    expect(explained('everyone', lowered)).toBe(true);
    const withoutOne: Line<TrackerAct, TrackerTold>[] = [
      [0, 1, excused('a'), first],
      [2, 3, report('b', 2), ok],
      [4, 5, see, { code: 'ok', status: 'completed' }],
    ];
    expect(explained('everyone', withoutOne)).toBe(true);
  });

  test('explains a repeat after the end', () => {
    const repeats: Line<TrackerAct, TrackerTold>[] = [
      [0, 1, report('a', 1), first],
      [2, 3, cancel, ok],
      [4, 5, report('a', 1), repeated],
    ];
    expect(explained('creator', repeats)).toBe(true);
  });

  test.each<[string, TrackerRules['completeWhen'], Line<TrackerAct, TrackerTold>[]]>([
    [
      'a report accepted after an answered cancel',
      'creator',
      [
        [0, 1, cancel, ok],
        [2, 3, report('a', 1), ok],
      ],
    ],
    [
      'a report accepted after another was told of the end',
      'creator',
      [
        [0, 9, report('c', 2), ok],
        [1, 2, see, { code: 'ok', status: 'completed' }],
        [3, 4, report('a', 1), ok],
      ],
    ],
    [
      'two endings',
      'creator',
      [
        [0, 1, report('c', 2), ok],
        [2, 3, cancel, ok],
      ],
    ],
    [
      'completed while one is below the total',
      'everyone',
      [
        [0, 1, report('a', 2), ok],
        [2, 3, see, { code: 'ok', status: 'completed' }],
      ],
    ],
    [
      'a step back where there is none',
      'creator',
      [
        [0, 1, report('a', 2), ok],
        [2, 3, report('a', 1), ok],
      ],
    ],
    [
      'an ifStep of another step',
      'creator',
      [
        [0, 1, report('a', 1), ok],
        [2, 3, report('a', 2, 0), ok],
      ],
    ],
    [
      'a lost overall step',
      'creator',
      [
        [0, 1, report('c', 1), ok],
        [2, 3, see, { code: 'ok', currentStep: 0 }],
      ],
    ],
    [
      'a report accepted after a failure of the same agent',
      'creator',
      [
        [0, 1, failAt('a'), first],
        [2, 3, report('a', 1), first],
      ],
    ],
    [
      'active told after a failure, where everyone must reach the total',
      'everyone',
      [
        [0, 1, failAt('a'), first],
        [2, 3, see, { code: 'ok', status: 'active' }],
      ],
    ],
    [
      'failed by a failure, where the creator decides',
      'creator',
      [
        [0, 1, failAt('a'), first],
        [2, 3, see, { code: 'ok', status: 'failed' }],
      ],
    ],
    [
      'a failure accepted after the total was reached',
      'everyone',
      [
        [0, 1, report('a', 2), first],
        [2, 3, failAt('a'), first],
      ],
    ],
    [
      'completed while one is neither excused nor at the total',
      'everyone',
      [
        [0, 1, excused('a'), first],
        [2, 3, report('b', 1), first],
        [4, 5, see, { code: 'ok', status: 'completed' }],
      ],
    ],
    [
      'a first report that repeats one',
      'creator',
      [
        [0, 1, report('a', 1), first],
        [2, 3, report('a', 1), first],
      ],
    ],
    ['a repeat of a report that nobody made', 'creator', [[0, 1, report('a', 0), repeated]]],
    [
      'a report accepted after it was completed by hand',
      'creator',
      [
        [0, 1, complete, ok],
        [2, 3, report('a', 1), first],
      ],
    ],
    ['a report at the deadline', 'creator', [[0, 1, report('a', 1, undefined, DEADLINE), first]]],
    [
      'a step above the total',
      'creator',
      [
        [0, 1, toTotal(1), ok],
        [2, 3, see, { code: 'ok', status: 'active' }],
        [4, 5, report('a', 2), first],
      ],
    ],
    [
      'a total below a step reported',
      'creator',
      [
        [0, 1, report('a', 2), first],
        [2, 3, check(1), ok],
      ],
    ],
    [
      'active told when all have reached the lowered total',
      'everyone',
      [
        [0, 1, report('a', 1), first],
        [2, 3, report('b', 1), first],
        [4, 5, toTotal(1), ok],
        [6, 7, see, { code: 'ok', status: 'active' }],
      ],
    ],
  ])('refuses %s', (_name, completeWhen, lines) => {
    expect(explained(completeWhen, lines)).toBe(false);
  });
});
