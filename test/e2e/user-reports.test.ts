/** What users of such services have reported, each by its name: none of it happens here. */
import { beforeAll, expect, test } from '@jest/globals';
import {
  agents,
  type Answer,
  type Arrival,
  type ArrivalAnswer,
  countBy,
  type CreatedSyncPoint,
  type CreatedTracker,
  daysAhead,
  type EventView,
  eventsUpTo,
  expectProblem,
  freshId,
  type HttpClient,
  type InboxItem,
  messagesAbout,
  messageTypes,
  nowMs,
  type ReportAnswer,
  secondsAhead,
  type SyncPointView,
  TIME,
  timePasses,
  type TrackerView,
  turnsTheClock,
} from '../support/http-client';

/** Takes minutes or hours, which only a clock that is turned lets pass. */
const testTurned = turnsTheClock() ? test : test.skip;

let creator: HttpClient;
let one: HttpClient;
let two: HttpClient;
let three: HttpClient;

beforeAll(async () => {
  [creator, one, two, three] = await agents(['creator', 'one', 'two', 'three']);
});

const pointPath = ({ id }: { id: string }): string => `/v1/sync-points/${id}`;
const trackerPath = ({ id }: { id: string }): string => `/v1/progress-trackers/${id}`;

async function createPoint(fields: object = {}): Promise<CreatedSyncPoint> {
  const body = { name: 'meeting', participants: [one.id, two.id], ...fields };
  const created = await creator.post<CreatedSyncPoint>('/v1/sync-points', body);
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  return created.body;
}

async function createTracker(fields: object = {}): Promise<CreatedTracker> {
  const body = { name: 'migration', totalSteps: 10, participants: [one.id, two.id], ...fields };
  const created = await creator.post<CreatedTracker>('/v1/progress-trackers', body);
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  return created.body;
}

const arrive = (client: HttpClient, point: { id: string }, body: object = {}): Promise<Answer<ArrivalAnswer>> =>
  client.post<ArrivalAnswer>(`${pointPath(point)}/arrivals`, body);
const report = (client: HttpClient, tracker: { id: string }, body: object): Promise<Answer<ReportAnswer>> =>
  client.post<ReportAnswer>(`${trackerPath(tracker)}/progress`, body);
const readPoint = async (point: { id: string }): Promise<SyncPointView> =>
  (await creator.get<SyncPointView>(pointPath(point))).body;
const readTracker = async (tracker: { id: string }): Promise<TrackerView> =>
  (await creator.get<TrackerView>(trackerPath(tracker))).body;

test('the nightly barrier, created again the next night, says that it is the one of yesterday', async () => {
  const nightly = { id: freshId('nightly'), name: 'nightly', participants: [one.id, two.id] };
  const first = await creator.post<CreatedSyncPoint>('/v1/sync-points', nightly);
  for (const client of [one, two]) await arrive(client, nightly);
  const next = await creator.post<CreatedSyncPoint>('/v1/sync-points', nightly);
  expect([first.status, next.status, next.body]).toEqual([201, 200, await readPoint(nightly)]);
  expect(next.body).toMatchObject({
    status: 'completed',
    createdAt: first.body.createdAt,
    arrivedParticipants: [one.id, two.id],
    completedAt: expect.stringMatching(TIME),
  });
  // Nor does anybody arriving take it for tonight's.
  expect((await arrive(one, nightly)).body).toMatchObject({ repeated: true, status: 'completed' });
});

testTurned('two seconds after a resume at 900 of 1,000, and with heartbeats, the time left is no guess', async () => {
  const tracker = await createTracker({ totalSteps: 1_000 });
  const eta = async (): Promise<number | null> => (await readTracker(tracker)).etaSeconds;
  const step = async (afterSeconds: number, number: number): Promise<void> => {
    await timePasses(nowMs() + afterSeconds * 1_000);
    expect((await report(creator, tracker, { step: number })).status).toBe(200);
  };
  /** Time flows meanwhile too. */
  const isAbout = async (minutes: number): Promise<void> => {
    const seconds = (await eta()) ?? 0;
    expect([seconds > minutes * 60 - 60, seconds < minutes * 60 + 60, seconds]).toEqual([true, true, seconds]);
  };

  await step(2, 900);
  // Where it starts, not what it did in two seconds.
  expect(await eta()).toBeNull();
  await step(600, 910);
  await isAbout(90);
  await step(300, 910);
  await isAbout(85);
  await step(300, 920);
  await isAbout(80);
  // Signs of life are no work: after three pauses without any, nothing can be said.
  for (let beats = 0; beats < 7; beats++) await step(300, 920);
  expect(await eta()).toBeNull();
});

test.each(['creator', 'everyone'])(
  'the report that completes (%s), retried, is told that it did',
  async (completeWhen) => {
    const tracker = await createTracker({ completeWhen, participants: [one.id] });
    const last = completeWhen === 'creator' ? creator : one;
    const body = { step: 10, ifStep: 9, data: { rows: 7 } };
    await report(last, tracker, { step: 9 });
    const first = await report(last, tracker, body);
    expect(first.body).toMatchObject({ status: 'completed', repeated: false });
    const after = await readTracker(tracker);
    for (const retry of [body, { step: 10 }]) {
      const again = await report(last, tracker, retry);
      expect([again.status, again.body]).toEqual([200, { ...first.body, repeated: true }]);
    }
    expect(await readTracker(tracker)).toEqual(after);
    const events = await eventsUpTo(creator, trackerPath(tracker), 'PROGRESS_TRACKER_COMPLETED');
    expect(countBy(events, ({ type }) => type)).toMatchObject({ PROGRESS_UPDATED: 2, PROGRESS_TRACKER_COMPLETED: 1 });
  },
);

test('a plain report, retried, is logged and sent once, and is a sign of life', async () => {
  const tracker = await createTracker({ participants: [creator.id, one.id] });
  const first = await report(creator, tracker, { step: 4 });
  const before = await readTracker(tracker);
  await timePasses(Date.parse(first.body.reportedAt) + 2_000);
  const again = await report(creator, tracker, { step: 4 });
  expect([again.status, again.body]).toEqual([200, { ...first.body, repeated: true }]);
  expect(await readTracker(tracker)).toMatchObject({ version: before.version, lastProgressAt: first.body.reportedAt });
  const [participant] = await creator.all<{ lastReportAt: string }>(`${trackerPath(tracker)}/participants`);
  expect(Date.parse(participant?.lastReportAt ?? '') - Date.parse(first.body.reportedAt)).toBeGreaterThanOrEqual(2_000);

  await report(creator, tracker, { step: 5 });
  expect(await messageTypes(one, tracker.id, 3)).toHaveLength(3);
  const told = (await messagesAbout(one, tracker.id)).slice(1).map(({ content }) => content['currentStep']);
  expect(told).toEqual([4, 5]);
  const events = await creator.all<EventView>(`${trackerPath(tracker)}/events`);
  expect(events.slice(1).map(({ details }) => details)).toEqual([
    { step: 4, previousStep: null },
    { step: 5, previousStep: 4 },
  ]);
  expect(await creator.all(`${trackerPath(tracker)}/reports`)).toHaveLength(2);
});

testTurned('nobody is reminded, or reported as silent, after having arrived, failed or been excused', async () => {
  const participants = [one.id, two.id, three.id, creator.id];
  const point = await createPoint({ participants, endWhen: 'everyone' });
  await arrive(one, point);
  await two.post(`${pointPath(point)}/failures`, { reason: 'broken' });
  await creator.post(`${pointPath(point)}/excuses`, { agentId: creator.id });
  const reminderOf = async (client: HttpClient): Promise<number | undefined> =>
    (await messagesAbout(client, point.id))[0]?.reminder;

  await timePasses(Date.parse(point.createdAt) + 3_600_000);
  expect(await Promise.all([one, two, creator, three].map(reminderOf))).toEqual([undefined, undefined, undefined, 1]);
  for (const hours of [2, 3, 4]) await timePasses(Date.parse(point.createdAt) + hours * 3_600_000);
  expect(await Promise.all([one, two, creator, three].map(reminderOf))).toEqual([undefined, undefined, undefined, 3]);
  const [missing] = await creator.all<InboxItem>('/v1/inbox?type=ACKNOWLEDGEMENT_MISSING');
  expect(missing?.content).toMatchObject({ recipients: [three.id], recipientCount: 1 });
});

test('a corrected second arrival is refused, so that nobody believes that it was taken', async () => {
  for (const ended of [false, true]) {
    const point = await createPoint();
    const first = await arrive(one, point, { data: { rows: 7 } });
    if (ended) await arrive(two, point);
    for (const corrected of [{ rows: 8 }, null]) {
      const refused = await arrive(one, point, { data: corrected });
      expectProblem(refused, 409, 'sync-point.arrived-otherwise');
      expect(refused.body).toMatchObject({ arrival: { arrivedAt: first.body.arrivedAt } });
    }
    expect((await two.all<Arrival>(`${pointPath(point)}/arrivals`))[0]?.data).toEqual({ rows: 7 });
    // Whoever does not know any more what it sent may ask.
    for (const same of [{ data: { rows: 7 } }, {}]) {
      expect((await arrive(one, point, same)).body).toMatchObject({ repeated: true, arrivedAt: first.body.arrivedAt });
    }
  }
});

test('a deadline can be taken away: arrivals are accepted after it, and nothing expires', async () => {
  const point = await createPoint({ deadline: secondsAhead(3) });
  const changed = await creator.patch<SyncPointView>(pointPath(point), { deadline: null });
  expect([changed.status, changed.body.deadline]).toEqual([200, null]);
  await timePasses(Date.parse(point.deadline ?? '') + 1_500);

  expect((await arrive(one, point)).status).toBe(201);
  expect((await arrive(two, point)).body.status).toBe('completed');
  const events = await eventsUpTo(creator, pointPath(point), 'SYNC_POINT_COMPLETED');
  expect(events.map(({ type }) => type)).toEqual([
    'SYNC_POINT_CREATED',
    'SYNC_POINT_DEADLINE_CHANGED',
    'AGENT_ARRIVED',
    'AGENT_ARRIVED',
    'SYNC_POINT_COMPLETED',
  ]);
});

test('times are accepted as RFC 3339 has them, in lower case and with a leap second', async () => {
  const tomorrow = daysAhead(1);
  expect((await createPoint({ deadline: tomorrow.toLowerCase() })).deadline).toBe(tomorrow);
  const day = tomorrow.slice(0, 10);
  const midnight = new Date(Date.parse(day) + 86_400_000).toISOString();
  expect((await createTracker({ deadline: `${day}t23:59:60z` })).deadline).toBe(midnight);
});

test('a participant that fails can tell everyone', async () => {
  const point = await createPoint({ participants: [one.id, two.id, three.id] });
  await arrive(one, point);
  const failed = await two.post<{ failedAt: string }>(`${pointPath(point)}/failures`, {
    reason: 'disk full — ☃',
    data: { log: [1] },
  });
  expect([failed.status, failed.body]).toEqual([
    201,
    {
      syncPointId: point.id,
      agentId: two.id,
      failedAt: expect.stringMatching(TIME),
      repeated: false,
      status: 'failed',
    },
  ]);
  expect(await readPoint(point)).toMatchObject({
    status: 'failed',
    arrivedParticipants: [one.id],
    failedParticipants: [two.id],
    missingParticipants: [three.id],
    completedAt: null,
    endedAt: expect.stringMatching(TIME),
    endedBy: 'system',
    endReason: 'disk full — ☃',
  });
  expectProblem(await arrive(three, point), 409, 'sync-point.not-waiting');

  const events = await eventsUpTo(creator, pointPath(point), 'SYNC_POINT_FAILED');
  expect(events.slice(-2)).toMatchObject([
    {
      type: 'AGENT_FAILED',
      agentId: two.id,
      timestamp: failed.body.failedAt,
      details: { agentId: two.id, reason: 'disk full — ☃' },
    },
    {
      type: 'SYNC_POINT_FAILED',
      agentId: 'system',
      details: { reason: 'disk full — ☃', arrivedCount: 1, failedCount: 1, excusedCount: 0, missingCount: 1 },
    },
  ]);
  expect(await messageTypes(creator, point.id, 1)).toEqual(['SYNC_POINT_FAILED']);
  for (const client of [one, two, three]) {
    expect(await messageTypes(client, point.id, 2)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_FAILED']);
  }
  expect((await messagesAbout(three, point.id))[1]?.content).toMatchObject({
    reason: 'disk full — ☃',
    failedParticipants: [two.id],
    failedCount: 1,
    missingParticipants: [three.id],
    arrivedCount: 1,
  });
});

test('a wait at a tracker does not sleep through the steps of participants', async () => {
  const tracker = await createTracker();
  const startedAt = performance.now();
  const waiting = one.get<TrackerView>(`${trackerPath(tracker)}?wait=20&version=${tracker.version}`);
  await report(two, tracker, { step: 1 });
  expect((await waiting).body).toMatchObject({ version: tracker.version + 1, participantProgress: { [two.id]: 1 } });
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});
