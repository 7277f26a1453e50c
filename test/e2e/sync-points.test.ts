import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
  agents,
  type Answer,
  type Arrival,
  type ArrivalAnswer,
  countBy,
  type CreatedSyncPoint,
  daysAhead,
  type EventView,
  eventsUpTo,
  expectProblem,
  freshId,
  type HttpClient,
  idsOf,
  type InboxItem,
  type ListPage,
  messagesAbout,
  messageTypes,
  pollUntil,
  register,
  type SyncPointView,
  TIME,
  UUID,
} from '../support/http-client';

let creator: HttpClient;
let one: HttpClient;
let two: HttpClient;
let stranger: HttpClient;

beforeAll(async () => {
  [creator, one, two, stranger] = await agents(['creator', 'one', 'two', 'stranger']);
});

const pathOf = (point: { id: string }): string => `/v1/sync-points/${point.id}`;

async function createPoint(
  fields: Record<string, unknown> = {},
  by = creator,
  participants: readonly string[] = [one.id, two.id],
): Promise<CreatedSyncPoint> {
  const created = await by.post<CreatedSyncPoint>('/v1/sync-points', { name: 'meeting', participants, ...fields });
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  return created.body;
}

const arrive = (client: HttpClient, point: { id: string }, body?: unknown, query = '') =>
  client.post<ArrivalAnswer>(`${pathOf(point)}/arrivals${query}`, body);

const readPoint = async (client: HttpClient, point: { id: string }): Promise<SyncPointView> =>
  (await client.get<SyncPointView>(pathOf(point))).body;

describe('creating', () => {
  test('answers the whole sync point and where it is', async () => {
    const body = {
      name: 'Release 1.2',
      description: 'Everyone has finished its part — ☃',
      participants: [two.id, one.id],
      deadline: daysAhead(1),
      metadata: { build: 17, nested: { list: [1, null, 'x'] } },
    };
    const created = await creator.post<CreatedSyncPoint>('/v1/sync-points', body);

    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(pathOf(created.body));
    expect(created.body).toEqual({
      ...body,
      id: expect.stringMatching(UUID),
      arrivedParticipants: [],
      failedParticipants: [],
      excusedParticipants: [],
      missingParticipants: [two.id, one.id],
      quorum: null,
      endWhen: 'decided',
      warnSeconds: null,
      whenLost: 'tell',
      version: 1,
      status: 'waiting',
      createdAt: expect.stringMatching(TIME),
      createdBy: creator.id,
      completedAt: null,
      endedAt: null,
      endedBy: null,
      endReason: null,
    });
    const read = await one.get(pathOf(created.body));
    expect([read.status, read.body]).toEqual([200, created.body]);
  });

  test('fills what is not given with null', async () => {
    expect(await createPoint()).toMatchObject({ description: null, deadline: null, metadata: null });
  });

  test('shows a deadline given with an offset in UTC', async () => {
    const deadline = daysAhead(2);
    const inCairo = new Date(Date.parse(deadline) + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
    expect((await createPoint({ deadline: inCairo })).deadline).toBe(deadline);
  });

  test('warns of participants that are not registered, and keeps their messages for them', async () => {
    const later = freshId('later');
    const point = await createPoint({}, creator, [one.id, later]);
    expect(point.warnings).toEqual([
      { code: 'agent.not-registered', agentId: later, detail: expect.stringContaining(later) },
    ]);
    expect((await createPoint()).warnings).toBeUndefined();

    const registered = await register(admin(), later, 'Later');
    expect(await messageTypes(registered, point.id, 1)).toEqual(['SYNC_POINT_NOTIFICATION']);
    expect((await arrive(registered, point)).status).toBe(201);
  });

  test('is for anyone, admins too', async () => {
    expect((await createPoint({}, one)).createdBy).toBe(one.id);
    expect((await createPoint({}, admin())).createdBy).toBe((await admin().get('/v1/me')).body['id']);
  });
});

describe('repeating a creation', () => {
  test('with an id of one’s own: another body or caller is 409', async () => {
    const fields = { id: freshId('own'), deadline: daysAhead(1) };
    const first = await createPoint(fields);
    const participants = [one.id, two.id];
    const other = { name: 'another meeting', participants, ...fields };
    expectProblem(await creator.post('/v1/sync-points', other), 409, 'sync-point.exists');
    const same = { name: 'meeting', participants, ...fields };
    expectProblem(await stranger.post('/v1/sync-points', same), 409, 'sync-point.exists');
    expect(await readPoint(creator, first)).toEqual(first);
  });

  test('with an idempotency key shows the present state; another body is 422; another caller’s key is another', async () => {
    const key = freshId('key');
    const body = { name: 'meeting', participants: [one.id, two.id] };
    const first = await creator.post<CreatedSyncPoint>('/v1/sync-points', body, key);
    await arrive(one, first.body);
    const again = await creator.post<CreatedSyncPoint>('/v1/sync-points', body, key);
    expect([again.status, again.body]).toEqual([200, await readPoint(creator, first.body)]);
    expect(again.body).toMatchObject({ id: first.body.id, arrivedParticipants: [one.id] });
    expectProblem(
      await creator.post('/v1/sync-points', { ...body, name: 'other' }, key),
      422,
      'request.idempotency-key-reused',
      '#/idempotency-key',
    );
    const others = await one.post<CreatedSyncPoint>('/v1/sync-points', body, key);
    expect(others.status).toBe(201);
    expect(others.body.id).not.toBe(first.body.id);
  });

  test('with both id and key: the key may not be used for another id', async () => {
    const key = freshId('key');
    const body = { id: freshId('both'), name: 'meeting', participants: [one.id, two.id] };
    const first = await creator.post('/v1/sync-points', body, key);
    const again = await creator.post('/v1/sync-points', body, key);
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body]);
    expectProblem(
      await creator.post('/v1/sync-points', { ...body, id: freshId('both') }, key),
      422,
      'request.idempotency-key-reused',
      '#/idempotency-key',
    );
  });

  test('ten times at once creates one, with one event', async () => {
    const body = { name: 'meeting', participants: [one.id, two.id] };
    const key = freshId('key');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => creator.post<CreatedSyncPoint>('/v1/sync-points', body, key)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    const [first] = answers;
    const path = pathOf({ id: first?.body.id ?? '' });
    const events = await eventsUpTo(creator, path, 'SYNC_POINT_CREATED');
    expect(events).toHaveLength(1);
  });
});

describe('arriving', () => {
  test('the last arrival completes', async () => {
    const point = await createPoint();
    const first = await arrive(one, point);
    expect([first.status, first.body]).toEqual([
      201,
      {
        syncPointId: point.id,
        agentId: one.id,
        arrivedAt: expect.stringMatching(TIME),
        repeated: false,
        status: 'waiting',
      },
    ]);
    expect(await readPoint(creator, point)).toMatchObject({
      status: 'waiting',
      arrivedParticipants: [one.id],
      completedAt: null,
      endedAt: null,
    });

    const last = await arrive(two, point, {});
    expect([last.status, last.body.status]).toEqual([201, 'completed']);
    expect(await readPoint(two, point)).toEqual({
      ...point,
      status: 'completed',
      arrivedParticipants: [one.id, two.id],
      missingParticipants: [],
      version: 4,
      completedAt: last.body.arrivedAt,
      endedAt: last.body.arrivedAt,
      endedBy: 'system',
    });
  });

  test('again answers the first arrival and changes nothing, before and after every ending', async () => {
    for (const end of ['none', 'arrival', 'complete', 'cancel'] as const) {
      const point = await createPoint();
      const first = await arrive(one, point, { data: 'first' });
      if (end === 'arrival') await arrive(two, point);
      else if (end !== 'none') await creator.post(`${pathOf(point)}/${end}`, {});
      const before = await readPoint(one, point);

      const again = await arrive(one, point, { data: 'first' });
      expect([end, again.status, again.body]).toEqual([
        end,
        200,
        { ...first.body, repeated: true, status: before.status },
      ]);
      expect(await readPoint(one, point)).toEqual(before);
      expect((await one.all<Arrival>(`${pathOf(point)}/arrivals`))[0]?.data).toBe('first');
    }
  });

  test('is only for participants: the creator is told 403, a stranger 404', async () => {
    const point = await createPoint();
    expectProblem(await arrive(creator, point), 403, 'sync-point.not-participant');
    expectProblem(await arrive(admin(), point), 403, 'sync-point.not-participant');
    expectProblem(await arrive(stranger, point), 404, 'sync-point.not-found');
    expectProblem(await arrive(one, { id: freshId('missing') }), 404, 'sync-point.not-found');
    expect((await readPoint(one, point)).arrivedParticipants).toEqual([]);
  });

  test('a creator may be a participant', async () => {
    const point = await createPoint({}, one);
    expect((await arrive(one, point)).status).toBe(201);
    expect((await arrive(two, point)).body.status).toBe('completed');
  });

  test.each(['complete', 'cancel'])('after a %s by hand is 409 and carries the current state', async (ending) => {
    const point = await createPoint();
    await arrive(one, point);
    await creator.post(`${pathOf(point)}/${ending}`, {});
    const refused = await arrive(two, point, { data: 'late' });
    expectProblem(refused, 409, 'sync-point.not-waiting');
    expect((refused.body as unknown as { syncPoint: unknown }).syncPoint).toEqual(await readPoint(two, point));
    expect(await two.all<Arrival>(`${pathOf(point)}/arrivals`)).toHaveLength(1);
  });

  test('with wait answers when everyone is there, with the sync point', async () => {
    const point = await createPoint();
    const [first, second] = await Promise.all([
      arrive(one, point, { data: 1 }, '?wait=20'),
      pollUntil(
        () => readPoint(two, point),
        ({ arrivedParticipants }) => arrivedParticipants.length === 1,
      ).then(() => arrive(two, point, undefined, '?wait=20')),
    ]);
    const completed = await readPoint(one, point);
    expect(completed.status).toBe('completed');
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({ repeated: false, status: 'completed', syncPoint: completed }),
    ]);
    expect([second.status, second.body.syncPoint]).toEqual([201, completed]);
  });

  test('with wait answers when the time is up', async () => {
    const point = await createPoint();
    const startedAt = performance.now();
    const waited = await arrive(one, point, {}, '?wait=1');
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect([waited.status, waited.body.status, waited.body.syncPoint?.arrivedParticipants]).toEqual([
      201,
      'waiting',
      [one.id],
    ]);
    const repeated = await arrive(one, point, {}, '?wait=0');
    expect([repeated.status, repeated.body.repeated, repeated.body.syncPoint?.status]).toEqual([200, true, 'waiting']);
  });
});

describe('data of arrivals', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['false', false],
    ['0', 0],
    ['an empty text', ''],
    ['an empty list', []],
    ['an empty object', {}],
    ['a tree', { text: '☃ "quoted" \n\u0000', list: [1.5, -0.001, [null, true]], '': { 'a/b~c': {} } }],
    ['64 KiB', 'x'.repeat(64 * 1024 - 2)],
  ])('%s is shown to every participant and the creator as it was', async (_name, data) => {
    const point = await createPoint();
    const first = await arrive(one, point, { data });
    const second = await arrive(two, point);
    for (const reader of [one, two, creator, admin()]) {
      expect(await reader.all<Arrival>(`${pathOf(point)}/arrivals`)).toEqual([
        { agentId: one.id, arrivedAt: first.body.arrivedAt, data },
        { agentId: two.id, arrivedAt: second.body.arrivedAt },
      ]);
    }
  });

  test('the list is in order of arrival, in pages, and closed to strangers', async () => {
    const others = await agents(['p', 'p', 'p', 'p', 'p']);
    const point = await createPoint({}, creator, idsOf(others));
    for (const [index, agent] of others.entries()) await arrive(agent, point, { data: index });
    const path = `${pathOf(point)}/arrivals`;

    expectProblem(await one.get(`${path}?limit=2`), 404, 'sync-point.not-found');
    const first = await creator.get<ListPage<Arrival>>(`${path}?limit=2`);
    expect(first.body).toMatchObject({ items: [{ data: 0 }, { data: 1 }], nextCursor: expect.any(String) });
    expect((await creator.all<Arrival>(path, 2)).map((arrival) => arrival.data)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('reading', () => {
  test('is for participants, creator and admins; for others it is not there', async () => {
    const point = await createPoint();
    for (const reader of [one, two, creator, admin()]) expect((await reader.get(pathOf(point))).status).toBe(200);
    for (const suffix of ['', '/arrivals', '/events', '?wait=1']) {
      expectProblem(await stranger.get(pathOf(point) + suffix), 404, 'sync-point.not-found');
    }
    expectProblem(await admin().get(pathOf({ id: freshId('missing') })), 404, 'sync-point.not-found');
  });

  test('with wait answers as soon as it has ended', async () => {
    const endings: readonly ((point: CreatedSyncPoint) => Promise<Answer<unknown>>)[] = [
      (point) => arrive(two, point),
      (point) => creator.post(`${pathOf(point)}/cancel`, { reason: 'enough' }),
      (point) => creator.post(`${pathOf(point)}/complete`, {}),
    ];
    for (const end of endings) {
      const point = await createPoint();
      await arrive(one, point);
      const startedAt = performance.now();
      const [waited, ended] = await Promise.all([one.get<SyncPointView>(`${pathOf(point)}?wait=20`), end(point)]);
      expect(ended.status).toBeLessThan(300);
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      expect(waited.body).toEqual(await readPoint(creator, point));
      expect(waited.body.status).not.toBe('waiting');
    }
  });

  test('with wait answers when the time is up, and at once when it has ended', async () => {
    const open = await createPoint();
    const startedAt = performance.now();
    expect((await one.get<SyncPointView>(`${pathOf(open)}?wait=1`)).body.status).toBe('waiting');
    expect(performance.now() - startedAt).toBeGreaterThan(950);

    await creator.post(`${pathOf(open)}/cancel`, {});
    const againAt = performance.now();
    expect((await one.get<SyncPointView>(`${pathOf(open)}?wait=20`)).body.status).toBe('cancelled');
    expect(performance.now() - againAt).toBeLessThan(10_000);
  });
});

describe('the list', () => {
  test('shows one’s own, newest first, by role and status, in pages', async () => {
    const [self, other] = await agents(['lister', 'other']);
    const participants = [self.id, other.id];
    const asParticipant = [
      await createPoint({ name: 'p0' }, other, participants),
      await createPoint({ name: 'p1' }, other, participants),
    ];
    const asCreator = [await createPoint({ name: 'c0' }, self), await createPoint({ name: 'c1' }, self)];
    const asBoth = await createPoint({ name: 'b0' }, self, participants);
    const newestFirst = [asBoth, asCreator[1], asCreator[0], asParticipant[1], asParticipant[0]].map((p) => p?.id);
    await other.post(`${pathOf({ id: asParticipant[0]?.id ?? '' })}/cancel`, {});

    const list = async (query: string, client = self): Promise<string[]> =>
      (await client.all<SyncPointView>(`/v1/sync-points?${query}`, 2)).map((point) => point.name);
    await pollUntil(
      () => list(''),
      (names) => names.length === 5,
    );
    const all = await self.all<SyncPointView>('/v1/sync-points', 2);
    expect(all.map((point) => point.id)).toEqual(newestFirst);
    expect(all[0]).toEqual(asBoth);

    expect(await list('role=participant')).toEqual(['b0', 'p1', 'p0']);
    expect(await list('role=creator')).toEqual(['b0', 'c1', 'c0']);
    expect(await list('status=cancelled')).toEqual(['p0']);
    expect(await list('status=waiting&role=participant')).toEqual(['b0', 'p1']);
    expect(await list('status=expired')).toEqual([]);
    expect(await list('status=cancelled&status=waiting&status=waiting&role=participant')).toEqual(['b0', 'p1', 'p0']);
    expect(await list(`agentId=${self.id}`)).toHaveLength(5);
    expect(await list(`agentId=${self.id}&role=creator`, admin())).toEqual(['b0', 'c1', 'c0']);
    expect(await list('', stranger)).toEqual([]);
    expectProblem(await other.get(`/v1/sync-points?agentId=${self.id}`), 403, 'auth.forbidden');

    const page = await self.get<ListPage<SyncPointView>>('/v1/sync-points?limit=1');
    expect(page.body.items).toHaveLength(1);
    expectProblem(
      await other.get(`/v1/sync-points?cursor=${page.body.nextCursor ?? ''}`),
      422,
      'request.invalid',
      '#/cursor',
    );
  });
});

describe.each([
  { verb: 'complete', status: 'completed', opposite: 'cancel' },
  { verb: 'cancel', status: 'cancelled', opposite: 'fail' },
  { verb: 'fail', status: 'failed', opposite: 'complete' },
])('to $verb by hand', ({ verb, status, opposite }) => {
  test('ends it with a reason; arrivals stay; again changes nothing; the other ending is 409', async () => {
    const point = await createPoint();
    const arrival = await arrive(one, point, { data: 'kept' });
    const ended = await creator.post<SyncPointView>(`${pathOf(point)}/${verb}`, { reason: 'enough — ☃' });
    expect([ended.status, ended.body]).toEqual([
      200,
      {
        ...point,
        status,
        arrivedParticipants: [one.id],
        missingParticipants: [two.id],
        version: 3,
        completedAt: status === 'completed' ? ended.body.endedAt : null,
        endedAt: expect.stringMatching(TIME),
        endedBy: creator.id,
        endReason: 'enough — ☃',
      },
    ]);
    const again = await admin().post<SyncPointView>(`${pathOf(point)}/${verb}`, { reason: 'another' });
    expect([again.status, again.body]).toEqual([200, ended.body]);

    const refused = await creator.post<{ syncPoint: SyncPointView }>(`${pathOf(point)}/${opposite}`, {});
    expectProblem(refused, 409, 'sync-point.not-waiting');
    expect(refused.body.syncPoint).toEqual(ended.body);
    expectProblem(await creator.patch(pathOf(point), { deadline: daysAhead(1) }), 409, 'sync-point.not-waiting');
    expect(await readPoint(two, point)).toEqual(ended.body);
    expect(await two.all(`${pathOf(point)}/arrivals`)).toEqual([
      { agentId: one.id, arrivedAt: arrival.body.arrivedAt, data: 'kept' },
    ]);
  });

  test('needs no reason and no body', async () => {
    const point = await createPoint();
    expect((await creator.post(`${pathOf(point)}/${verb}`)).body).toMatchObject({ status, endReason: null });
  });

  test('an admin may; a participant is told 403; a stranger 404', async () => {
    const point = await createPoint();
    expectProblem(await one.post(`${pathOf(point)}/${verb}`, {}), 403, 'auth.forbidden');
    expectProblem(await stranger.post(`${pathOf(point)}/${verb}`, {}), 404, 'sync-point.not-found');
    expect((await readPoint(one, point)).status).toBe('waiting');
    expect((await admin().post<SyncPointView>(`${pathOf(point)}/${verb}`, {})).body.status).toBe(status);
  });
});

test('cancelling what everyone has reached is 409', async () => {
  const point = await createPoint();
  await arrive(one, point);
  await arrive(two, point);
  const before = await readPoint(one, point);
  expectProblem(await creator.post(`${pathOf(point)}/cancel`, {}), 409, 'sync-point.not-waiting');
  expect((await creator.post(`${pathOf(point)}/complete`, { reason: 'late' })).body).toEqual(before);
});

describe('moving the deadline', () => {
  test('sets a first one, then later, then earlier; each has its event', async () => {
    const point = await createPoint();
    const deadlines = [daysAhead(2), daysAhead(3), daysAhead(1)];
    for (const [index, deadline] of deadlines.entries()) {
      const moved = await creator.patch<SyncPointView>(pathOf(point), { deadline });
      expect([moved.status, moved.body]).toEqual([200, { ...point, deadline, version: index + 2 }]);
    }
    expect((await readPoint(one, point)).deadline).toBe(deadlines[2]);
    const events = await pollUntil(
      () => creator.all<EventView>(`${pathOf(point)}/events`),
      (found) => found.length >= 4,
    );
    expect(events.slice(1)).toEqual(
      deadlines.map((deadline, index) =>
        expect.objectContaining({
          type: 'SYNC_POINT_DEADLINE_CHANGED',
          agentId: creator.id,
          details: { deadline, previousDeadline: index === 0 ? null : deadlines[index - 1] },
        }),
      ),
    );
  });

  test('an admin may; a participant is told 403; a stranger 404', async () => {
    const point = await createPoint({ deadline: daysAhead(1) });
    const deadline = daysAhead(2);
    expectProblem(await one.patch(pathOf(point), { deadline }), 403, 'auth.forbidden');
    expectProblem(await stranger.patch(pathOf(point), { deadline }), 404, 'sync-point.not-found');
    expect((await admin().patch(pathOf(point), { deadline })).body).toMatchObject({ deadline });
  });
});

describe('the event log', () => {
  test('holds every change once, in order, and reads the same every time', async () => {
    const point = await createPoint({ deadline: daysAhead(1) });
    const first = await arrive(one, point);
    const moved = daysAhead(2);
    await creator.patch(pathOf(point), { deadline: moved });
    const last = await arrive(two, point);
    const events = await eventsUpTo(one, pathOf(point), 'SYNC_POINT_COMPLETED');

    const event = (type: string, agentId: string, timestamp: unknown, details: object) => ({
      id: expect.stringMatching(UUID),
      type,
      relatedId: point.id,
      agentId,
      timestamp,
      details,
    });
    expect(events).toEqual([
      event('SYNC_POINT_CREATED', creator.id, point.createdAt, {
        name: 'meeting',
        participantCount: 2,
        deadline: point.deadline,
      }),
      event('AGENT_ARRIVED', one.id, first.body.arrivedAt, {}),
      event('SYNC_POINT_DEADLINE_CHANGED', creator.id, expect.stringMatching(TIME), {
        deadline: moved,
        previousDeadline: point.deadline,
      }),
      event('AGENT_ARRIVED', two.id, last.body.arrivedAt, {}),
      event('SYNC_POINT_COMPLETED', 'system', last.body.arrivedAt, {
        name: 'meeting',
        reason: null,
        arrivedCount: 2,
        failedCount: 0,
        excusedCount: 0,
        missingCount: 0,
        participantCount: 2,
      }),
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
    expect(await two.all(`${pathOf(point)}/events`, 2)).toEqual(events);
    expect(await admin().all(`${pathOf(point)}/events`, 1)).toEqual(events);
  });

  test('tells who cancelled and why', async () => {
    const point = await createPoint();
    await creator.post(`${pathOf(point)}/cancel`, { reason: 'rain' });
    const events = await eventsUpTo(one, pathOf(point), 'SYNC_POINT_CANCELLED');
    expect(events.at(-1)).toMatchObject({ agentId: creator.id, details: { reason: 'rain', arrivedCount: 0 } });
    expect(countBy(events, ({ type }) => type)).toEqual({ SYNC_POINT_CREATED: 1, SYNC_POINT_CANCELLED: 1 });
  });
});

describe('the inbox', () => {
  test('holds the creation, to be acknowledged, and the ending', async () => {
    const [self] = await agents(['reader']);
    const deadline = daysAhead(1);
    const point = await createPoint({ description: 'about', deadline }, creator, [self.id, one.id]);
    await arrive(self, point);
    await arrive(one, point);
    await messageTypes(self, point.id, 2);

    const messages = await messagesAbout(self, point.id);
    const common = {
      id: expect.stringMatching(UUID),
      timestamp: expect.stringMatching(TIME),
      recipients: [{ id: self.id, name: 'reader' }],
      priority: 'MEDIUM',
      acknowledgedAt: null,
    };
    expect(messages).toEqual([
      expect.objectContaining({
        ...common,
        sender: { id: creator.id, name: 'creator' },
        requiresAcknowledgment: true,
        timestamp: point.createdAt,
        content: {
          type: 'SYNC_POINT_NOTIFICATION',
          syncPointId: point.id,
          name: 'meeting',
          description: 'about',
          deadline,
        },
      }),
      expect.objectContaining({
        ...common,
        sender: { id: 'system', name: expect.any(String) },
        requiresAcknowledgment: false,
        content: expect.objectContaining({
          type: 'SYNC_POINT_COMPLETED',
          syncPointId: point.id,
          name: 'meeting',
          arrivedParticipants: [self.id, one.id],
        }),
      }),
    ]);
  });

  test('a creator who takes no part is told of the ending only; of a cancelling with reason and by whom', async () => {
    const point = await createPoint();
    await creator.post(`${pathOf(point)}/cancel`, { reason: 'rain' });
    expect(await messageTypes(one, point.id, 2)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_CANCELLED']);
    expect(await messageTypes(creator, point.id, 1)).toEqual(['SYNC_POINT_CANCELLED']);
    const [ending] = await messagesAbout(creator, point.id);
    expect(ending).toMatchObject({
      sender: { id: creator.id, name: 'creator' },
      content: { reason: 'rain', cancelledBy: creator.id },
      requiresAcknowledgment: false,
    });
    expect(await messagesAbout(stranger, point.id)).toEqual([]);
  });

  test('acknowledging is kept, may be repeated, and is for the recipient', async () => {
    const [self] = await agents(['acknowledger']);
    const point = await createPoint({}, creator, [self.id, one.id]);
    const waited = await self.get<ListPage<InboxItem>>('/v1/inbox?unacknowledged=true&wait=20');
    const [message] = waited.body.items;
    expect(message?.content['syncPointId']).toBe(point.id);
    const path = `/v1/inbox/${message?.id ?? ''}/ack`;

    expectProblem(await stranger.post(path), 404, 'message.not-found');
    const acknowledged = await self.post<InboxItem>(path);
    expect([acknowledged.status, acknowledged.body]).toEqual([
      200,
      { ...message, acknowledgedAt: expect.stringMatching(TIME), repeated: false },
    ]);
    const again = await self.post<InboxItem>(path, {});
    expect([again.status, again.body]).toEqual([200, { ...acknowledged.body, repeated: true }]);
    const { repeated: _, ...kept } = { repeated: false, ...acknowledged.body };
    expect(await self.all('/v1/inbox?unacknowledged=true')).toEqual([]);
    expect(await self.all('/v1/inbox')).toEqual([kept]);
    expect(await self.all('/v1/inbox?unacknowledged=false')).toEqual([kept]);

    // Messages that needn't be acknowledged can be, too.
    await creator.post(`${pathOf(point)}/cancel`, {});
    await messageTypes(self, point.id, 2);
    expect(await self.all('/v1/inbox?unacknowledged=true')).toMatchObject([
      { content: { type: 'SYNC_POINT_CANCELLED' }, requiresAcknowledgment: false },
    ]);
  });

  test('wait answers with the first message, or with nothing when the time is up', async () => {
    const [self] = await agents(['waiter']);
    const startedAt = performance.now();
    const empty = await self.get('/v1/inbox?wait=1');
    expect([empty.status, empty.body]).toEqual([200, { items: [], nextCursor: null }]);
    expect(performance.now() - startedAt).toBeGreaterThan(950);

    const [waited, point] = await Promise.all([
      self.get<ListPage<InboxItem>>('/v1/inbox?wait=20'),
      createPoint({}, creator, [self.id, one.id]),
    ]);
    expect(waited.body.items.map(({ content }) => content['syncPointId'])).toEqual([point.id]);
  });

  test('is oldest first, in pages', async () => {
    const [self] = await agents(['pager']);
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push((await createPoint({}, creator, [self.id, one.id])).id);
    await pollUntil(
      () => self.all('/v1/inbox'),
      (items) => items.length === 5,
    );
    const paged = await self.all<InboxItem>('/v1/inbox', 2);
    expect(paged.map(({ content }) => content['syncPointId'])).toEqual(ids);
    const first = await self.get<ListPage<InboxItem>>('/v1/inbox?limit=2');
    const foreign = await one.get(`/v1/inbox?cursor=${first.body.nextCursor ?? ''}`);
    expectProblem(foreign, 422, 'request.invalid', '#/cursor');
  });
});
