import { describe, expect, test } from '@jest/globals';
import { checkLinearizable, type Operation } from '../support/linearizability';
import { type SyncPointAct, syncPointModel, type SyncPointTold } from '../support/sync-point-model';
import { type TrackerAct, trackerModel, type TrackerTold } from '../support/tracker-model';

const DEADLINE = 1_000;
type Line<Act, Told> = readonly [began: number, ended: number, act: Act, told: Told | null];

const history = <Act, Told>(lines: readonly Line<Act, Told>[]): Operation<Act, Told>[] =>
  lines.map(([began, ended, act, told]) => ({ act, told, began, ended }));

const at = (atMs: number) => ({ fromMs: atMs, toMs: atMs });
const arrive = (who: string, atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'arrive', who });
const end = (as: 'cancelled' | 'completed', atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'end', as });
const look = (atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'look' });
const move = (deadlineMs: number, atMs = 1): SyncPointAct => ({ ...at(atMs), kind: 'move', deadlineMs });
const first = { code: 'ok', repeated: false } as const;
const ok = { code: 'ok' } as const;
const is = (status: NonNullable<SyncPointTold['status']>) => ({ code: 'ok', status }) as const;
const refused = { code: 'sync-point.not-waiting' } as const;
const expired = { code: 'sync-point.expired' } as const;

const explains = (lines: readonly Line<SyncPointAct, SyncPointTold>[]): boolean =>
  checkLinearizable(syncPointModel(['a', 'b'], DEADLINE), history(lines)).linearizable;

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
        [4, 5, arrive('a'), { code: 'ok', repeated: true }],
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

describe('of a tracker, the checker', () => {
  const report = (who: string, step: number, ifStep?: number): TrackerAct => ({ kind: 'report', who, step, ifStep });
  const cancel: TrackerAct = { kind: 'cancel' };
  const see: TrackerAct = { kind: 'look' };
  const rules = { creator: 'c', participants: ['a', 'b'], totalSteps: 2, monotonic: true } as const;
  const explained = (completeWhen: 'creator' | 'everyone', lines: readonly Line<TrackerAct, TrackerTold>[]): boolean =>
    checkLinearizable(trackerModel({ ...rules, completeWhen }), history(lines)).linearizable;

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

  test.each<[string, 'creator' | 'everyone', Line<TrackerAct, TrackerTold>[]]>([
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
  ])('refuses %s', (_name, completeWhen, lines) => {
    expect(explained(completeWhen, lines)).toBe(false);
  });
});
