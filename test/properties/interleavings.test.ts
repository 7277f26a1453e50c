import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, jest, test } from '@jest/globals';
import { dispatchChange } from '../../lib/dispatcher/dispatch-change';
import type { Dispatcher } from '../../lib/dispatcher/dispatcher';
import { currentDeadline, decisionOf } from '../../lib/rosters/decision';
import { arrivalsInOrder, type SyncPoint } from '../../lib/sync-points/sync-point';
import { loadSyncPoint } from '../../lib/sync-points/sync-point-repository';
import type { Tracker } from '../../lib/progress-trackers/progress-tracker';
import { loadTracker } from '../../lib/progress-trackers/tracker-repository';
import { batchWrite, type Item } from '../../lib/table/table';
import {
  doToSyncPoint,
  doToTracker,
  operationsOf,
  type SyncPointDeed,
  syncPointActOf,
  type Told,
  type TrackerDeed,
} from '../support/acts';
import { exploreInterleavings, type Explored, type Performed, runInOrder } from '../support/interleavings';
import { checkLinearizable } from '../support/linearizability';
import { type Answer, createMemoryTable, type MemoryTable, plain, type Request } from '../support/memory-table';
import { randomFrom } from '../support/request-control';
import { smallSyncPoint, smallTracker } from '../support/small-pages';
import { type SyncPointAct, syncPointModel, type SyncPointTold } from '../support/sync-point-model';
import { createTestTable } from '../support/test-table';
import { type TrackerAct, trackerModel, type TrackerRules, type TrackerTold } from '../support/tracker-model';

jest.setTimeout(300_000);
/** PROPERTY_SEED=… PROPERTY_RUNS=1 plays one of the random orders again. */
const FIRST_SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 400);

const START = Date.parse('2026-03-01T12:00:00.000Z');
const DEADLINE = START + 10_000;
const BEFORE = DEADLINE - 1;
const PARTICIPANTS = ['a', 'b', 'c'];

const arrives = (who: string): SyncPointDeed => ({ kind: 'arrive', who, atMs: BEFORE });
const cancels: SyncPointDeed = { kind: 'cancel', atMs: BEFORE };
const completes: SyncPointDeed = { kind: 'complete', atMs: BEFORE };
const expires: SyncPointDeed = { kind: 'expire', atMs: DEADLINE };
const looks = (atMs: number): SyncPointDeed => ({ kind: 'look', atMs });
const moves: SyncPointDeed = { kind: 'move', deadlineMs: DEADLINE + 10_000, atMs: BEFORE };

/** One of each kind of request that was made in memory, with what it was about and what it answered. */
interface Example {
  readonly request: Request;
  readonly before: readonly Item[];
  readonly answer: Answer;
}
const examples = new Map<string, Example>();

function remembering(table: MemoryTable): MemoryTable {
  table.afterRequest = (request, answer, before) => {
    const { UpdateExpression, ConditionExpression, TransactItems } = request.input;
    const outcome = 'error' in answer ? answer.error.name : 'ok';
    const kind = JSON.stringify([request.command, UpdateExpression, ConditionExpression, outcome, before.length]);
    const single = /^(Get|Put|Update|Delete|TransactWrite)/.test(request.command);
    if (single && !examples.has(kind + (TransactItems ? String(before.length) : ''))) {
      examples.set(kind + (TransactItems ? String(before.length) : ''), { request, before, answer });
    }
  };
  return table;
}

function tableOf(items: readonly Item[]): MemoryTable {
  const table = remembering(createMemoryTable());
  for (const item of items) table.place(item);
  return table;
}

/** The dispatcher, whose surroundings take everything; the table is what counts here. */
const dispatcherOn = (table: MemoryTable, nowMs: number): Dispatcher => ({
  table,
  now: () => nowMs,
  bus: () => Promise.resolve(),
  publish: () => Promise.resolve(),
  schedules: { set: () => Promise.resolve(), remove: () => Promise.resolve() },
  retention: { endedDays: 90, eventDays: 90, messageDays: 30 },
  reminders: { intervalMs: 3_600_000, limit: 0 },
});

async function dispatchAll(table: MemoryTable, nowMs: number): Promise<void> {
  const dispatcher = dispatcherOn(table, nowMs);
  for (let next = 0; next < table.changes.length; next++) {
    const change = table.changes[next];
    if (change && /^(HEADER|PAGE#|OVERALL)/.test(change.sk)) await dispatchChange(dispatcher, change);
  }
}

const eventTypes = (table: MemoryTable, kind: 'SP' | 'PT'): string[] =>
  table
    .items()
    .filter(({ pk }) => pk === `EVENTS#${kind}#p`)
    .map((item) => String(item['type']));

type SyncPointPlot = readonly (readonly SyncPointDeed[])[];

/** What is left of a sync point. */
interface SettledSyncPoint {
  readonly syncPoint: SyncPoint | null;
  /** Types of events. */
  readonly events: readonly string[];
}

async function settleSyncPoint(table: MemoryTable): Promise<SettledSyncPoint> {
  await dispatchAll(table, BEFORE);
  return { syncPoint: await loadSyncPoint(table, 'p'), events: eventTypes(table, 'SP') };
}

function faultsOfSyncPoint(
  { syncPoint, events }: SettledSyncPoint,
  participants: readonly string[],
  plot: SyncPointPlot,
  performed: readonly Performed<Told<SyncPointTold>>[],
): string[] {
  const found: string[] = [];
  const operations = performed.flatMap((one) => {
    const act = syncPointActOf(plot[one.racer]?.[one.act] ?? looks(START));
    const look: SyncPointAct = { kind: 'look', fromMs: act.fromMs, toMs: act.toMs };
    if (one.told.answer === null) found.push(String(one.told.error));
    return operationsOf(act, look, one.told, one);
  });
  const verdict = checkLinearizable(syncPointModel(participants, DEADLINE), operations);
  if (!verdict.linearizable) found.push(`not linearizable: ${JSON.stringify(verdict.stuckAt)}`);

  if (!syncPoint) return [...found, 'it is gone'];
  const decision = decisionOf(syncPoint.pages);
  const status = decision?.ending ?? 'waiting';
  if (syncPoint.header.status !== status) found.push(`the header says ${syncPoint.header.status} of ${status}`);
  const arrived = arrivalsInOrder(syncPoint.pages).map(({ agentId }) => agentId);
  const accepted = performed.flatMap(({ racer, act, told }) => {
    const deed = plot[racer]?.[act];
    return deed?.kind === 'arrive' && told.answer?.code === 'ok' ? [deed.who] : [];
  });
  const same = (one: readonly string[], other: readonly string[]): boolean =>
    JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
  if (!same([...new Set(accepted)], arrived)) found.push(`${accepted.join()} were accepted, ${arrived.join()} are in`);
  if (same(arrived, participants) !== (decision?.endedBy === 'system' && status === 'completed')) {
    found.push(`${status} with ${arrived.join()}`);
  }
  const { deadlineMs } = currentDeadline(syncPoint.pages);
  if (status === 'waiting' && syncPoint.header.deadlineMs !== deadlineMs) found.push('the header has another deadline');
  const endings = events.filter((type) => /_(COMPLETED|CANCELLED|EXPIRED)$/.test(type));
  if (!same(endings, status === 'waiting' ? [] : [`SYNC_POINT_${status.toUpperCase()}`])) found.push(endings.join());
  if (events.filter((type) => type === 'AGENT_ARRIVED').length !== arrived.length) found.push('events of arrivals');
  return found;
}

type TrackerPlot = readonly (readonly TrackerDeed[])[];

interface SettledTracker {
  readonly tracker: Tracker | null;
  readonly events: readonly string[];
}

async function settleTracker(table: MemoryTable): Promise<SettledTracker> {
  await dispatchAll(table, BEFORE);
  return { tracker: await loadTracker(table, 'p'), events: eventTypes(table, 'PT') };
}

function faultsOfTracker(
  { tracker, events }: SettledTracker,
  rules: TrackerRules,
  plot: TrackerPlot,
  performed: readonly Performed<Told<TrackerTold>>[],
): string[] {
  const found: string[] = [];
  const operations = performed.flatMap((one) => {
    const act: TrackerAct = plot[one.racer]?.[one.act] ?? { kind: 'look' };
    if (one.told.answer === null) found.push(String(one.told.error));
    return operationsOf<TrackerAct, TrackerTold>(act, { kind: 'look' }, one.told, one);
  });
  const verdict = checkLinearizable(trackerModel(rules), operations);
  if (!verdict.linearizable) found.push(`not linearizable: ${JSON.stringify(verdict.stuckAt)}`);
  if (!tracker) return [...found, 'it is gone'];
  const status = tracker.overall.closing?.as ?? 'active';
  if (tracker.header.status !== status) found.push(`the header says ${tracker.header.status} of ${status}`);
  if (status !== 'active' && tracker.pages.some((page) => !page.closed)) found.push('a page is open after the end');
  for (const page of tracker.pages) {
    const below = [...page.steps.values()].filter(({ step }) => step < rules.totalSteps).length;
    if (page.remaining !== null && page.remaining !== below) found.push(`${page.remaining} remain, ${below} are below`);
    if (rules.completeWhen === 'everyone' && status === 'completed' && below > 0) found.push(`completed without all`);
  }
  const endings = events.filter((type) => /_(COMPLETED|CANCELLED)$/.test(type));
  if (endings.length !== (status === 'active' ? 0 : 1)) found.push(`events: ${endings.join()}`);
  return found;
}

/** A sync point of 2 pages, with some participants on each. */
const meetingOf = (participants: readonly string[]) => ({
  participants,
  ...smallSyncPoint({ id: 'p', pageCount: 2, participants, deadlineMs: DEADLINE }, START),
});
type Meeting = ReturnType<typeof meetingOf>;
const MEETING = meetingOf(PARTICIPANTS);

const racersOf = ({ shape }: Meeting, plot: SyncPointPlot) =>
  plot.map((deeds) =>
    deeds.map(
      (deed) => (table: Parameters<typeof doToSyncPoint>[0]) =>
        doToSyncPoint(table, 'p', deed, new Map([['p', shape]])),
    ),
  );

const report = (who: string, step: number): TrackerDeed => ({ kind: 'report', who, step });
const trackerRacersOf = (plot: TrackerPlot) =>
  plot.map((deeds, racer) =>
    deeds.map(
      (deed, act) => (table: Parameters<typeof doToTracker>[0]) =>
        doToTracker(table, 'p', deed, BEFORE + 10 * act + racer),
    ),
  );

/** Printed, so that it can be seen how much was gone through. */
function tell(what: string, { orders, states, ends }: Explored): void {
  const count = (number: number): string => number.toLocaleString('en');
  process.stdout.write(`${what}: ${count(orders)} orders over ${count(states)} states to ${count(ends)} ends\n`);
}

/** What may end a sync point, finish its ending, or put it off. */
const CLOSERS: readonly [name: string, deed: SyncPointDeed][] = [
  ['a cancel', cancels],
  ['a completion by hand', completes],
  ['the schedule of the deadline', expires],
  ['a reader after the deadline', looks(DEADLINE)],
  ['a reader', looks(BEFORE)],
  ['a move of the deadline', moves],
];
const ENDINGS = CLOSERS.slice(0, 4);

const pairsOf = (closers: typeof CLOSERS) =>
  closers.flatMap(([name, deed], index) =>
    closers.slice(index).map(([other, deed2]) => [name, other, [deed, deed2]] as const),
  );

/** Few where one of the two only watches. */
const LEAST_ORDERS = 10_000;
const LEAST_ORDERS_OF_ENDINGS = 100_000_000;

describe.each([
  ['two of them on the first page', meetingOf(['a', 'b', 'c']), CLOSERS],
  ['two of them on the second page', meetingOf(['a', 'b', 'd']), ENDINGS],
])('every order of the requests of 3 agents, %s of 2, with', (where, meeting, closers) => {
  test.each(pairsOf(closers))('%s and %s', async (one, other, deeds) => {
    const plot: SyncPointPlot = [...meeting.participants.map((who) => [arrives(who)]), ...deeds.map((deed) => [deed])];
    const explored = await exploreInterleavings(tableOf, meeting.items, racersOf(meeting, plot), {
      settle: settleSyncPoint,
      faults: (settled, performed) => faultsOfSyncPoint(settled, meeting.participants, plot, performed),
    });
    tell(`3 agents, ${where}, ${one} and ${other}`, explored);
    const bothEnd = deeds.every((deed) => ENDINGS.some(([, ending]) => ending === deed));
    expect(explored.orders).toBeGreaterThan(bothEnd ? LEAST_ORDERS_OF_ENDINGS : LEAST_ORDERS);
  });
});

const drawnBy =
  (random: () => number) =>
  (requests: number): number =>
    Math.floor(random() * requests);

test('random orders of the requests to a sync point: 3 agents, closers, a deadline that moves, and readers', async () => {
  const others = [cancels, completes, expires, moves, looks(BEFORE), looks(DEADLINE)];
  const people = [arrives('a'), arrives('b'), arrives('c'), ...others];
  const seen = new Set<string>();
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const random = randomFrom(seed);
    const pick = (): SyncPointDeed => people[Math.floor(random() * people.length)] ?? cancels;
    const plot = Array.from({ length: 5 }, (_, racer) => [
      racer < 3 && random() < 0.7 ? arrives('abc'[racer] ?? '') : pick(),
      pick(),
    ]);
    const table = tableOf(MEETING.items);
    const { performed, choices } = await runInOrder(table, racersOf(MEETING, plot), drawnBy(random));
    const found = faultsOfSyncPoint(await settleSyncPoint(table), PARTICIPANTS, plot, performed);
    if (found.length > 0) {
      throw new Error(
        `PROPERTY_SEED=${seed}: ${found.join('\n')}\n${JSON.stringify(plot)}\nafter\n${choices.join('\n')}`,
      );
    }
    for (const { told } of performed) seen.add(told.answer?.code ?? '');
  }
  expect(RUNS < 100 || seen.size >= 3).toBe(true);
});

test('random orders of the requests to a tracker: reports to and from the total, the creator, and a cancel', async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const random = randomFrom(seed);
    const rules: TrackerRules = {
      creator: 'creator',
      participants: random() < 0.5 ? PARTICIPANTS : [...PARTICIPANTS, 'creator'],
      totalSteps: 2,
      completeWhen: random() < 0.6 ? 'everyone' : 'creator',
      monotonic: random() < 0.2,
    };
    const tracker = smallTracker({ id: 'p', pageCount: 2, ...rules }, START);
    const drawn = (): TrackerDeed => {
      const draw = random();
      if (draw < 0.06) return { kind: 'cancel' };
      if (draw < 0.15) return { kind: 'look' };
      return report(['a', 'b', 'c', 'creator'][Math.floor(random() * 4)] ?? 'a', random() < 0.7 ? 2 : 1);
    };
    const plot = ['a', 'b', 'c', 'creator'].map((who) => [random() < 0.7 ? report(who, 2) : drawn(), drawn()]);
    const table = tableOf(tracker.items);
    const { performed, choices } = await runInOrder(table, trackerRacersOf(plot), drawnBy(random));
    const found = faultsOfTracker(await settleTracker(table), rules, plot, performed);
    if (found.length > 0) {
      throw new Error(
        `PROPERTY_SEED=${seed}: ${found.join('\n')}\n${JSON.stringify([rules, plot])}\nafter\n${choices.join('\n')}`,
      );
    }
  }
  expect(RUNS).toBeGreaterThan(0);
});

const COMMANDS = { GetCommand, PutCommand, UpdateCommand, DeleteCommand, TransactWriteCommand } as const;

test('DynamoDB Local answers every kind of request made above as the table in memory did', async () => {
  expect(examples.size).toBeGreaterThan(20);
  const real = await createTestTable();
  for (const { request, before, answer } of examples.values()) {
    await batchWrite(
      real,
      before.map((item) => ({ put: item })),
    );
    const Command = COMMANDS[request.command as keyof typeof COMMANDS] as typeof UpdateCommand;
    const sent = real.client.send(new Command(addressedTo(real.name, request.input)));
    const [result] = await Promise.allSettled([sent]);
    const answered: Answer =
      result.status === 'fulfilled' ? { output: { ...result.value } } : { error: result.reason as Error };
    expect([request, seenOf(answered)]).toEqual([request, seenOf(answer)]);
  }
});

function addressedTo(TableName: string, input: Record<string, unknown>): UpdateCommandInput {
  const writes = input['TransactItems'] as Record<string, object>[] | undefined;
  const addressed = writes?.map((one) =>
    Object.fromEntries(Object.entries(one).map(([kind, write]) => [kind, { ...write, TableName }])),
  );
  return { ...input, ...(addressed ? { TransactItems: addressed } : { TableName }) } as unknown as UpdateCommandInput;
}

/** What the code sees of an answer. */
function seenOf(answer: Answer): unknown {
  if (!('error' in answer)) return plain({ attributes: answer.output['Attributes'], item: answer.output['Item'] });
  const { name, Item, CancellationReasons } = answer.error as Error & {
    Item?: unknown;
    CancellationReasons?: { Code?: string }[];
  };
  return plain({ name, item: Item ?? null, reasons: CancellationReasons?.map(({ Code }) => Code) });
}
