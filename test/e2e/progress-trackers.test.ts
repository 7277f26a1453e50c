import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
  agents,
  type Answer,
  countBy,
  type CreatedTracker,
  type EventView,
  eventsUpTo,
  expectProblem,
  freshId,
  type HttpClient,
  type InboxItem,
  type ListPage,
  messagesAbout,
  messageTypes,
  pollUntil,
  type Report,
  type ReportAnswer,
  TIME,
  type TrackerView,
  UUID,
} from '../support/http-client';

let creator: HttpClient;
let one: HttpClient;
let two: HttpClient;
let stranger: HttpClient;

beforeAll(async () => {
  [creator, one, two, stranger] = await agents(['creator', 'one', 'two', 'stranger']);
});

const pathOf = (tracker: { id: string }): string => `/v1/progress-trackers/${tracker.id}`;

async function createTracker(fields: Record<string, unknown> = {}, by = creator): Promise<CreatedTracker> {
  const body = { name: 'migration', totalSteps: 10, participants: [one.id, two.id], ...fields };
  const created = await by.post<CreatedTracker>('/v1/progress-trackers', body);
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  return created.body;
}

const report = (client: HttpClient, tracker: { id: string }, body: unknown): Promise<Answer<ReportAnswer>> =>
  client.post<ReportAnswer>(`${pathOf(tracker)}/progress`, body);

const readTracker = async (client: HttpClient, tracker: { id: string }): Promise<TrackerView> =>
  (await client.get<TrackerView>(pathOf(tracker))).body;

const reportsOf = (client: HttpClient, tracker: { id: string }): Promise<Report[]> =>
  client.all<Report>(`${pathOf(tracker)}/reports`);

describe('creating', () => {
  test('answers the whole tracker and where it is', async () => {
    const body = {
      name: 'Migration',
      description: 'table by table — ☃',
      participants: [two.id, one.id],
      totalSteps: 4,
      completeWhen: 'everyone',
      monotonic: true,
      metadata: { tables: ['a', 'b'] },
    };
    const created = await creator.post<CreatedTracker>('/v1/progress-trackers', body);
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(pathOf(created.body));
    expect(created.body).toEqual({
      ...body,
      id: expect.stringMatching(UUID),
      currentStep: 0,
      participantProgress: { [two.id]: 0, [one.id]: 0 },
      arrivedParticipants: [],
      failedParticipants: [],
      excusedParticipants: [],
      missingParticipants: [two.id, one.id],
      deadline: null,
      warnSeconds: null,
      whenLost: 'tell',
      stallSeconds: null,
      stalledSince: null,
      version: 1,
      status: 'active',
      createdAt: expect.stringMatching(TIME),
      createdBy: creator.id,
      completedAt: null,
      endedAt: null,
      endedBy: null,
      endReason: null,
      percent: 0,
      participantPercent: { [two.id]: 0, [one.id]: 0 },
      lastProgressAt: null,
      etaSeconds: null,
    });
    const read = await one.get(pathOf(created.body));
    expect([read.status, read.body]).toEqual([200, created.body]);
  });

  test('needs a name and totalSteps only', async () => {
    const created = await creator.post<CreatedTracker>('/v1/progress-trackers', { name: 'alone', totalSteps: 1 });
    expect(created.body).toMatchObject({
      description: null,
      metadata: null,
      participants: [],
      participantProgress: {},
      participantPercent: {},
      completeWhen: 'creator',
      monotonic: false,
    });
    expect((await report(creator, created.body, { step: 1 })).body.status).toBe('completed');
  });

  test('warns of participants that are not registered', async () => {
    const later = freshId('later');
    const { warnings } = await createTracker({ participants: [one.id, later] });
    expect(warnings).toEqual([{ code: 'agent.not-registered', agentId: later, detail: expect.any(String) }]);
  });

  test('again with the same id or key shows the present state; another body is refused', async () => {
    const fields = { id: freshId('own') };
    const first = await createTracker(fields);
    await report(one, first, { step: 3 });
    await creator.post(`${pathOf(first)}/cancel`, {});
    const same = { name: 'migration', totalSteps: 10, participants: [one.id, two.id], ...fields };
    const repeated = await creator.post<CreatedTracker>('/v1/progress-trackers', same);
    expect([repeated.status, repeated.body]).toEqual([200, await readTracker(creator, first)]);
    expect(repeated.body).toMatchObject({ status: 'cancelled', participantProgress: { [one.id]: 3 } });
    const other = { name: 'other', totalSteps: 10, ...fields };
    expectProblem(await creator.post('/v1/progress-trackers', other), 409, 'progress-tracker.exists');

    const key = freshId('key');
    const body = { name: 'keyed', totalSteps: 2 };
    const keyed = await creator.post('/v1/progress-trackers', body, key);
    const again = await creator.post('/v1/progress-trackers', body, key);
    expect([keyed.status, again.status, again.body]).toEqual([201, 200, keyed.body]);
    const reused = await creator.post('/v1/progress-trackers', { ...body, totalSteps: 3 }, key);
    expectProblem(reused, 422, 'request.idempotency-key-reused', '#/idempotency-key');
  });
});

describe('reporting', () => {
  test('a participant sets its own step, the creator the overall one', async () => {
    const tracker = await createTracker();
    const first = await report(one, tracker, { step: 3 });
    expect([first.status, first.body]).toEqual([
      200,
      {
        trackerId: tracker.id,
        agentId: one.id,
        step: 3,
        currentStep: 0,
        status: 'active',
        repeated: false,
        reportedAt: expect.stringMatching(TIME),
      },
    ]);
    const second = await report(creator, tracker, { step: 5 });
    expect(second.body).toMatchObject({ agentId: creator.id, step: 5, currentStep: 5, status: 'active' });
    expect((await report(two, tracker, { step: 10 })).body).toMatchObject({
      step: 10,
      currentStep: 5,
      status: 'active',
    });
    expect(await readTracker(two, tracker)).toMatchObject({
      currentStep: 5,
      participantProgress: { [one.id]: 3, [two.id]: 10 },
      status: 'active',
    });
  });

  test('one who is both sets both with one report', async () => {
    const tracker = await createTracker({ participants: [creator.id, one.id] });
    expect((await report(creator, tracker, { step: 4 })).body).toMatchObject({ step: 4, currentStep: 4 });
    expect(await readTracker(one, tracker)).toMatchObject({
      currentStep: 4,
      participantProgress: { [creator.id]: 4, [one.id]: 0 },
    });
  });

  test('steps may stay, and go back to 0', async () => {
    const tracker = await createTracker();
    for (const client of [one, creator]) {
      for (const step of [10, 4, 4, 0]) {
        if (client === creator && step === 10) continue;
        expect((await report(client, tracker, { step })).status).toBe(200);
      }
    }
    expect(await readTracker(one, tracker)).toMatchObject({ currentStep: 0, participantProgress: { [one.id]: 0 } });
  });

  test('monotonic: steps stay or go on, never back', async () => {
    const tracker = await createTracker({ monotonic: true });
    for (const client of [one, creator]) {
      expect((await report(client, tracker, { step: 4 })).status).toBe(200);
      expect((await report(client, tracker, { step: 4 })).status).toBe(200);
      const refused = await report(client, tracker, { step: 3, data: 'lost' });
      expectProblem(refused, 409, 'progress-tracker.step-went-back');
      expect(refused.body).toMatchObject({ actualStep: 4 });
      expect((await report(client, tracker, { step: 5 })).status).toBe(200);
    }
    expect(await readTracker(one, tracker)).toMatchObject({ currentStep: 5, participantProgress: { [one.id]: 5 } });
  });

  test('with ifStep only if that is the step', async () => {
    const tracker = await createTracker();
    for (const client of [one, creator]) {
      expect((await report(client, tracker, { step: 2, ifStep: 0 })).status).toBe(200);
      const refused = await report(client, tracker, { step: 3, ifStep: 0 });
      expectProblem(refused, 409, 'progress-tracker.step-mismatch');
      expect(refused.body).toMatchObject({ actualStep: 2 });
      expect((await report(client, tracker, { step: 3, ifStep: 2 })).status).toBe(200);
    }
    expect(await readTracker(one, tracker)).toMatchObject({ currentStep: 3, participantProgress: { [one.id]: 3 } });
  });

  test('with the same ifStep by many at once: one is taken', async () => {
    const tracker = await createTracker();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => report(one, tracker, { step: index + 1, ifStep: 0 })),
    );
    const accepted = answers.filter((answer) => answer.status === 200);
    expect(countBy(answers, (answer) => String(answer.status))).toEqual({ 200: 1, 409: 9 });
    expect((await readTracker(one, tracker)).participantProgress[one.id]).toBe(accepted[0]?.body.step);
  });
});

describe('data of reports', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['false', false],
    ['0', 0],
    ['an empty text', ''],
    ['a tree', { text: '☃\u0000', list: [1.5, [null]], '': { 'a/b': {} } }],
    ['64 KiB', 'x'.repeat(64 * 1024 - 2)],
  ])('%s is read back at once, with step, agent and time', async (_name, data) => {
    const tracker = await createTracker();
    for (const client of [one, creator]) {
      const { body } = await report(client, tracker, { step: 1, data });
      expect((await reportsOf(two, tracker)).at(-1)).toEqual({
        agentId: client.id,
        step: 1,
        data,
        reportedAt: body.reportedAt,
      });
    }
  });

  test('is kept with every report, oldest first, in pages', async () => {
    const tracker = await createTracker();
    const expected: unknown[] = [];
    for (const step of [1, 2, 3, 4]) {
      const client = step % 2 === 0 ? creator : one;
      const data = step === 3 ? {} : { data: { step } };
      const { body } = await report(client, tracker, { step, ...data });
      expected.push({ agentId: client.id, step, reportedAt: body.reportedAt, ...data });
    }
    const all = await pollUntil(
      () => reportsOf(admin(), tracker),
      (reports) => reports.length === 4,
    );
    expect(all).toEqual(expected);
    expect(await one.all(`${pathOf(tracker)}/reports`, 1)).toEqual(expected);
    expect(await two.all(`${pathOf(tracker)}/reports`, 3)).toEqual(expected);
  });
});

describe('completion', () => {
  test('by the creator’s last step; participants may be anywhere', async () => {
    const tracker = await createTracker();
    await report(one, tracker, { step: 10 });
    await report(two, tracker, { step: 2 });
    const last = await report(creator, tracker, { step: 10, data: 'done' });
    expect(last.body).toMatchObject({ status: 'completed', currentStep: 10 });
    expect(await readTracker(one, tracker)).toEqual({
      ...tracker,
      status: 'completed',
      currentStep: 10,
      participantProgress: { [one.id]: 10, [two.id]: 2 },
      // At the total, nobody waits for it any more.
      missingParticipants: [two.id],
      version: 5,
      completedAt: last.body.reportedAt,
      endedAt: last.body.reportedAt,
      endedBy: creator.id,
      percent: 100,
      participantPercent: { [one.id]: 100, [two.id]: 20 },
      lastProgressAt: last.body.reportedAt,
      etaSeconds: null,
    });
  });

  test('by everyone: the last participant to reach it, not the creator', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone' });
    expect((await report(creator, tracker, { step: 10 })).body).toMatchObject({ currentStep: 10, status: 'active' });
    expect((await report(one, tracker, { step: 10 })).body.status).toBe('active');
    expect((await report(two, tracker, { step: 9 })).body.status).toBe('active');
    expect((await report(two, tracker, { step: 10 })).body.status).toBe('completed');
    expect(await readTracker(two, tracker)).toMatchObject({
      status: 'completed',
      arrivedParticipants: [one.id, two.id],
      endedBy: 'system',
      completedAt: expect.stringMatching(TIME),
      percent: 100,
    });
  });

  test('by everyone, the creator among them', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone', participants: [creator.id, one.id] });
    expect((await report(one, tracker, { step: 10 })).body.status).toBe('active');
    expect((await report(creator, tracker, { step: 9 })).body.status).toBe('active');
    expect((await report(creator, tracker, { step: 10 })).body.status).toBe('completed');
  });

  test.each([
    ['creator', 'progress-tracker.not-active'],
    ['everyone', 'progress-tracker.finished'],
  ])('of %s: another report after it is 409 %s and changes nothing', async (completeWhen, code) => {
    const tracker = await createTracker({ completeWhen, participants: [one.id, creator.id] });
    await report(one, tracker, { step: 10, data: 'in time' });
    await report(creator, tracker, { step: 10 });
    const before = await readTracker(one, tracker);
    expect(before.status).toBe('completed');
    for (const client of [one, creator]) {
      for (const body of [
        { step: 1, data: 'late' },
        { step: 10, data: 'other' },
        { step: 9, ifStep: 10 },
      ]) {
        const refused = await report(client, tracker, body);
        expectProblem(refused, 409, code);
        const state = code === 'progress-tracker.finished' ? { actualStep: 10 } : { progressTracker: before };
        expect(refused.body).toMatchObject(state);
      }
    }
    expect(await readTracker(one, tracker)).toEqual(before);
    const reports = await reportsOf(one, tracker);
    expect(reports.map(({ data }) => data)).toEqual(['in time', undefined]);
    expectProblem(await creator.post(`${pathOf(tracker)}/cancel`, {}), 409, 'progress-tracker.not-active');
  });
});

describe('cancelling', () => {
  test('ends it with a reason; again changes nothing; reports stay', async () => {
    const tracker = await createTracker();
    await report(one, tracker, { step: 1, data: 'kept' });
    const cancelled = await creator.post<TrackerView>(`${pathOf(tracker)}/cancel`, { reason: 'rain' });
    expect(cancelled.status).toBe(200);
    expect(cancelled.body).toMatchObject({
      status: 'cancelled',
      completedAt: null,
      endedAt: expect.stringMatching(TIME),
      endedBy: creator.id,
      endReason: 'rain',
      etaSeconds: null,
    });
    const again = await admin().post(`${pathOf(tracker)}/cancel`, { reason: 'sun' });
    expect([again.status, again.body]).toEqual([200, cancelled.body]);
    expect(await readTracker(two, tracker)).toEqual(cancelled.body);
    expect((await reportsOf(two, tracker)).map(({ data }) => data)).toEqual(['kept']);
    expectProblem(await report(one, tracker, { step: 2 }), 409, 'progress-tracker.not-active');
  });

  test('is for the creator and admins: a participant is told 403, a stranger 404', async () => {
    const tracker = await createTracker();
    expectProblem(await one.post(`${pathOf(tracker)}/cancel`, {}), 403, 'auth.forbidden');
    expectProblem(await stranger.post(`${pathOf(tracker)}/cancel`, {}), 404, 'progress-tracker.not-found');
    expect((await readTracker(one, tracker)).status).toBe('active');
    expect((await admin().post(`${pathOf(tracker)}/cancel`)).body).toMatchObject({
      status: 'cancelled',
      endReason: null,
    });
  });
});

describe('reading', () => {
  test('is for participants, creator and admins; for others it is not there', async () => {
    const tracker = await createTracker();
    for (const reader of [one, two, creator, admin()]) expect((await reader.get(pathOf(tracker))).status).toBe(200);
    for (const suffix of ['', '/reports', '/events', '?wait=1']) {
      expectProblem(await stranger.get(pathOf(tracker) + suffix), 404, 'progress-tracker.not-found');
    }
  });

  test('derived: percent, participants’ percent and last progress', async () => {
    const tracker = await createTracker({ totalSteps: 3 });
    const first = await report(one, tracker, { step: 1 });
    expect(await readTracker(one, tracker)).toMatchObject({
      percent: 0,
      participantPercent: { [one.id]: 33.33, [two.id]: 0 },
      lastProgressAt: first.body.reportedAt,
    });
    const second = await report(creator, tracker, { step: 2 });
    expect(await readTracker(one, tracker)).toMatchObject({
      percent: 66.67,
      lastProgressAt: second.body.reportedAt,
    });

    const everyone = await createTracker({ completeWhen: 'everyone', totalSteps: 4 });
    await report(one, everyone, { step: 4 });
    await report(two, everyone, { step: 1 });
    expect(await readTracker(one, everyone)).toMatchObject({
      percent: 62.5,
      participantPercent: { [one.id]: 100, [two.id]: 25 },
    });
  });

  test('with wait answers at the end, not before', async () => {
    const tracker = await createTracker();
    const waiting = (): Promise<Answer<TrackerView>> => one.get<TrackerView>(`${pathOf(tracker)}?wait=20`);
    const startedAt = performance.now();

    const end = waiting();
    await report(two, tracker, { step: 1 });
    await report(creator, tracker, { step: 2 });
    await creator.post(`${pathOf(tracker)}/cancel`, {});
    expect((await end).body).toMatchObject({ currentStep: 2, status: 'cancelled' });
    expect((await waiting()).body.status).toBe('cancelled');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  test('with wait answers when the time is up', async () => {
    const tracker = await createTracker();
    const startedAt = performance.now();
    const waited = one.get<TrackerView>(`${pathOf(tracker)}?wait=1`);
    await report(two, tracker, { step: 1 });
    expect((await waited).body).toMatchObject({ status: 'active', participantProgress: { [two.id]: 1 } });
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });
});

test('the list shows one’s own, newest first, by role and status, in pages', async () => {
  const [self, other] = await agents(['lister', 'other']);
  const participants = [self.id, other.id];
  const cancelled = await createTracker({ name: 'p0', participants }, other);
  await createTracker({ name: 'p1', participants }, other);
  await createTracker({ name: 'c0' }, self);
  const both = await createTracker({ name: 'b0', participants }, self);
  await other.post(`${pathOf(cancelled)}/cancel`, {});

  const list = async (query: string, client = self): Promise<string[]> =>
    (await client.all<TrackerView>(`/v1/progress-trackers?${query}`, 2)).map((tracker) => tracker.name);
  await pollUntil(
    () => list(''),
    (names) => names.length === 4,
  );
  expect(await list('')).toEqual(['b0', 'c0', 'p1', 'p0']);
  expect((await self.get<ListPage<TrackerView>>('/v1/progress-trackers?limit=1')).body.items).toEqual([both]);
  expect(await list('role=participant')).toEqual(['b0', 'p1', 'p0']);
  expect(await list('role=creator')).toEqual(['b0', 'c0']);
  expect(await list('status=cancelled')).toEqual(['p0']);
  expect(await list('status=active&role=participant')).toEqual(['b0', 'p1']);
  expect(await list('status=completed')).toEqual([]);
  expect(await list('status=cancelled&status=active&role=participant')).toEqual(['b0', 'p1', 'p0']);
  expect(await list(`agentId=${self.id}&role=creator`, admin())).toEqual(['b0', 'c0']);
  expect(await list('', stranger)).toEqual([]);
  expectProblem(await other.get(`/v1/progress-trackers?agentId=${self.id}`), 403, 'auth.forbidden');
});

describe('the event log', () => {
  test('holds creation, every report and the completion once, in order', async () => {
    const tracker = await createTracker();
    const first = await report(one, tracker, { step: 3, data: 'not in the event' });
    const second = await report(creator, tracker, { step: 5 });
    const last = await report(creator, tracker, { step: 10 });
    const events = await eventsUpTo(one, pathOf(tracker), 'PROGRESS_TRACKER_COMPLETED');

    const event = (type: string, agentId: string, timestamp: string, details: object) => ({
      id: expect.stringMatching(UUID),
      type,
      relatedId: tracker.id,
      agentId,
      timestamp,
      details: expect.objectContaining(details),
    });
    expect(events).toEqual([
      event('PROGRESS_TRACKER_CREATED', creator.id, tracker.createdAt, {
        name: 'migration',
        totalSteps: 10,
        participantCount: 2,
      }),
      event('PROGRESS_UPDATED', one.id, first.body.reportedAt, { step: 3, previousStep: null }),
      event('PROGRESS_UPDATED', creator.id, second.body.reportedAt, { step: 5, previousStep: null }),
      event('PROGRESS_UPDATED', creator.id, last.body.reportedAt, { step: 10, previousStep: 5 }),
      event('PROGRESS_TRACKER_COMPLETED', creator.id, last.body.reportedAt, { name: 'migration' }),
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
    expect(await two.all<EventView>(`${pathOf(tracker)}/events`, 2)).toEqual(events);
  });

  test('tells who cancelled and why', async () => {
    const tracker = await createTracker();
    await creator.post(`${pathOf(tracker)}/cancel`, { reason: 'rain' });
    const events = await eventsUpTo(one, pathOf(tracker), 'PROGRESS_TRACKER_CANCELLED');
    expect(events.at(-1)).toMatchObject({ agentId: creator.id, details: { reason: 'rain' } });
    expect(events).toHaveLength(2);
  });
});

describe('messages', () => {
  const PARTY = { id: expect.any(String), name: expect.any(String) };
  const message = (content: object) =>
    expect.objectContaining({
      id: expect.stringMatching(UUID),
      sender: PARTY,
      timestamp: expect.stringMatching(TIME),
      priority: 'LOW',
      requiresAcknowledgment: false,
      acknowledgedAt: null,
      content: expect.objectContaining({ trackerId: expect.any(String), name: 'migration', ...content }),
    });

  test('participants hear of creation, overall steps and completion, but not of their own', async () => {
    const tracker = await createTracker({ description: 'about', participants: [creator.id, one.id] });
    await report(creator, tracker, { step: 4 });
    await report(one, tracker, { step: 7 });
    await pollUntil(
      () => messagesAbout(one, tracker.id),
      (items) => items.length === 2,
    );
    await report(creator, tracker, { step: 10 });
    await messageTypes(one, tracker.id, 3);

    const update = { type: 'PROGRESS_UPDATE_NOTIFICATION', totalSteps: 10 };
    const creation = { type: 'PROGRESS_TRACKER_NOTIFICATION', description: 'about', totalSteps: 10 };
    const received: InboxItem[] = await messagesAbout(one, tracker.id);
    expect(received).toEqual([
      message(creation),
      message({ ...update, currentStep: 4, completed: false }),
      message({ ...update, currentStep: 10, completed: true }),
    ]);
    expect(received.map(({ sender }) => sender.id)).toEqual([creator.id, creator.id, creator.id]);
    expect(received.map(({ recipients }) => recipients)).toEqual(received.map(() => [{ id: one.id, name: 'one' }]));
    // The updater is a participant: it was told of the creation only.
    expect(await messagesAbout(creator, tracker.id)).toEqual([message(creation)]);
  });

  test('completed by everyone: everyone and the creator hear of it', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone' });
    await report(one, tracker, { step: 10 });
    await report(two, tracker, { step: 10 });
    expect(await messageTypes(one, tracker.id, 2)).toEqual([
      'PROGRESS_TRACKER_NOTIFICATION',
      'PROGRESS_UPDATE_NOTIFICATION',
    ]);
    expect(await messageTypes(two, tracker.id, 2)).toEqual([
      'PROGRESS_TRACKER_NOTIFICATION',
      'PROGRESS_UPDATE_NOTIFICATION',
    ]);
    expect(await messageTypes(creator, tracker.id, 1)).toEqual(['PROGRESS_UPDATE_NOTIFICATION']);
    for (const client of [one, two, creator]) {
      expect((await messagesAbout(client, tracker.id)).at(-1)).toMatchObject({
        sender: { id: 'system' },
        content: { completed: true, currentStep: 0 },
      });
    }
  });

  test('participants and creator hear of a cancelling', async () => {
    const tracker = await createTracker();
    await admin().post(`${pathOf(tracker)}/cancel`, { reason: 'rain' });
    expect(await messageTypes(one, tracker.id, 2)).toEqual([
      'PROGRESS_TRACKER_NOTIFICATION',
      'PROGRESS_TRACKER_CANCELLED',
    ]);
    expect(await messageTypes(creator, tracker.id, 1)).toEqual(['PROGRESS_TRACKER_CANCELLED']);
    expect(await messagesAbout(creator, tracker.id)).toEqual([
      message({ type: 'PROGRESS_TRACKER_CANCELLED', reason: 'rain', cancelledBy: expect.any(String) }),
    ]);
    expect(await messagesAbout(stranger, tracker.id)).toEqual([]);
  });
});
