import { expect, test } from '@jest/globals';
import { operationsOf, type Told, trackerOperationsOf } from '../support/acts';
import {
  agents,
  type Answer,
  type CreatedSyncPoint,
  type CreatedTracker,
  type HttpClient,
  manyAgents,
  nowMs,
  secondsAhead,
  type SyncPointView,
  type TrackerView,
} from '../support/http-client';
import { checkLinearizable, type Operation } from '../support/linearizability';
import { randomFrom } from '../support/request-control';
import {
  type Outcomes,
  type SyncPointAct,
  syncPointModel,
  type SyncPointRules,
  type SyncPointTold,
} from '../support/sync-point-model';
import { type TrackerAct, trackerModel, type TrackerRules, type TrackerTold } from '../support/tracker-model';

/** PROPERTY_SEED draws other histories; which of the concurrent requests comes first stays a matter of chance. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
/** Only those who race are drawn; the others have arrived before. */
const RACERS = 5;
const ACTS = 4;
/** More than one page has, and few enough for one. */
const MANY = 24;
const FEW = 8;
/** Passes during the race. */
const SHORT_MS = 200;

type MeetingRules = Pick<SyncPointRules, 'quorum' | 'endWhen'> & { readonly size: number; readonly isShort?: boolean };
const MEETINGS: readonly MeetingRules[] = [
  { size: MANY },
  { size: MANY, quorum: MANY - 3 },
  { size: MANY, quorum: MANY - 2, isShort: true },
  { size: MANY, quorum: MANY - 2, endWhen: 'everyone' },
  { size: FEW, quorum: FEW - 3 },
  { size: FEW, endWhen: 'everyone', isShort: true },
];

type WorkRules = Pick<TrackerRules, 'completeWhen' | 'monotonic'> & {
  readonly size: number;
  readonly isShort?: boolean;
  readonly creatorTakesPart?: boolean;
};
const WORKS: readonly WorkRules[] = [
  { size: MANY, completeWhen: 'creator', monotonic: true },
  { size: MANY, completeWhen: 'everyone', monotonic: false },
  { size: MANY, completeWhen: 'creator', monotonic: false, isShort: true },
  { size: MANY, completeWhen: 'everyone', monotonic: true, creatorTakesPart: true },
  { size: FEW, completeWhen: 'everyone', monotonic: false, isShort: true },
  { size: FEW, completeWhen: 'creator', monotonic: false, creatorTakesPart: true },
];

interface Sent<Body> {
  readonly answer: Answer<Body>;
  /** By the wall clock, which the server has too. */
  readonly time: { readonly fromMs: number; readonly toMs: number };
  readonly lasting: { readonly began: number; readonly ended: number };
}

async function timed<Body>(send: () => Promise<Answer<Body>>): Promise<Sent<Body>> {
  const [began, fromMs] = [performance.now(), nowMs()];
  const answer = await send();
  return { answer, time: { fromMs, toMs: nowMs() }, lasting: { began, ended: performance.now() } };
}

/** A deadline may pass before the request to set it arrives: then it had passed when the answer came. */
const timeOfMove = ({ answer, time }: Sent<unknown>): Sent<unknown>['time'] =>
  answer.status === 422 ? { ...time, fromMs: time.toMs } : time;

const isOk = ({ status }: Answer<unknown>): boolean => status < 300;
const codeOf = (answer: Answer<unknown>): string =>
  isOk(answer) ? 'ok' : String((answer.body as { code?: unknown }).code);

const OUTCOME_PATH = { arrive: 'arrivals', fail: 'failures', excuse: 'excuses' } as const;
const ENDED_AS = { cancel: 'cancelled', complete: 'completed', fail: 'failed' } as const;
const WAYS_TO_END = ['cancel', 'complete', 'fail'] as const;

interface OutcomeBody<Status> {
  readonly status: Status;
  readonly repeated: boolean;
  readonly arrivedAt?: string;
  readonly failedAt?: string;
  readonly excusedAt?: string;
}

/** @param weights how often of all */
function drawn<Kind extends string>(random: () => number, weights: Readonly<Record<Kind, number>>): Kind {
  const kinds = Object.entries(weights) as [Kind, number][];
  let left = random() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
  const found = kinds.find(([, weight]) => (left -= weight) < 0) ?? kinds[0];
  if (!found) throw new Error('there is nothing to draw');
  return found[0];
}

function oneOf<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to draw');
  return item;
}

/** Every racer does one thing after the other, all at once. */
const race = (racers: readonly HttpClient[], act: (racer: HttpClient) => Promise<void>): Promise<unknown> =>
  Promise.all(
    racers.map(async (racer) => {
      for (let count = 0; count < ACTS; count++) await act(racer);
    }),
  );

test('what many are told of a sync point at once could have happened one after the other', async () => {
  const [creator] = await agents(['creator']);
  const everybody = await manyAgents(MANY, 'participant');
  const codes = new Set<string>();
  const statuses = new Set<string>();
  for (const [round, { size, isShort = false, quorum = null, endWhen = 'decided' }] of MEETINGS.entries()) {
    const random = randomFrom(SEED * 1_000 + round);
    const clients = everybody.slice(0, size);
    const participants = clients.map(({ id }) => id);
    const deadline = secondsAhead(600);
    const body = { name: 'm', participants, deadline, endWhen, ...(quorum !== null && { quorum }) };
    const created = await creator.post<CreatedSyncPoint>('/v1/sync-points', body);
    expect([created.status, created.text]).toEqual([201, expect.any(String)]);
    const path = `/v1/sync-points/${created.body.id}`;
    const history: Operation<SyncPointAct, SyncPointTold>[] = [];

    const tellOf = (
      act: SyncPointAct,
      { answer, lasting }: Sent<object>,
      told: Partial<SyncPointTold>,
      looks: Told<SyncPointTold>['looks'] = [],
    ): void => {
      const code = codeOf(answer);
      const { syncPoint } = answer.body as { syncPoint?: SyncPointView };
      const all =
        code === 'ok' ? { answer: { code, ...told }, looks } : { answer: { code, status: syncPoint?.status } };
      history.push(...operationsOf<SyncPointAct, SyncPointTold>(act, all, lasting));
      codes.add(code);
      if (told.status) statuses.add(told.status);
    };
    const settle = async (kind: 'arrive' | 'fail' | 'excuse', who: HttpClient): Promise<void> => {
      const [caller, sentBody] = kind === 'excuse' ? [creator, { agentId: who.id }] : [who, undefined];
      const sent = await timed(() =>
        caller.post<OutcomeBody<SyncPointView['status']>>(`${path}/${OUTCOME_PATH[kind]}`, sentBody),
      );
      const { repeated, arrivedAt, failedAt, excusedAt, status } = sent.answer.body;
      const at = arrivedAt ?? failedAt ?? excusedAt ?? 'never';
      const look = { kind: kind === 'fail' ? 'look' : 'glance', told: { code: 'ok', status } } as const;
      tellOf({ ...sent.time, kind, who: who.id }, sent, { repeated, at }, [look]);
    };
    const look = async (): Promise<void> => {
      const sent = await timed(() => creator.get<SyncPointView>(path));
      tellOf({ ...sent.time, kind: 'look' }, sent, { status: sent.answer.body.status });
    };
    const end = async (how: keyof typeof ENDED_AS): Promise<void> => {
      const sent = await timed(() => creator.post(`${path}/${how}`));
      tellOf({ ...sent.time, kind: 'end', as: ENDED_AS[how] }, sent, {});
    };
    const move = async (to: string): Promise<void> => {
      const sent = await timed(() => creator.patch(path, { deadline: to }));
      tellOf({ ...timeOfMove(sent), kind: 'move', deadlineMs: Date.parse(to) }, sent, {});
    };

    const late = clients.slice(0, RACERS);
    const early = await Promise.all(
      clients.slice(RACERS).map(async (client) => {
        const { status, body: told } = await client.post<OutcomeBody<string>>(`${path}/arrivals`);
        expect([status, told.status]).toEqual([201, 'waiting']);
        return [client.id, { outcome: 'arrived', at: told.arrivedAt ?? null }] as const;
      }),
    );
    const outcomes: Outcomes = Object.fromEntries(early);
    if (isShort) await move(secondsAhead(SHORT_MS / 1_000));
    await race(late, async (client) => {
      const kind = drawn(random, { arrive: 32, look: 30, fail: 10, excuse: 12, move: 7, end: 9 });
      if (kind === 'look') await look();
      else if (kind === 'move') await move(secondsAhead(300 + 300 * random()));
      else if (kind === 'end') await end(oneOf(random, WAYS_TO_END));
      else await settle(kind, kind === 'excuse' ? oneOf(random, late) : client);
    });
    await look();
    const rules = { participants, deadlineMs: Date.parse(deadline), quorum, endWhen, onePage: size === FEW };
    const verdict = checkLinearizable(syncPointModel(rules, outcomes), history);
    expect([round, verdict]).toEqual([round, { linearizable: true }]);
  }
  expect(codes.size).toBeGreaterThan(1);
  expect(statuses.size).toBeGreaterThan(1);
});

test('what many are told of a tracker at once could have happened one after the other', async () => {
  const [creator] = await agents(['creator']);
  const everybody = await manyAgents(MANY, 'participant');
  const codes = new Set<string>();
  const statuses = new Set<string>();
  for (const [round, work] of WORKS.entries()) {
    const { size, completeWhen, monotonic, isShort = false, creatorTakesPart = false } = work;
    const random = randomFrom(SEED * 1_000 + round);
    const clients = everybody.slice(0, size);
    const participants = [...clients, ...(creatorTakesPart ? [creator] : [])].map(({ id }) => id);
    const totalSteps = 2;
    const body = { name: 'm', participants, totalSteps, completeWhen, monotonic };
    const created = await creator.post<CreatedTracker>('/v1/progress-trackers', body);
    expect([created.status, created.text]).toEqual([201, expect.any(String)]);
    const path = `/v1/progress-trackers/${created.body.id}`;
    const history: Operation<TrackerAct, TrackerTold>[] = [];

    const tellOf = (
      act: TrackerAct,
      { answer, lasting }: Sent<object>,
      told: Partial<TrackerTold>,
      looks: Told<TrackerTold>['looks'] = [],
    ): void => {
      const code = codeOf(answer);
      const { progressTracker, actualStep } = answer.body as { progressTracker?: TrackerView; actualStep?: number };
      const refused = { code, status: progressTracker?.status, actualStep };
      const all = code === 'ok' ? { answer: { code, ...told }, looks } : { answer: refused };
      history.push(...trackerOperationsOf(act, all, lasting));
      codes.add(code);
      if (told.status) statuses.add(told.status);
    };
    // The overall step in the answer to others than the creator may be a moment old (half a read unit).
    const glance = (status: TrackerView['status']) => ({ kind: 'glance', told: { code: 'ok', status } }) as const;
    const report = async (client: HttpClient, step: number, ifStep?: number): Promise<void> => {
      const sent = await timed(() =>
        client.post<OutcomeBody<TrackerView['status']>>(`${path}/progress`, {
          step,
          ...(ifStep !== undefined && { ifStep }),
        }),
      );
      const { repeated, status } = sent.answer.body;
      tellOf({ ...sent.time, kind: 'report', who: client.id, step, ifStep }, sent, { repeated }, [glance(status)]);
    };
    const settle = async (kind: 'fail' | 'excuse', who: HttpClient): Promise<void> => {
      const [caller, sentBody] = kind === 'excuse' ? [creator, { agentId: who.id }] : [who, undefined];
      const sent = await timed(() =>
        caller.post<OutcomeBody<TrackerView['status']>>(`${path}/${OUTCOME_PATH[kind]}`, sentBody),
      );
      const { repeated, status } = sent.answer.body;
      tellOf({ ...sent.time, kind, who: who.id }, sent, { repeated }, [glance(status)]);
    };
    const look = async (): Promise<void> => {
      const sent = await timed(() => creator.get<TrackerView>(path));
      const { status, currentStep } = sent.answer.body;
      tellOf({ ...sent.time, kind: 'look' }, sent, { status, currentStep });
    };
    const end = async (how: keyof typeof ENDED_AS): Promise<void> => {
      const sent = await timed(() => creator.post(`${path}/${how}`));
      tellOf({ ...sent.time, kind: 'end', as: ENDED_AS[how] }, sent, {});
    };
    const change = async (terms: { readonly totalSteps?: number; readonly deadline?: string }): Promise<void> => {
      const sent = await timed(() => creator.patch(path, terms));
      const deadlineMs = terms.deadline === undefined ? undefined : Date.parse(terms.deadline);
      const time = deadlineMs === undefined ? sent.time : timeOfMove(sent);
      const act: TrackerAct = { ...time, kind: 'move', totalSteps: terms.totalSteps, deadlineMs };
      // A change ends with a look at all pages.
      tellOf(act, sent, {}, [{ kind: 'look', told: { code: 'ok' } }]);
    };

    const late = clients.slice(0, RACERS);
    await Promise.all(
      clients.slice(RACERS).map(async (client, index) => {
        const { status } = await client.post(`${path}/progress`, { step: totalSteps });
        expect(status).toBe(200);
        // Before the race, in any order.
        const time = { began: index - MANY, ended: index - MANY };
        const act = { kind: 'report', who: client.id, step: totalSteps, fromMs: 0, toMs: 0 } as const;
        history.push({ act, told: { code: 'ok', repeated: false }, ...time });
      }),
    );
    if (isShort) await change({ deadline: secondsAhead(SHORT_MS / 1_000) });
    await race(late, async (client) => {
      const kind = drawn(random, { report: 45, overall: 9, look: 18, fail: 6, excuse: 8, change: 8, end: 6 });
      if (kind === 'report') await report(client, oneOf(random, [1, 2, 2, 2, 3]), random() < 0.1 ? 1 : undefined);
      else if (kind === 'overall') await report(creator, oneOf(random, [1, 1, 2]));
      else if (kind === 'look') await look();
      else if (kind === 'change')
        await change(oneOf(random, [{ totalSteps: 2 }, { totalSteps: 3 }, { deadline: secondsAhead(600) }]));
      else if (kind === 'end') await end(oneOf(random, WAYS_TO_END));
      else await settle(kind, kind === 'excuse' ? oneOf(random, late) : oneOf(random, [client, client, creator]));
    });
    await look();
    const rules = { creator: creator.id, participants, totalSteps, completeWhen, monotonic };
    const verdict = checkLinearizable(trackerModel(rules), history);
    expect([round, verdict]).toEqual([round, { linearizable: true }]);
  }
  expect(codes.size).toBeGreaterThan(1);
  expect(statuses.size).toBeGreaterThan(1);
});
