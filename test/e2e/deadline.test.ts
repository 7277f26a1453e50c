import { expect, test } from '@jest/globals';
import {
  agents,
  type ArrivalAnswer,
  countBy,
  type CreatedSyncPoint,
  daysAhead,
  eventsUpTo,
  expectProblem,
  type HttpClient,
  messagesAbout,
  messageTypes,
  secondsAhead,
  nowMs,
  sizeFrom,
  type SyncPointView,
  timePasses,
  turnsTheClock,
} from '../support/http-client';

// At once where most of the time is spent waiting; so every test has agents of its own.
const testAtOnce = turnsTheClock() ? test : test.concurrent;

/** EventBridge Scheduler fires up to a minute late. */
const SCHEDULE_LIMIT = { limitMs: 100_000 };
/** The clocks of client and service, and a slow machine. */
const SLACK_MS = 2_000;

const pathOf = (point: { id: string }): string => `/v1/sync-points/${point.id}`;
const arrive = (client: HttpClient, point: { id: string }) =>
  client.post<ArrivalAnswer & { syncPoint: SyncPointView }>(`${pathOf(point)}/arrivals`, { data: client.id });

interface Meeting {
  readonly point: CreatedSyncPoint;
  readonly creator: HttpClient;
  readonly one: HttpClient;
  readonly two: HttpClient;
}

async function createPoint(deadlineAt: () => string): Promise<Meeting> {
  const [creator, one, two] = await agents(['creator', 'one', 'two']);
  const deadline = deadlineAt();
  const participants = [one.id, two.id];
  const created = await creator.post<CreatedSyncPoint>('/v1/sync-points', { name: 'm', participants, deadline });
  expect([created.status, created.body.deadline]).toEqual([201, deadline]);
  return { point: created.body, creator, one, two };
}

/** Long enough for one arrival before it; a slow stack needs longer. */
const AHEAD_SECONDS = sizeFrom('MUSTER_TEST_DEADLINE_SECONDS', 3);
const soon = (): string => secondsAhead(AHEAD_SECONDS);
const tomorrow = (): string => daysAhead(1);

testAtOnce(`${AHEAD_SECONDS} s ahead: an arrival a second after it is refused with what has become of it`, async () => {
  const { point, one, two } = await createPoint(soon);
  expect((await arrive(one, point)).status).toBe(201);
  await timePasses(Date.parse(point.deadline ?? '') + 1_000);

  const refused = await arrive(two, point);
  expectProblem(refused, 409, 'sync-point.expired');
  expect(refused.body.syncPoint).toMatchObject({ status: 'expired', arrivedParticipants: [one.id] });
  // Who had arrived may ask again.
  expect(await arrive(one, point)).toMatchObject({ status: 200, body: { repeated: true, status: 'expired' } });
});

testAtOnce(`${AHEAD_SECONDS} s ahead: a reader sees it expired then, exactly`, async () => {
  const { point, creator, one, two } = await createPoint(soon);
  await arrive(one, point);
  const waiting = one
    .get<SyncPointView>(`${pathOf(point)}?wait=20`)
    .then((waited) => ({ waited, answeredMs: nowMs() }));
  await timePasses(Date.parse(point.deadline ?? ''));
  const { waited, answeredMs } = await waiting;

  expect(waited.body).toEqual({
    ...point,
    status: 'expired',
    arrivedParticipants: [one.id],
    missingParticipants: [two.id],
    version: 3,
    completedAt: null,
    endedAt: point.deadline,
    endedBy: 'system',
    endReason: null,
  });
  const lateMs = answeredMs - Date.parse(point.deadline ?? '');
  expect(lateMs).toBeGreaterThan(-100);
  expect(lateMs).toBeLessThan(SLACK_MS);
  expect((await two.get(pathOf(point))).body).toEqual(waited.body);

  for (const verb of ['complete', 'cancel']) {
    expectProblem(await creator.post(`${pathOf(point)}/${verb}`, {}), 409, 'sync-point.expired');
  }
  expectProblem(await creator.patch(pathOf(point), { deadline: daysAhead(1) }), 409, 'sync-point.expired');
});

testAtOnce(
  'the event of the expiry and messages to participants and creator follow, though nobody reads',
  async () => {
    const { point, creator, one, two } = await createPoint(soon);
    await arrive(one, point);
    await timePasses(Date.parse(point.deadline ?? ''));
    // An inbox is no reader of the sync point: only the schedule can bring these.
    expect(await messageTypes(two, point.id, 2, SCHEDULE_LIMIT)).toEqual([
      'SYNC_POINT_NOTIFICATION',
      'SYNC_POINT_EXPIRED',
    ]);
    expect(await messageTypes(one, point.id, 2)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_EXPIRED']);
    expect(await messageTypes(creator, point.id, 1)).toEqual(['SYNC_POINT_EXPIRED']);
    expect((await messagesAbout(creator, point.id))[0]).toMatchObject({
      priority: 'MEDIUM',
      requiresAcknowledgment: false,
      timestamp: point.deadline,
      content: { name: 'm', arrivedParticipants: [one.id], deadline: point.deadline },
    });
    const events = await eventsUpTo(creator, pathOf(point), 'SYNC_POINT_EXPIRED');
    expect(countBy(events, ({ type }) => type)).toEqual({
      SYNC_POINT_CREATED: 1,
      AGENT_ARRIVED: 1,
      SYNC_POINT_EXPIRED: 1,
    });
    expect(events.at(-1)).toMatchObject({ agentId: 'system', timestamp: point.deadline, details: { arrivedCount: 1 } });
  },
  120_000,
);

testAtOnce(
  'moved earlier: it expires then, by itself',
  async () => {
    const { point, creator, one } = await createPoint(tomorrow);
    const deadline = secondsAhead(2);
    expect((await creator.patch(pathOf(point), { deadline })).status).toBe(200);
    await timePasses(Date.parse(deadline));
    expect(await messageTypes(one, point.id, 3, SCHEDULE_LIMIT)).toEqual([
      'SYNC_POINT_NOTIFICATION',
      'SYNC_POINT_DEADLINE_CHANGED',
      'SYNC_POINT_EXPIRED',
    ]);
    expect((await one.get(pathOf(point))).body).toMatchObject({ status: 'expired', deadline, endedAt: deadline });
  },
  120_000,
);

testAtOnce(
  'moved later: arrivals are taken after the first deadline, and it expires once, at the second',
  async () => {
    const { point, creator, one, two } = await createPoint(soon);
    const deadline = secondsAhead(2 * AHEAD_SECONDS + 2);
    expect((await creator.patch(pathOf(point), { deadline })).status).toBe(200);
    await timePasses(Date.parse(point.deadline ?? '') + 1_500);

    expect((await one.get(pathOf(point))).body).toMatchObject({ status: 'waiting', deadline });
    expect(await arrive(one, point)).toMatchObject({ status: 201, body: { status: 'waiting' } });
    await timePasses(Date.parse(deadline));
    expect(await messageTypes(two, point.id, 3, SCHEDULE_LIMIT)).toEqual([
      'SYNC_POINT_NOTIFICATION',
      'SYNC_POINT_DEADLINE_CHANGED',
      'SYNC_POINT_EXPIRED',
    ]);
    const events = await eventsUpTo(one, pathOf(point), 'SYNC_POINT_EXPIRED');
    expect(events.map(({ type, timestamp }) => [type, type === 'SYNC_POINT_EXPIRED' ? timestamp : ''])).toEqual([
      ['SYNC_POINT_CREATED', ''],
      ['SYNC_POINT_DEADLINE_CHANGED', ''],
      ['AGENT_ARRIVED', ''],
      ['SYNC_POINT_EXPIRED', deadline],
    ]);
  },
  120_000,
);

testAtOnce('met in time: it stays completed when the deadline passes', async () => {
  const { point, creator, one, two } = await createPoint(soon);
  await arrive(one, point);
  const last = await arrive(two, point);
  expect(last.body.status).toBe('completed');
  const completed = (await one.get<SyncPointView>(pathOf(point))).body;
  await timePasses(Date.parse(point.deadline ?? '') + 1_500);

  expect((await two.get(pathOf(point))).body).toEqual(completed);
  expect(await arrive(two, point)).toMatchObject({ status: 200, body: { repeated: true, status: 'completed' } });
  const events = await eventsUpTo(creator, pathOf(point), 'SYNC_POINT_COMPLETED');
  expect(events.map(({ type }) => type)).toEqual([
    'SYNC_POINT_CREATED',
    'AGENT_ARRIVED',
    'AGENT_ARRIVED',
    'SYNC_POINT_COMPLETED',
  ]);
});

testAtOnce('in seconds from now, by the clock of the service; null is none', async () => {
  const [creator, one] = await agents(['creator', 'one']);
  const participants = [creator.id, one.id];
  const before = nowMs();
  const created = await creator.post<CreatedSyncPoint>('/v1/sync-points', {
    name: 'm',
    participants,
    deadlineSeconds: 3_600,
  });
  expect(created.status).toBe(201);
  const aheadMs = Date.parse(created.body.deadline ?? '') - before;
  expect(aheadMs).toBeGreaterThan(3_600_000 - SLACK_MS);
  expect(aheadMs).toBeLessThan(3_600_000 + 10 * SLACK_MS);
  const later = await creator.patch<SyncPointView>(pathOf(created.body), { deadlineSeconds: 7_200 });
  expect(Date.parse(later.body.deadline ?? '') - Date.parse(created.body.deadline ?? '')).toBeGreaterThan(3_500_000);
  const none = { name: 'm', participants, deadline: null };
  expect((await creator.post<CreatedSyncPoint>('/v1/sync-points', none)).body.deadline).toBeNull();
});
