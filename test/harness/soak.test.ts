/** The soak's checks are worth what they can find: each is given a history that it must refuse. */
import { describe, expect, test } from '@jest/globals';
import { checkAll, checkConsequences } from '../soak/check';
import { checkProcesses } from '../soak/check-processes';
import { canMeet, type Fault, FaultPlan, FAULTS } from '../soak/fault-plan';
import { callOf } from '../soak/fault-proxy';
import { type Entry, Ledger, type Outcome } from '../soak/ledger';
import type { Observation, ObservedParticipant } from '../soak/observation';
import type { ProcessSample } from '../soak/process-sample';
import { randomFrom } from '../support/request-control';

/** Seconds of one minute, as the API shows them. */
const at = (second: number): string => `2026-03-01T12:00:${String(second).padStart(2, '0')}.000Z`;
const LATER_MS = Date.parse('2026-03-01T13:00:00.000Z');

interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly relatedId: string;
  readonly agentId: string;
  readonly timestamp: string;
  readonly details: Record<string, unknown>;
}

interface StoredMessage {
  readonly id: string;
  readonly content: Record<string, unknown> & { readonly type: string };
  readonly acknowledgedAt: string | null;
}

/** As an observation, and open to changes. */
interface World {
  entries: Entry[];
  events: LoggedEvent[];
  inboxes: Record<string, StoredMessage[]>;
  point: Record<string, unknown>;
  arrivals: { agentId: string; arrivedAt: string; data?: unknown }[];
  attendance: ObservedParticipant[];
  tracker: Record<string, unknown>;
  reports: { agentId: string; step: number; reportedAt: string; data?: unknown }[];
  acknowledged: string | null;
  revokedStatus: number;
}

let ids = 0;
const event = (type: string, relatedId: string, agentId: string, second: number, details = {}): LoggedEvent => ({
  id: `event-${(ids += 1)}`,
  type,
  relatedId,
  agentId,
  timestamp: at(second),
  details,
});
const message = (
  id: string,
  content: StoredMessage['content'],
  acknowledgedAt: string | null = null,
): StoredMessage => ({
  id,
  content,
  acknowledgedAt,
});
const accepted: { outcome: Outcome } = { outcome: 'accepted' };

const participant = (
  agentId: string,
  outcome: ObservedParticipant['outcome'],
  second: number | null,
  more: Partial<ObservedParticipant> = {},
): ObservedParticipant => ({ agentId, outcome, at: second === null ? null : at(second), reason: null, ...more });

/**
 * A sync point that ann and bob completed, without cid, who failed, and dan, who was excused; a tracker that ann did, a
 * message of ann's to bob, and a guest who left.
 */
function goodWorld(): World {
  const told = { syncPointId: 'sp' };
  const work = { trackerId: 'pt' };
  return {
    entries: [
      {
        kind: 'create sync point',
        id: 'sp',
        by: 'ann',
        participants: ['ann', 'bob', 'cid', 'dan'],
        quorum: 2,
        deadlineMs: null,
        ...accepted,
      },
      { kind: 'fail', id: 'sp', by: 'cid', reason: 'broken', data: 0, failedAt: at(1), ...accepted },
      { kind: 'excuse', id: 'sp', by: 'ann', agentId: 'dan', excusedAt: at(1), ...accepted },
      { kind: 'arrive', id: 'sp', by: 'ann', data: { a: 1 }, arrivedAt: at(1), ...accepted },
      { kind: 'arrive', id: 'sp', by: 'bob', outcome: 'unknown', data: undefined },
      { kind: 'arrive', id: 'sp', by: 'bob', data: undefined, arrivedAt: at(2), ...accepted },
      {
        kind: 'create tracker',
        id: 'pt',
        by: 'ann',
        participants: ['bob'],
        totalSteps: 2,
        completeWhen: 'creator',
        ...accepted,
      },
      { kind: 'report', id: 'pt', by: 'bob', step: 1, data: 'half', reportedAt: at(3), ...accepted },
      { kind: 'report', id: 'pt', by: 'ann', step: 1, data: undefined, reportedAt: at(4), ...accepted },
      { kind: 'report', id: 'pt', by: 'ann', step: 2, data: undefined, reportedAt: at(5), ...accepted },
      {
        kind: 'send message',
        id: 'marker',
        by: 'ann',
        recipients: ['bob'],
        requiresAcknowledgment: true,
        messageId: 'message',
        ...accepted,
      },
      { kind: 'acknowledge', id: 'message', by: 'bob', acknowledgedAt: at(7), ...accepted },
      { kind: 'register agent', id: 'guest', by: 'admin', ...accepted },
      { kind: 'check in', id: 'guest', by: 'guest', expiresAt: at(20), ...accepted },
      { kind: 'check in', id: 'guest', by: 'guest', expiresAt: at(40), ...accepted },
      { kind: 'deactivate agent', id: 'guest', by: 'admin', ...accepted },
      { kind: 'revoke token', id: 'guest', by: 'admin', token: 'secret', ...accepted },
    ],
    events: [
      event('SYNC_POINT_CREATED', 'sp', 'ann', 0),
      event('AGENT_LOST', 'guest', 'system', 20),
      event('AGENT_RETURNED', 'guest', 'guest', 30),
      event('AGENT_LOST', 'guest', 'system', 40),
      event('AGENT_FAILED', 'sp', 'cid', 1, { agentId: 'cid', reason: 'broken' }),
      event('AGENT_EXCUSED', 'sp', 'ann', 1, { agentId: 'dan', reason: 'by lot' }),
      event('AGENT_ARRIVED', 'sp', 'ann', 1),
      event('AGENT_ARRIVED', 'sp', 'bob', 2),
      event('SYNC_POINT_COMPLETED', 'sp', 'system', 2),
      event('PROGRESS_TRACKER_CREATED', 'pt', 'ann', 3),
      event('PROGRESS_UPDATED', 'pt', 'bob', 3, { step: 1 }),
      event('PROGRESS_UPDATED', 'pt', 'ann', 4, { step: 1 }),
      event('PROGRESS_UPDATED', 'pt', 'ann', 5, { step: 2 }),
      event('PROGRESS_TRACKER_COMPLETED', 'pt', 'ann', 5),
      event('AGENT_REGISTERED', 'guest', 'admin', 8),
      event('AGENT_DEACTIVATED', 'guest', 'admin', 9),
    ],
    inboxes: {
      ann: [
        message('m1', { type: 'SYNC_POINT_NOTIFICATION', ...told }),
        message('m0', { type: 'AGENT_FAILED', agentId: 'cid', ...told }),
        message('m2', { type: 'SYNC_POINT_COMPLETED', ...told }),
      ],
      bob: [
        message('m1', { type: 'SYNC_POINT_NOTIFICATION', ...told }),
        message('m2', { type: 'SYNC_POINT_COMPLETED', ...told }),
        message('m3', { type: 'PROGRESS_TRACKER_NOTIFICATION', ...work }),
        message('m4', { type: 'PROGRESS_UPDATE_NOTIFICATION', ...work, completed: false }),
        message('m5', { type: 'PROGRESS_UPDATE_NOTIFICATION', ...work, completed: true }),
        message('message', { type: 'SOAK', marker: 'marker' }, at(7)),
      ],
    },
    point: {
      status: 'completed',
      participants: ['ann', 'bob', 'cid', 'dan'],
      failedParticipants: ['cid'],
      excusedParticipants: ['dan'],
      endedBy: 'system',
      endedAt: at(2),
      deadline: null,
    },
    arrivals: [
      { agentId: 'ann', arrivedAt: at(1), data: { a: 1 } },
      { agentId: 'bob', arrivedAt: at(2) },
    ],
    attendance: [
      participant('ann', 'arrived', 1, { data: { a: 1 } }),
      participant('bob', 'arrived', 2),
      participant('cid', 'failed', 1, { reason: 'broken', data: 0 }),
      participant('dan', 'excused', 1, { reason: 'by lot' }),
    ],
    tracker: {
      status: 'completed',
      currentStep: 2,
      participantProgress: { bob: 1 },
      arrivedParticipants: [],
      failedParticipants: [],
      excusedParticipants: [],
    },
    reports: [
      { agentId: 'bob', step: 1, reportedAt: at(3), data: 'half' },
      { agentId: 'ann', step: 1, reportedAt: at(4) },
      { agentId: 'ann', step: 2, reportedAt: at(5) },
    ],
    acknowledged: at(7),
    revokedStatus: 401,
  };
}

function observationOf(world: World): Observation {
  const about = (id: string): LoggedEvent[] => world.events.filter(({ relatedId }) => relatedId === id);
  const observation = {
    feed: new Map(['sp', 'pt', 'guest'].map((id) => [id, about(id)])),
    inboxes: new Map(Object.entries(world.inboxes)),
    syncPoints: new Map([
      ['sp', { view: world.point, arrivals: world.arrivals, participants: world.attendance, log: about('sp') }],
    ]),
    trackers: new Map([
      [
        'pt',
        {
          view: world.tracker,
          reports: world.reports,
          participants: [participant('bob', 'pending', null)],
          log: about('pt'),
        },
      ],
    ]),
    messages: new Map([['message', { recipients: [{ id: 'bob', acknowledgedAt: world.acknowledged }] }]]),
    revokedTokens: new Map([['secret', world.revokedStatus]]),
  };
  return observation as unknown as Observation;
}

function sentencesAfter(change: (world: World) => void): string[] {
  const world = goodWorld();
  change(world);
  return checkAll(new Ledger(world.entries), observationOf(world), LATER_MS).map(
    ({ id, sentence }) => `${id}: ${sentence}`,
  );
}

const without = (world: World, type: string, agentId?: string): void => {
  world.events = world.events.filter((each) => each.type !== type || (agentId ?? each.agentId) !== each.agentId);
};
const dropMessage = (world: World, owner: string, id: string): void => {
  world.inboxes[owner] = (world.inboxes[owner] ?? []).filter((each) => each.id !== id);
};
const doubled = (world: World, owner: string, id: string, newId = id): void => {
  const inbox = world.inboxes[owner] ?? [];
  const found = inbox.find((each) => each.id === id);
  if (found) inbox.push({ ...found, id: newId });
};
const add = (world: World, entry: Entry): void => {
  world.entries.push(entry);
};

describe('a history without fault', () => {
  test('is not objected to', () => {
    expect(sentencesAfter(() => undefined)).toEqual([]);
  });

  test('need not tell the creator of its own failure', () => {
    expect(
      sentencesAfter((world) => {
        world.entries = world.entries.map((entry) =>
          entry.kind === 'create sync point' || entry.kind === 'excuse' ? { ...entry, by: 'cid' } : entry,
        );
        dropMessage(world, 'ann', 'm0');
        world.inboxes['cid'] = [...(world.inboxes['ann'] ?? [])];
      }),
    ).toEqual([]);
  });

  test('may have what was asked and never answered, or not', () => {
    expect(
      sentencesAfter((world) => {
        add(world, { kind: 'cancel sync point', id: 'sp', by: 'ann', outcome: 'unknown' });
        add(world, { kind: 'report', id: 'pt', by: 'bob', step: 2, outcome: 'unknown' });
        add(world, {
          kind: 'create tracker',
          id: 'maybe',
          by: 'ann',
          participants: [],
          totalSteps: 1,
          completeWhen: 'creator',
          outcome: 'unknown',
        });
        add(world, {
          kind: 'create sync point',
          id: 'maybe not',
          by: 'ann',
          participants: ['bob', 'ann'],
          deadlineMs: null,
          outcome: 'unknown',
        });
      }),
    ).toEqual([]);
  });
});

describe('is found:', () => {
  test.each<[string, (world: World) => void, string]>([
    [
      'a lost arrival',
      (world) => {
        world.arrivals.splice(0, 1);
        without(world, 'AGENT_ARRIVED', 'ann');
      },
      'sp: the arrival of ann was accepted, and is lost',
    ],
    [
      'an arrival under another time than told',
      (world) => {
        world.arrivals[0] = { agentId: 'ann', arrivedAt: at(9), data: { a: 1 } };
      },
      `sp: ann was told ${at(1)}, and the list says ${at(9)}`,
    ],
    [
      'data that nobody sent',
      (world) => {
        world.arrivals[0] = { agentId: 'ann', arrivedAt: at(1), data: { a: 2 } };
      },
      'sp: the data of ann is none that it sent',
    ],
    [
      'an arrival that was refused each time',
      (world) => {
        world.entries = world.entries.map((entry) =>
          entry.kind === 'arrive' && entry.by === 'bob' ? { ...entry, outcome: 'refused' } : entry,
        );
      },
      'sp: bob has arrived, and was refused each time',
    ],
    [
      'a missing event of an arrival',
      (world) => {
        without(world, 'AGENT_ARRIVED', 'bob');
      },
      'sp: no event of the arrival of bob, which was accepted',
    ],
    [
      'a doubled event',
      (world) => {
        world.events.push(event('AGENT_ARRIVED', 'sp', 'bob', 2));
      },
      'sp: 2 events of the arrival of bob',
    ],
    [
      'a lost failure',
      (world) => {
        without(world, 'AGENT_FAILED');
      },
      'sp: no event of the failure of cid, which was accepted',
    ],
    [
      'a lost excuse',
      (world) => {
        without(world, 'AGENT_EXCUSED');
      },
      'sp: no event that dan was excused, which was accepted',
    ],
    [
      'two outcomes of one',
      (world) => {
        world.events.push(event('AGENT_FAILED', 'sp', 'bob', 2, { agentId: 'bob' }));
      },
      'sp: bob has 2 outcomes: AGENT_ARRIVED,AGENT_FAILED',
    ],
    [
      'a failure that the creator was not told of',
      (world) => {
        dropMessage(world, 'ann', 'm0');
      },
      'sp: the creator was told that [] failed, instead of [cid]',
    ],
    [
      'a failure listed under another time than told',
      (world) => {
        world.attendance[2] = participant('cid', 'failed', 9, { reason: 'broken', data: 0 });
      },
      `sp: cid was told that it failed at ${at(1)}, and is listed as failed`,
    ],
    [
      'a reason that nobody gave',
      (world) => {
        world.attendance[2] = participant('cid', 'failed', 1, { reason: 'asleep', data: 0 });
      },
      'sp: the reason of cid is none that it gave',
    ],
    [
      'somebody excused by nobody',
      (world) => {
        world.entries = world.entries.filter(({ kind }) => kind !== 'excuse');
      },
      'sp: dan is excused, and nobody did',
    ],
    [
      'an expiry of what had become impossible',
      (world) => {
        world.entries = world.entries.map((entry) =>
          entry.kind === 'create sync point' ? { ...entry, quorum: 3 } : entry,
        );
        world.point = { ...world.point, status: 'expired', deadline: at(2) };
      },
      'sp: it expired, and had failed: 2 of 4 arrived',
    ],
    [
      'a failure that nothing explains',
      (world) => {
        world.point = { ...world.point, status: 'failed' };
      },
      'sp: it has failed, and 2 of 4 arrived',
    ],
    [
      'a second ending',
      (world) => {
        world.events.push(event('SYNC_POINT_CANCELLED', 'sp', 'ann', 3));
      },
      'sp: it ended 2 times: SYNC_POINT_COMPLETED,SYNC_POINT_CANCELLED',
    ],
    [
      'a missing ending',
      (world) => {
        without(world, 'SYNC_POINT_COMPLETED');
      },
      'sp: it should have ended, and there is no event of an end',
    ],
    [
      'a completion although not all are in',
      (world) => {
        world.arrivals.splice(1, 1);
        without(world, 'AGENT_ARRIVED', 'bob');
        world.entries = world.entries.filter((entry) => entry.by !== 'bob' || entry.id !== 'sp');
      },
      'sp: it is completed, and only 1 of 4 arrived',
    ],
    [
      'a cancelling that was accepted, and did not happen',
      (world) => {
        add(world, { kind: 'cancel sync point', id: 'sp', by: 'ann', outcome: 'accepted' });
      },
      'sp: cancelling was accepted, and it is completed',
    ],
    [
      'a sync point that is gone',
      (world) => {
        world.point = undefined as unknown as World['point'];
      },
      'sp: it was answered, and is not there',
    ],
    [
      'a moved deadline without its event',
      (world) => {
        add(world, { kind: 'move deadline', id: 'sp', by: 'ann', deadlineMs: 0, outcome: 'accepted' });
      },
      'sp: 0 events of moved deadlines, and 1 to 1 were moved',
    ],
    [
      'a lost message of the creation',
      (world) => {
        dropMessage(world, 'bob', 'm1');
      },
      'sp: bob has 0 messages of the creation instead of 1',
    ],
    [
      'a doubled message of the ending',
      (world) => {
        doubled(world, 'ann', 'm2', 'm2-again');
      },
      'sp: ann has [SYNC_POINT_COMPLETED,SYNC_POINT_COMPLETED] of the end, and the event is SYNC_POINT_COMPLETED',
    ],
    [
      'an id twice in an inbox',
      (world) => {
        doubled(world, 'ann', 'm1');
      },
      'ann: message m1 is in the inbox 2 times',
    ],
    [
      'a lost report',
      (world) => {
        world.reports.splice(0, 1);
      },
      'pt: the report of step 1 by bob was accepted, and is there 0 times',
    ],
    [
      'a report without its event',
      (world) => {
        without(world, 'PROGRESS_UPDATED', 'bob');
      },
      `pt: no event of the report bob ${at(3)} 1, which was accepted`,
    ],
    [
      'an older step shown than reported',
      (world) => {
        world.tracker = { ...world.tracker, participantProgress: { bob: 0 } };
      },
      'pt: bob is shown at 0, and reported 1 last',
    ],
    [
      'a failure of a tracker that only its creator could decide',
      (world) => {
        world.tracker = { ...world.tracker, status: 'failed' };
      },
      'pt: it has failed, which only its creator could decide, and did not',
    ],
    [
      'a completion by everyone, of whom one is not through',
      (world) => {
        world.entries = world.entries.map((entry) =>
          entry.kind === 'create tracker' ? { ...entry, completeWhen: 'everyone' } : entry,
        );
      },
      'pt: it is completed instead of active',
    ],
    [
      'a message of an overall step too many',
      (world) => {
        doubled(world, 'bob', 'm4', 'm4-again');
      },
      'pt: bob has 2 messages of overall steps instead of 1',
    ],
    [
      'a completion that nobody was told of',
      (world) => {
        dropMessage(world, 'bob', 'm5');
      },
      'pt: bob has 0 messages of the completion instead of 1',
    ],
    [
      'a lost message of an agent',
      (world) => {
        dropMessage(world, 'bob', 'message');
      },
      'marker: bob has it 0 times',
    ],
    [
      'an acknowledgement undone',
      (world) => {
        dropMessage(world, 'bob', 'message');
        world.inboxes['bob']?.push(message('message', { type: 'SOAK', marker: 'marker' }));
      },
      `marker: bob was told ${at(7)}, not nothing`,
    ],
    [
      'an acknowledgement that the sender does not see',
      (world) => {
        world.acknowledged = null;
      },
      'marker: its sender sees another acknowledgement of bob',
    ],
    [
      'a sender who was never told that nobody acknowledged',
      (world) => {
        world.entries = world.entries.filter(({ kind }) => kind !== 'acknowledge');
        dropMessage(world, 'bob', 'message');
        world.inboxes['bob']?.push(message('message', { type: 'SOAK', marker: 'marker' }));
      },
      'marker: its sender was not told that bob never acknowledged it',
    ],
    [
      'a registration without its event',
      (world) => {
        without(world, 'AGENT_REGISTERED');
      },
      'guest: 0 events AGENT_REGISTERED instead of 1 to 1',
    ],
    [
      'an agent that fell silent and is not lost',
      (world) => {
        world.events = world.events.filter(({ type, timestamp }) => type !== 'AGENT_LOST' || timestamp !== at(40));
      },
      `guest: it is not lost at ${at(40)}`,
    ],
    [
      'a return that nobody was told of',
      (world) => {
        without(world, 'AGENT_RETURNED');
      },
      'guest: its losses and returns are [AGENT_LOST,AGENT_LOST]',
    ],
    [
      'an agent that is lost though it never checked in',
      (world) => {
        world.entries = world.entries.filter(({ kind }) => kind !== 'check in');
      },
      'guest: it is lost without a check-in',
    ],
    [
      'a revoked token that still opens',
      (world) => {
        world.revokedStatus = 200;
      },
      'guest: a token that was revoked is answered with 200',
    ],
  ])('%s', (_name, change, sentence) => {
    expect(sentencesAfter(change)).toContain(sentence);
  });
});

test.each<[string, number | null, Outcome, string[]]>([
  [
    'whose deadline has passed',
    LATER_MS - 1,
    'accepted',
    ['sp: it should have ended, and there is no event of an end'],
  ],
  ['whose deadline lies ahead', LATER_MS + 1, 'accepted', []],
  ['without a deadline', null, 'accepted', []],
])('a sync point %s must have ended or not', (_name, deadlineMs, outcome, expected) => {
  const world = goodWorld();
  world.entries = [
    { kind: 'create sync point', id: 'sp', by: 'ann', participants: ['ann', 'bob'], deadlineMs, outcome },
  ];
  world.events = [event('SYNC_POINT_CREATED', 'sp', 'ann', 0)];
  for (const owner of ['ann', 'bob']) {
    world.inboxes[owner] = [message('m1', { type: 'SYNC_POINT_NOTIFICATION', syncPointId: 'sp' })];
  }
  const found = checkConsequences(new Ledger(world.entries), observationOf(world), LATER_MS);
  expect(found.map(({ id, sentence }) => `${id}: ${sentence}`)).toEqual(expected);
});

describe('of processes', () => {
  const MIB = 1_048_576;
  const sample = (changes: Partial<ProcessSample> = {}): ProcessSample => ({
    atMs: 0,
    pid: 1,
    rssBytes: 300 * MIB,
    heapBytes: 100 * MIB,
    externalBytes: 0,
    resources: { Timeout: 20, TCPSocketWrap: 10 },
    openFiles: 60,
    children: [{ pid: 2, name: 'java', rssBytes: 0 }],
    ...changes,
  });
  const idle = [sample(), sample()];
  const steady = Array.from({ length: 60 }, () => sample());
  const verdicts = (measured: Partial<Parameters<typeof checkProcesses>[0]>): (boolean | null)[] =>
    checkProcesses({ underLoad: steady, idleBefore: idle, idleAfter: idle, ...measured }).map(({ holds }) => holds);

  test('one that does not grow is not objected to', () => {
    expect(verdicts({})).toEqual([true, true, true, true, true, true]);
  });

  test.each<[string, Parameters<typeof verdicts>[0], number]>([
    [
      'a growing heap',
      { underLoad: Array.from({ length: 60 }, (_, index) => sample({ heapBytes: (100 + index) * MIB })) },
      0,
    ],
    [
      'growing memory outside the heap',
      { underLoad: Array.from({ length: 60 }, (_, index) => sample({ rssBytes: (300 + 6 * index) * MIB })) },
      1,
    ],
    ['open files', { idleAfter: [sample({ openFiles: 90 })] }, 2],
    ['connections', { idleAfter: [sample({ resources: { TCPSocketWrap: 70 }, openFiles: 120 })] }, 3],
    ['handles', { idleAfter: [sample({ resources: { Timeout: 40 } })] }, 4],
    [
      'another child process',
      { idleAfter: [sample({ children: [...(sample().children ?? []), { pid: 3, name: 'sh', rssBytes: 0 }] })] },
      5,
    ],
  ])('%s: found', (_name, measured, broken) => {
    expect(verdicts(measured)).toEqual([true, true, true, true, true, true].with(broken, false));
  });

  test('too few samples, and a system without /proc, are no verdict', () => {
    const noProc = [sample({ openFiles: null, children: null })];
    expect(verdicts({ underLoad: steady.slice(0, 29), idleBefore: noProc, idleAfter: noProc })).toEqual([
      null,
      null,
      null,
      true,
      true,
      null,
    ]);
  });
});

describe('faults', () => {
  test('are the same for the same seed, and each comes up', () => {
    const drawn = (): (Fault | undefined)[] => {
      let nowMs = 0;
      const plan = new FaultPlan(randomFrom(7), () => (nowMs += 100));
      plan.active = true;
      const commands = ['UpdateItem', 'TransactWriteItems', 'BatchWriteItem'];
      return Array.from({ length: 20_000 }, (_, index) => {
        return plan.draw({ service: 'DynamoDB', command: commands[index % commands.length] ?? '' });
      });
    };
    const first = drawn();
    expect(drawn()).toEqual(first);
    expect(FAULTS.filter((fault) => !first.includes(fault))).toEqual([]);
  });

  test('do not come while the plan is not active', () => {
    const plan = new FaultPlan(() => 0);
    expect(plan.draw({ service: 'SNS', command: 'Publish' })).toBeUndefined();
  });

  test('are those that the command can meet', () => {
    const update = { service: 'DynamoDB', command: 'UpdateItem' } as const;
    expect(canMeet('conflict', update)).toBe(true);
    expect(canMeet('conflict', { service: 'DynamoDB', command: 'PutItem' })).toBe(false);
    expect(canMeet('transaction cancelled', update)).toBe(false);
    expect(canMeet('part of the batch left undone', { service: 'EventBridge', command: 'PutEvents' })).toBe(true);
  });

  test.each([
    [{ 'x-amz-target': 'DynamoDB_20120810.PutItem' }, '/', '{}', 'DynamoDB PutItem'],
    [{ 'x-amz-target': 'AWSEvents.PutEvents' }, '/', '{}', 'EventBridge PutEvents'],
    [{ 'x-amz-target': 'AmazonSQS.SendMessage' }, '/', '{}', 'SQS SendMessage'],
    [{}, '/schedules/a', '{}', 'Scheduler POST'],
    [{}, '/', 'Action=Publish&TopicArn=a', 'SNS Publish'],
  ])('are drawn by what is called: %j %s', (headers, url, body, expected) => {
    const { service, command } = callOf({ headers, url, method: 'POST' }, body);
    expect(`${service} ${command}`).toBe(expected);
  });
});
