import { afterAll, describe, expect, test } from '@jest/globals';
import {
  type Answer,
  type Arrival,
  type ArrivalAnswer,
  countBy,
  daysAhead,
  type EventView,
  expectProblem,
  type HttpClient,
  idsOf,
  type InboxItem,
  messagesAbout,
  messageTypes,
  pollUntil,
  type ReportAnswer,
  secondsAhead,
  type SyncPointView,
  type TrackerView,
} from '../support/http-client';
import { Laptop } from '../support/laptop';

const LIMIT_MS = 180_000;
/** What was cut short is worked off right after the start. */
const PATIENT = { limitMs: 30_000 };

interface Created {
  readonly id: string;
}

async function create(client: HttpClient, body: object, kind = 'sync-points'): Promise<string> {
  const created = await client.post<Created>(`/v1/${kind}`, { name: 'm', ...body });
  expect(created.status).toBe(201);
  return `/v1/${kind}/${created.body.id}`;
}

const idOf = (pathOfIt: string): string => pathOfIt.split('/').at(-1) ?? '';
const arrive = (client: HttpClient, point: string, data?: unknown): Promise<Answer<ArrivalAnswer>> =>
  client.post<ArrivalAnswer>(`${point}/arrivals`, { data });
const readPoint = async (client: HttpClient, point: string): Promise<SyncPointView> =>
  (await client.get<SyncPointView>(point)).body;

describe('a restart', () => {
  const laptop = new Laptop();
  afterAll(() => laptop.end());

  test(
    'keeps agents, sync points, trackers, inboxes and schedules; a deadline that passed meanwhile expires',
    async () => {
      await laptop.start();
      let [ann, bob, gone] = await laptop.agents('ann', 'bob', 'gone');
      if (!ann || !bob || !gone) throw new Error('no agents');
      const participants = [ann.id, bob.id];
      await laptop.operator.delete(`/v1/agents/${gone.id}`);

      const open = await create(laptop.operator, { participants, metadata: { a: 1 }, deadline: daysAhead(2) });
      const first = await arrive(ann, open, { kept: ['☃'] });
      const done = await create(laptop.operator, { participants });
      await arrive(ann, done);
      await arrive(bob, done);
      const tracker = await create(ann, { participants, totalSteps: 5 }, 'progress-trackers');
      await bob.post(`${tracker}/progress`, { step: 3, data: 'three' });
      await messageTypes(ann, idOf(done), 2);
      await messageTypes(ann, idOf(tracker), 1);
      const [toAcknowledge] = await messagesAbout(ann, idOf(open));
      await ann.post(`/v1/inbox/${toAcknowledge?.id ?? ''}/ack`);
      await pollUntil(
        () => laptop.operator.all<EventView>(`${tracker}/events`),
        (events) => events.length === 2,
      );

      const kept = [open, `${open}/arrivals`, `${open}/events`, done, `${done}/events`, `${tracker}/reports`].concat(
        `${tracker}/events`,
        '/v1/me',
        '/v1/sync-points?status=completed',
        `/v1/agents/${ann.id}`,
      );
      const readAll = async (client: HttpClient): Promise<unknown[]> => {
        const answers = await Promise.all(kept.map((each) => client.get(each)));
        // Not the text: a map of the store has no order.
        return answers.map(({ status, body }) => ({ status, body }));
      };
      const before = await readAll(ann);
      const inboxBefore = await ann.all<InboxItem>('/v1/inbox');

      const passed = await create(laptop.operator, { participants, deadline: secondsAhead(6) });
      const near = await create(laptop.operator, { participants, deadline: secondsAhead(20) });
      await messageTypes(bob, idOf(near), 1);
      const { deadline } = await readPoint(ann, passed);
      await laptop.stop();
      expect(Date.now()).toBeLessThan(Date.parse(deadline ?? ''));
      await pollUntil(
        () => Date.now(),
        (nowMs) => nowMs > Date.parse(deadline ?? ''),
      );
      await laptop.start();
      [ann, bob, gone] = [laptop.as(ann), laptop.as(bob), laptop.as(gone)];

      expect(await readAll(ann)).toEqual(before);
      expect((await ann.all<InboxItem>('/v1/inbox')).slice(0, inboxBefore.length)).toEqual(inboxBefore);
      expectProblem(await gone.get('/v1/me'), 401, 'auth.bad-token');
      expect(await arrive(ann, open, { kept: ['☃'] })).toMatchObject({
        status: 200,
        body: { repeated: true, arrivedAt: first.body.arrivedAt },
      });
      expect((await arrive(bob, open)).body.status).toBe('completed');

      // Nobody reads these two: their schedules bring it about.
      const told = ['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_EXPIRED'];
      expect(await messageTypes(ann, idOf(passed), 2, PATIENT)).toEqual(told);
      expect(await messageTypes(bob, idOf(near), 2, PATIENT)).toEqual(told);
      for (const point of [passed, near]) {
        const expired = await readPoint(ann, point);
        expect(expired).toMatchObject({ status: 'expired', endedAt: expired.deadline });
        const events = await laptop.operator.all<EventView>(`${point}/events`);
        expect(countBy(events, ({ type }) => type)).toEqual({ SYNC_POINT_CREATED: 1, SYNC_POINT_EXPIRED: 1 });
      }
      await laptop.stop();
    },
    LIMIT_MS,
  );
});

/** What must be there after the kill, and still after everything else. */
interface Aftermath {
  readonly of: string;
  readonly events: Readonly<Record<string, number>>;
  readonly inboxes: readonly (readonly [HttpClient, Readonly<Record<string, number>>])[];
}

describe('kill -9 right after an answer', () => {
  const laptop = new Laptop();
  const aftermaths: Aftermath[] = [];
  let ann: HttpClient;
  let bob: HttpClient;
  afterAll(() => laptop.end());

  async function restart(): Promise<void> {
    await laptop.start();
    [ann, bob] = [laptop.as(ann), laptop.as(bob)];
  }

  /** Everything there at last, and nothing twice. */
  async function expectAftermath({ of, events, inboxes }: Aftermath): Promise<void> {
    const total = Object.values(events).reduce((sum, count) => sum + count, 0);
    const logged = await pollUntil(
      () => laptop.operator.all<EventView>(`${of}/events`),
      (found) => found.length >= total,
      PATIENT,
    );
    expect([of, countBy(logged, ({ type }) => type)]).toEqual([of, events]);
    for (const [client, expected] of inboxes) {
      const messages = Object.values(expected).reduce((sum, count) => sum + count, 0);
      const types = await messageTypes(laptop.as(client), idOf(of), messages, PATIENT);
      expect([of, client.id, countBy(types, (type) => type)]).toEqual([of, client.id, expected]);
    }
  }

  async function expectHealed(aftermath: Aftermath): Promise<void> {
    await restart();
    await expectAftermath(aftermath);
    aftermaths.push(aftermath);
  }

  const bothInboxes = (expected: Record<string, number>): Aftermath['inboxes'] => [
    [ann, expected],
    [bob, expected],
  ];

  test(
    'to a creation: its event and messages follow after the restart',
    async () => {
      await laptop.start();
      [ann, bob] = (await laptop.agents('ann', 'bob')) as [HttpClient, HttpClient];
      const kill = laptop.prepareKill();
      const point = await create(ann, { participants: ['ann', 'bob'] });
      await kill();

      await expectHealed({
        of: point,
        events: { SYNC_POINT_CREATED: 1 },
        inboxes: bothInboxes({ SYNC_POINT_NOTIFICATION: 1 }),
      });
      const lists = await Promise.all([ann, bob].map((agent) => agent.all<SyncPointView>('/v1/sync-points')));
      expect(lists.map((list) => list.map(({ id }) => id))).toEqual([[idOf(point)], [idOf(point)]]);
    },
    LIMIT_MS,
  );

  test(
    'to a first arrival: it stands with its data, and has its event',
    async () => {
      const point = await create(ann, { participants: ['ann', 'bob'] });
      const kill = laptop.prepareKill();
      const arrived = await arrive(ann, point, { kept: true });
      await kill();

      await expectHealed({
        of: point,
        events: { SYNC_POINT_CREATED: 1, AGENT_ARRIVED: 1 },
        inboxes: bothInboxes({ SYNC_POINT_NOTIFICATION: 1 }),
      });
      const { arrivedAt } = arrived.body;
      expect(await bob.all<Arrival>(`${point}/arrivals`)).toEqual([
        { agentId: 'ann', arrivedAt, data: { kept: true } },
      ]);
      expect(await arrive(ann, point)).toMatchObject({ status: 200, body: { repeated: true, arrivedAt } });
    },
    LIMIT_MS,
  );

  test(
    'to a last arrival: completed, every event and message once',
    async () => {
      const point = await create(ann, { participants: ['ann', 'bob'] });
      await arrive(ann, point);
      const kill = laptop.prepareKill();
      const last = await arrive(bob, point);
      await kill();
      expect(last.body.status).toBe('completed');

      await expectHealed({
        of: point,
        events: { SYNC_POINT_CREATED: 1, AGENT_ARRIVED: 2, SYNC_POINT_COMPLETED: 1 },
        inboxes: bothInboxes({ SYNC_POINT_NOTIFICATION: 1, SYNC_POINT_COMPLETED: 1 }),
      });
      expect(await readPoint(ann, point)).toMatchObject({ status: 'completed', completedAt: last.body.arrivedAt });
    },
    LIMIT_MS,
  );

  test(
    'to a cancelling: it stays cancelled and everyone is told',
    async () => {
      const point = await create(ann, { participants: ['bob', 'carol'], deadline: daysAhead(1) });
      await arrive(bob, point);
      const kill = laptop.prepareKill();
      const cancelled = await ann.post<SyncPointView>(`${point}/cancel`, { reason: 'rain' });
      await kill();

      await expectHealed({
        of: point,
        events: { SYNC_POINT_CREATED: 1, AGENT_ARRIVED: 1, SYNC_POINT_CANCELLED: 1 },
        inboxes: [
          [ann, { SYNC_POINT_CANCELLED: 1 }],
          [bob, { SYNC_POINT_NOTIFICATION: 1, SYNC_POINT_CANCELLED: 1 }],
        ],
      });
      expect(await readPoint(bob, point)).toEqual(cancelled.body);
    },
    LIMIT_MS,
  );

  test(
    'to the report that completes a tracker: the report and the completion stand',
    async () => {
      const tracker = await create(
        laptop.operator,
        { totalSteps: 2, participants: ['ann', 'bob'], completeWhen: 'everyone' },
        'progress-trackers',
      );
      await ann.post(`${tracker}/progress`, { step: 2 });
      const kill = laptop.prepareKill();
      const last = await bob.post<ReportAnswer>(`${tracker}/progress`, { step: 2, data: 'done' });
      await kill();
      expect(last.body.status).toBe('completed');

      await expectHealed({
        of: tracker,
        events: { PROGRESS_TRACKER_CREATED: 1, PROGRESS_UPDATED: 2, PROGRESS_TRACKER_COMPLETED: 1 },
        inboxes: [
          [ann, { PROGRESS_TRACKER_NOTIFICATION: 1, PROGRESS_UPDATE_NOTIFICATION: 1 }],
          [bob, { PROGRESS_TRACKER_NOTIFICATION: 1, PROGRESS_UPDATE_NOTIFICATION: 1 }],
        ],
      });
      expect((await ann.get<TrackerView>(tracker)).body).toMatchObject({ status: 'completed', endedBy: 'system' });
      expect((await ann.all<{ data?: unknown }>(`${tracker}/reports`)).at(-1)?.data).toBe('done');
    },
    LIMIT_MS,
  );

  test(
    'in the middle of a herd: no answered arrival is lost, and the others can be made again',
    async () => {
      const herd = await laptop.agents(...Array.from({ length: 60 }, (_, index) => `herd-${index}`));
      const point = await create(laptop.operator, { participants: idsOf(herd) });
      const kill = laptop.prepareKill();
      const answered: ArrivalAnswer[] = [];
      let killed: Promise<void> | undefined;
      await Promise.allSettled(
        herd.map(async (agent) => {
          const { status, body } = await arrive(agent, point, agent.id);
          if (status === 201) answered.push(body);
          if (answered.length === 20) killed = kill();
        }),
      );
      await killed;
      expect(answered.length).toBeGreaterThanOrEqual(20);
      expect(answered.length).toBeLessThan(60);

      await restart();
      const arrivedAt = new Map(
        (await laptop.operator.all<Arrival>(`${point}/arrivals`)).map((arrival) => [arrival.agentId, arrival]),
      );
      for (const answer of answered) {
        expect(arrivedAt.get(answer.agentId)).toEqual({
          agentId: answer.agentId,
          arrivedAt: answer.arrivedAt,
          data: answer.agentId,
        });
      }
      await Promise.all(herd.map((agent) => arrive(laptop.as(agent), point, 'again')));
      expect((await readPoint(laptop.operator, point)).status).toBe('completed');
      const aftermath: Aftermath = {
        of: point,
        events: { SYNC_POINT_CREATED: 1, AGENT_ARRIVED: 60, SYNC_POINT_COMPLETED: 1 },
        inboxes: herd.map((agent) => [agent, { SYNC_POINT_NOTIFICATION: 1, SYNC_POINT_COMPLETED: 1 }]),
      };
      await expectAftermath(aftermath);

      // All this time and after all these restarts, nothing has come twice.
      expect(aftermaths).toHaveLength(5);
      for (const earlier of aftermaths) await expectAftermath(earlier);
      await laptop.stop();
    },
    LIMIT_MS,
  );
});
