/** What becomes of participants and of what they wait for: failures, excuses, quorums, deadlines, changes, stalls. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
  agents,
  type Answer,
  type CreatedSyncPoint,
  type CreatedTracker,
  type EventView,
  eventsUpTo,
  expectProblem,
  freshId,
  type HttpClient,
  type ListPage,
  messagesAbout,
  messageTypes,
  nowMs,
  pollUntil,
  type ReportAnswer,
  secondsAhead,
  type SyncPointView,
  TIME,
  timePasses,
  type TrackerView,
  turnsTheClock,
} from '../support/http-client';

/** Schedules fire up to a minute late; only where the clock is turned does a test know that they have. */
const testTurned = turnsTheClock() ? test : test.skip;

let creator: HttpClient;
let one: HttpClient;
let two: HttpClient;
let three: HttpClient;

beforeAll(async () => {
  [creator, one, two, three] = await agents(['creator', 'one', 'two', 'three']);
});

type Kind = 'sync-points' | 'progress-trackers';
const CODE = { 'sync-points': 'sync-point', 'progress-trackers': 'progress-tracker' } as const;

async function create<Created extends { id: string }>(kind: Kind, fields: object): Promise<Created & { path: string }> {
  const participants = [one.id, two.id, three.id];
  const total = kind === 'progress-trackers' && { totalSteps: 10 };
  const created = await creator.post<Created>(`/v1/${kind}`, { name: 'work', participants, ...total, ...fields });
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  return { ...created.body, path: `/v1/${kind}/${created.body.id}` };
}
const createPoint = (fields: object = {}) => create<CreatedSyncPoint>('sync-points', fields);
const createTracker = (fields: object = {}) => create<CreatedTracker>('progress-trackers', fields);

interface Made {
  readonly path: string;
}

interface OutcomeAnswer {
  readonly status: string;
  readonly repeated: boolean;
  readonly failedAt: string;
  readonly excusedAt: string;
}

const arrive = (client: HttpClient, { path }: Made, body: object = {}) =>
  client.post<OutcomeAnswer>(`${path}/arrivals`, body);
const fail = (client: HttpClient, { path }: Made, body?: object) =>
  client.post<OutcomeAnswer>(`${path}/failures`, body);
const excuse = (agent: HttpClient, { path }: Made, reason?: string, by = creator) =>
  by.post<OutcomeAnswer>(`${path}/excuses`, { agentId: agent.id, ...(reason !== undefined && { reason }) });
const report = (client: HttpClient, { path }: Made, body: object): Promise<Answer<ReportAnswer>> =>
  client.post<ReportAnswer>(`${path}/progress`, body);

const read = async <View = SyncPointView>({ path }: Made): Promise<View> => (await creator.get<View>(path)).body;
const readTracker = (tracker: Made): Promise<TrackerView> => read<TrackerView>(tracker);

const typesOf = (events: readonly EventView[]): string[] => events.map(({ type }) => type);

describe('failing', () => {
  test.each<readonly [ending: string, fields: object]>([
    ['the end that it brought', {}],
    ['none', { endWhen: 'everyone' }],
  ])('again is a repeat, and anything else 409, after %s', async (_ending, fields) => {
    const point = await createPoint(fields);
    const body = { reason: 'broken', data: 0 };
    const first = await fail(one, point, body);
    const before = await read(point);
    const repeat = [200, { ...first.body, repeated: true }];
    for (const same of [body, undefined]) {
      const again = await fail(one, point, same);
      expect([again.status, again.body]).toEqual(repeat);
    }
    for (const other of [{ reason: 'worse', data: 0 }, { reason: 'broken' }, { reason: 'broken', data: null }]) {
      const refused = await fail(one, point, other);
      expectProblem(refused, 409, 'sync-point.failed-otherwise');
      expect(refused.body).toMatchObject({ failure: { failedAt: first.body.failedAt } });
    }
    expectProblem(await arrive(one, point), 409, 'sync-point.failed-otherwise');
    expect(await read(point)).toEqual(before);
  });

  test('after arriving is 409', async () => {
    const point = await createPoint();
    await arrive(one, point, { data: 1 });
    expectProblem(await fail(one, point, { reason: 'no' }), 409, 'sync-point.arrived-otherwise');
    expect(await read(point)).toMatchObject({ status: 'waiting', failedParticipants: [] });
  });

  test('at a tracker that everyone must finish ends it, and everyone is told', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone' });
    await report(one, tracker, { step: 4 });
    const failed = await fail(one, tracker, { reason: 'disk full' });
    expect([failed.status, failed.body]).toEqual([
      201,
      {
        trackerId: tracker.id,
        agentId: one.id,
        failedAt: expect.stringMatching(TIME),
        repeated: false,
        status: 'failed',
      },
    ]);
    expect(await readTracker(tracker)).toMatchObject({
      status: 'failed',
      failedParticipants: [one.id],
      participantProgress: { [one.id]: 4 },
      endedBy: 'system',
      endReason: 'disk full',
      etaSeconds: null,
    });
    expectProblem(await report(two, tracker, { step: 1 }), 409, 'progress-tracker.not-active');
    const events = await eventsUpTo(creator, tracker.path, 'PROGRESS_TRACKER_FAILED');
    expect(typesOf(events)).toEqual([
      'PROGRESS_TRACKER_CREATED',
      'PROGRESS_UPDATED',
      'AGENT_FAILED',
      'PROGRESS_TRACKER_FAILED',
    ]);
    expect(await messageTypes(creator, tracker.id, 1)).toEqual(['PROGRESS_TRACKER_FAILED']);
    expect(await messageTypes(two, tracker.id, 2)).toEqual([
      'PROGRESS_TRACKER_NOTIFICATION',
      'PROGRESS_TRACKER_FAILED',
    ]);
  });

  test('at a tracker that its creator completes tells the creator, and goes on', async () => {
    const tracker = await createTracker();
    expect((await fail(one, tracker, { reason: 'disk full' })).body.status).toBe('active');
    expect(await messageTypes(creator, tracker.id, 1)).toEqual(['AGENT_FAILED']);
    expect((await messagesAbout(creator, tracker.id))[0]).toMatchObject({
      sender: { id: one.id },
      priority: 'HIGH',
      content: { agentId: one.id, reason: 'disk full' },
    });
    expectProblem(await report(one, tracker, { step: 1 }), 409, 'progress-tracker.failed-otherwise');
    expect((await report(creator, tracker, { step: 10 })).body.status).toBe('completed');
  });

  test('at a tracker is not for a creator who takes no part', async () => {
    for (const completeWhen of ['creator', 'everyone']) {
      const tracker = await createTracker({ completeWhen });
      expectProblem(await fail(creator, tracker, { reason: 'no' }), 403, 'progress-tracker.not-participant');
      await report(creator, tracker, { step: 1 });
      expectProblem(await fail(creator, tracker), 403, 'progress-tracker.not-participant');
      expect(await readTracker(tracker)).toMatchObject({ status: 'active', failedParticipants: [] });
      // Nor has it changed how many are waited for.
      for (const client of [one, two, three]) {
        expect((await readTracker(tracker)).status).toBe('active');
        await report(client, tracker, { step: 10 });
      }
      expect((await readTracker(tracker)).status).toBe(completeWhen === 'creator' ? 'active' : 'completed');
    }
  });

  test('at a tracker, a creator who takes part may', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone', participants: [creator.id, one.id] });
    expect((await fail(creator, tracker)).body.status).toBe('failed');
    expect(await readTracker(tracker)).toMatchObject({
      failedParticipants: [creator.id],
      missingParticipants: [one.id],
    });
  });
});

describe('excusing', () => {
  test('takes a participant off the list of those waited for', async () => {
    const point = await createPoint();
    await arrive(one, point);
    const excused = await excuse(two, point, 'on leave');
    expect([excused.status, excused.body]).toEqual([
      201,
      {
        syncPointId: point.id,
        agentId: two.id,
        excusedAt: expect.stringMatching(TIME),
        repeated: false,
        status: 'waiting',
      },
    ]);
    const again = await excuse(two, point, 'ill', admin());
    expect([again.status, again.body]).toEqual([200, { ...excused.body, repeated: true }]);
    expectProblem(await arrive(two, point), 409, 'sync-point.excused');
    expectProblem(await fail(two, point), 409, 'sync-point.excused');
    expectProblem(await excuse(one, point), 409, 'sync-point.arrived-otherwise');
    expect(await read(point)).toMatchObject({ excusedParticipants: [two.id], missingParticipants: [three.id] });

    expect((await excuse(three, point, undefined, admin())).body.status).toBe('completed');
    const events = await eventsUpTo(creator, point.path, 'SYNC_POINT_COMPLETED');
    expect(events.filter(({ type }) => type === 'AGENT_EXCUSED')).toMatchObject([
      { agentId: creator.id, timestamp: excused.body.excusedAt, details: { agentId: two.id, reason: 'on leave' } },
      { agentId: admin().id, details: { agentId: three.id, reason: null } },
    ]);
    expect(events.at(-1)?.details).toMatchObject({ arrivedCount: 1, excusedCount: 2, missingCount: 0 });
  });

  test('at a tracker: the others complete it', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone' });
    await report(one, tracker, { step: 10 });
    await report(two, tracker, { step: 5 });
    expect((await excuse(two, tracker)).body).toMatchObject({ trackerId: tracker.id, status: 'active' });
    expectProblem(await report(two, tracker, { step: 6 }), 409, 'progress-tracker.excused');
    expect(await readTracker(tracker)).toMatchObject({ excusedParticipants: [two.id], percent: 50 });
    expect((await report(three, tracker, { step: 10 })).body.status).toBe('completed');
  });
});

/** Acts of three participants, each with the status that the answer tells: a arrives, f fails, x is excused. */
const ACTS = { a: arrive, f: fail, x: excuse } as const;
type Act = keyof typeof ACTS;

describe('ends', () => {
  test.each<readonly [name: string, fields: object, acts: string, ending: string]>([
    ['everyone arrives', {}, 'aaa', 'completed'],
    ['the first fails', {}, 'af', 'failed'],
    ['who was excused is missing', {}, 'xaa', 'completed'],
    ['all are excused', {}, 'xxx', 'completed'],
    ['any is enough', { quorum: 1 }, 'ffa', 'completed'],
    ['any is enough, and none can', { quorum: 1 }, 'ffx', 'failed'],
    ['two are enough', { quorum: 2 }, 'faa', 'completed'],
    ['two have become impossible', { quorum: 2 }, 'xf', 'failed'],
    ['everyone is heard: one failed', { endWhen: 'everyone' }, 'faa', 'failed'],
    ['everyone is heard: one was excused', { endWhen: 'everyone' }, 'axa', 'completed'],
    ['everyone is heard: enough have arrived', { endWhen: 'everyone', quorum: 2 }, 'aaf', 'completed'],
    ['everyone is heard: too few have arrived', { endWhen: 'everyone', quorum: 2 }, 'fxa', 'failed'],
  ])('when %s: %j %s → %s', async (_name, fields, acts, ending) => {
    const point = await createPoint(fields);
    const told: string[] = [];
    for (const [index, act] of Array.from(acts).entries()) {
      const client = [one, two, three][index] ?? one;
      told.push((await ACTS[act as Act](client, point)).body.status);
    }
    expect(told).toEqual([...Array<string>(acts.length - 1).fill('waiting'), ending]);
    expect(await read(point)).toMatchObject({ status: ending, endedBy: 'system', ...fields });
    const ended = await eventsUpTo(creator, point.path, `SYNC_POINT_${ending.toUpperCase()}`);
    expect(ended).toHaveLength(acts.length + 2);
  });

  test('with a quorum of two of forty, over several pages, as soon as somebody looks, and never again', async () => {
    const others = Array.from({ length: 37 }, () => freshId('other'));
    const point = await createPoint({ participants: [one.id, two.id, three.id, ...others], quorum: 2 });
    expect((await arrive(one, point)).body.status).toBe('waiting');
    await arrive(two, point);
    const ended = await read(point);
    expect(ended).toMatchObject({ status: 'completed', arrivedParticipants: [one.id, two.id], endedBy: 'system' });
    expect(ended.missingParticipants).toEqual([three.id, ...others]);
    expectProblem(await arrive(three, point), 409, 'sync-point.not-waiting');
    expectProblem(await creator.post(`${point.path}/cancel`, {}), 409, 'sync-point.not-waiting');
    expect(await read(point)).toEqual(ended);
  });

  test.each<readonly [fields: object, arrivals: number, ending: string]>([
    [{ endWhen: 'everyone', quorum: 1 }, 1, 'completed'],
    [{ endWhen: 'everyone', quorum: 2 }, 1, 'expired'],
    [{ quorum: 2 }, 1, 'expired'],
  ])('at the deadline: %j with %d arrivals → %s', async (fields, arrivals, ending) => {
    const point = await createPoint({ ...fields, deadlineSeconds: 3 });
    for (const client of [one, two].slice(0, arrivals)) await arrive(client, point);
    await timePasses(Date.parse(point.deadline ?? ''));
    expect(await read(point)).toMatchObject({ status: ending, endedAt: point.deadline, endedBy: 'system' });
    expect((await eventsUpTo(creator, point.path, `SYNC_POINT_${ending.toUpperCase()}`)).at(-1)).toMatchObject({
      timestamp: point.deadline,
    });
  });
});

describe('the deadline', () => {
  test('moved or taken away: those still pending are told', async () => {
    for (const kind of ['sync-points', 'progress-trackers'] as const) {
      const made = await create(kind, { deadline: secondsAhead(3_600) });
      const first = (await read(made)).deadline;
      await (kind === 'sync-points' ? arrive(one, made) : fail(one, made));
      await excuse(two, made);
      const deadline = secondsAhead(7_200);
      const moved = await creator.patch<SyncPointView>(made.path, { deadline });
      expect([moved.status, moved.body.deadline]).toEqual([200, deadline]);
      expect((await creator.patch<SyncPointView>(made.path, { deadline: null })).body.deadline).toBeNull();

      const type = `${CODE[kind].toUpperCase().replace('-', '_')}_DEADLINE_CHANGED`;
      expect((await messageTypes(three, made.id, 3)).slice(1)).toEqual([type, type]);
      expect((await messagesAbout(three, made.id)).slice(1)).toMatchObject([
        { sender: { id: creator.id }, content: { deadline, previousDeadline: first } },
        { sender: { id: creator.id }, content: { deadline: null, previousDeadline: deadline } },
      ]);
      for (const client of [one, two]) expect(await messageTypes(client, made.id, 1)).toHaveLength(1);
      const events = await pollUntil(
        () => creator.all<EventView>(`${made.path}/events`),
        (found) => found.filter((event) => event.type === type).length === 2,
      );
      expect(events.at(-1)).toMatchObject({ type, details: { deadline: null, previousDeadline: deadline } });
    }
  });

  test('of a tracker is exact: reports after it are refused with what has become of it', async () => {
    const tracker = await createTracker({ deadlineSeconds: 3, completeWhen: 'everyone' });
    await report(one, tracker, { step: 10 });
    await report(two, tracker, { step: 4 });
    await timePasses(Date.parse(tracker.deadline ?? ''));
    const refused = await report(three, tracker, { step: 1, data: 'late' });
    expectProblem(refused, 409, 'progress-tracker.expired');
    const expired = await readTracker(tracker);
    expect(refused.body).toMatchObject({ progressTracker: expired });
    expect(expired).toMatchObject({
      status: 'expired',
      endedAt: tracker.deadline,
      endedBy: 'system',
      arrivedParticipants: [one.id],
      missingParticipants: [two.id, three.id],
    });
    expectProblem(await fail(three, tracker), 409, 'progress-tracker.expired');
    expect((await report(two, tracker, { step: 4 })).body).toMatchObject({ repeated: true, status: 'expired' });
    const events = await eventsUpTo(creator, tracker.path, 'PROGRESS_TRACKER_EXPIRED');
    expect(events.at(-1)).toMatchObject({ timestamp: tracker.deadline, details: { arrivedCount: 1, missingCount: 2 } });
    expect(await messageTypes(creator, tracker.id, 1)).toEqual(['PROGRESS_TRACKER_EXPIRED']);
    expect(await messageTypes(three, tracker.id, 2)).toEqual([
      'PROGRESS_TRACKER_NOTIFICATION',
      'PROGRESS_TRACKER_EXPIRED',
    ]);
  });

  testTurned('warns those pending, and the creator, once, of the deadline that there is', async () => {
    for (const kind of ['sync-points', 'progress-trackers'] as const) {
      const fields = {
        deadline: secondsAhead(600),
        warnSeconds: 60,
        ...(kind === 'progress-trackers' && { completeWhen: 'everyone' }),
      };
      const made = await create(kind, fields);
      expect(await read(made)).toMatchObject({ warnSeconds: 60 });
      await (kind === 'sync-points' ? arrive(one, made) : report(one, made, { step: 10 }));
      const deadline = secondsAhead(900);
      await creator.patch(made.path, { deadline });
      await timePasses(Date.parse(deadline) - 301_000);
      // That was the time of the warning before the first deadline.
      expect(await messagesAbout(creator, made.id)).toEqual([]);

      await timePasses(Date.parse(deadline) - 60_000);
      const type = `${CODE[kind].toUpperCase().replace('-', '_')}_DEADLINE_NEAR`;
      for (const client of [creator, two, three]) {
        expect((await messagesAbout(client, made.id)).at(-1)).toMatchObject({
          sender: { id: 'system' },
          priority: 'HIGH',
          content: { type, deadline, missingParticipants: [two.id, three.id], missingCount: 2 },
        });
      }
      expect((await messagesAbout(one, made.id)).map(({ content }) => content.type)).not.toContain(type);
      expect((await read(made)).endedAt).toBeNull();
    }
  });
});

describe('the list of participants', () => {
  test('is in the order given, filtered by outcome, in pages', async () => {
    const four = freshId('four');
    const participants = [three.id, four, one.id, two.id];
    const point = await createPoint({ participants, endWhen: 'everyone' });
    const arrived = await one.post<{ arrivedAt: string }>(`${point.path}/arrivals`, { data: null });
    const failed = await fail(two, point, { reason: 'broken', data: [1] });
    const excused = await excuse(three, point, 'on leave');
    const expected = [
      { agentId: three.id, outcome: 'excused', at: excused.body.excusedAt, reason: 'on leave' },
      { agentId: four, outcome: 'pending', at: null, reason: null },
      { agentId: one.id, outcome: 'arrived', at: arrived.body.arrivedAt, reason: null, data: null },
      { agentId: two.id, outcome: 'failed', at: failed.body.failedAt, reason: 'broken', data: [1] },
    ];
    const path = `${point.path}/participants`;
    expect(await one.all(path)).toEqual(expected);
    for (const limit of [1, 3]) expect(await one.all(path, limit)).toEqual(expected);
    for (const entry of expected) expect(await one.all(`${path}?outcome=${entry.outcome}`)).toEqual([entry]);
    const page = await one.get<ListPage<unknown>>(`${path}?limit=1`);
    const otherList = await one.get(`${path}?outcome=pending&cursor=${page.body.nextCursor ?? ''}`);
    expectProblem(otherList, 422, 'request.invalid', '#/cursor');
  });

  test('of a tracker has the progress of each too', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone' });
    const first = await report(one, tracker, { step: 3, data: 'not the outcome’s' });
    const last = await report(two, tracker, { step: 10, data: 'result' });
    expect(await two.all(`${tracker.path}/participants`)).toEqual([
      {
        agentId: one.id,
        outcome: 'pending',
        at: null,
        reason: null,
        step: 3,
        percent: 30,
        lastReportAt: first.body.reportedAt,
      },
      {
        agentId: two.id,
        outcome: 'arrived',
        at: last.body.reportedAt,
        reason: null,
        step: 10,
        percent: 100,
        lastReportAt: last.body.reportedAt,
        data: 'result',
      },
      { agentId: three.id, outcome: 'pending', at: null, reason: null, step: 0, percent: 0, lastReportAt: null },
    ]);
  });
});

describe('a wait with the version', () => {
  const waitFor = (made: Made, version: number, wait = 20): Promise<Answer<SyncPointView & TrackerView>> =>
    creator.get(`${made.path}?wait=${wait}&version=${version}`);

  test.each<readonly [name: string, kind: Kind, change: (made: Made) => Promise<Answer<unknown>>]>([
    ['an arrival', 'sync-points', (made) => arrive(one, made)],
    ['a failure', 'sync-points', (made) => fail(one, made)],
    ['an excuse', 'sync-points', (made) => excuse(one, made)],
    ['a moved deadline', 'sync-points', ({ path }) => creator.patch(path, { deadlineSeconds: 60 })],
    ['the ending', 'sync-points', ({ path }) => creator.post(`${path}/cancel`, {})],
    ['the creator’s step', 'progress-trackers', (made) => report(creator, made, { step: 1 })],
    ['another total', 'progress-trackers', ({ path }) => creator.patch(path, { totalSteps: 20 })],
  ])('responds to %s', async (_name, kind, change) => {
    const made = await create(kind, kind === 'sync-points' ? { endWhen: 'everyone' } : {});
    const before = await read(made);
    const startedAt = performance.now();
    const [waited, changed] = await Promise.all([waitFor(made, before.version), change(made)]);
    expect(changed.status).toBeLessThan(300);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(waited.body).toEqual(await read(made));
    expect(waited.body.version).toBe(before.version + 1);
    // What has another version already is news at once.
    expect((await waitFor(made, before.version)).body.version).toBe(before.version + 1);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  test('responds when the time is up if nothing changed; a repeated report is no change', async () => {
    const tracker = await createTracker();
    await report(one, tracker, { step: 1 });
    const before = await readTracker(tracker);
    const startedAt = performance.now();
    const waiting = waitFor(tracker, before.version, 1);
    expect((await report(one, tracker, { step: 1 })).body.repeated).toBe(true);
    expect((await waiting).body.version).toBe(before.version);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });
});

describe.each([
  { verb: 'complete', status: 'completed', opposite: 'fail' },
  { verb: 'fail', status: 'failed', opposite: 'complete' },
])('to $verb a tracker by hand', ({ verb, status, opposite }) => {
  test('ends it with a reason; again changes nothing; another ending is 409', async () => {
    for (const completeWhen of ['creator', 'everyone']) {
      const tracker = await createTracker({ completeWhen });
      await report(one, tracker, { step: 3 });
      const ended = await creator.post<TrackerView>(`${tracker.path}/${verb}`, { reason: 'enough' });
      expect([ended.status, ended.body]).toEqual([
        200,
        expect.objectContaining({
          status,
          endedAt: expect.stringMatching(TIME),
          completedAt: status === 'completed' ? ended.body.endedAt : null,
          endedBy: creator.id,
          endReason: 'enough',
          participantProgress: { [one.id]: 3, [two.id]: 0, [three.id]: 0 },
        }),
      ]);
      const again = await admin().post<TrackerView>(`${tracker.path}/${verb}`, { reason: 'another' });
      expect([again.status, again.body]).toEqual([200, ended.body]);
      for (const other of [opposite, 'cancel']) {
        const refused = await creator.post(`${tracker.path}/${other}`, {});
        expectProblem(refused, 409, 'progress-tracker.not-active');
        expect(refused.body).toMatchObject({ progressTracker: ended.body });
      }
      expectProblem(await report(one, tracker, { step: 4 }), 409, 'progress-tracker.not-active');
      const events = await eventsUpTo(creator, tracker.path, `PROGRESS_TRACKER_${status.toUpperCase()}`);
      expect(events.at(-1)).toMatchObject({ agentId: creator.id, details: { reason: 'enough' } });
    }
  });
});

describe('another total', () => {
  const change = (tracker: Made, totalSteps: number): Promise<Answer<TrackerView>> =>
    creator.patch<TrackerView>(tracker.path, { totalSteps });

  test('may be higher: who has arrived stays so, the others go on to it', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone', participants: [one.id, two.id] });
    await report(one, tracker, { step: 10 });
    await report(two, tracker, { step: 5 });
    expect((await change(tracker, 20)).body).toMatchObject({
      totalSteps: 20,
      arrivedParticipants: [one.id],
      participantPercent: { [one.id]: 100, [two.id]: 25 },
    });
    expect((await report(two, tracker, { step: 10 })).body.status).toBe('active');
    expect((await report(two, tracker, { step: 20 })).body.status).toBe('completed');
    const events = await eventsUpTo(creator, tracker.path, 'PROGRESS_TRACKER_COMPLETED');
    expect(events.filter(({ type }) => type === 'PROGRESS_TRACKER_CHANGED')).toMatchObject([
      { agentId: creator.id, details: { totalSteps: 20, previousTotalSteps: 10 } },
    ]);
  });

  test('may be lower, but not below a step reported; who has reached it has arrived', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone', participants: [creator.id, one.id, two.id] });
    for (const client of [creator, one]) await report(client, tracker, { step: 5 });
    await report(two, tracker, { step: 3 });
    expectProblem(await change(tracker, 4), 422, 'request.invalid', '#/totalSteps');
    expect((await change(tracker, 6)).body).toMatchObject({ totalSteps: 6, arrivedParticipants: [] });
    const changed = await change(tracker, 5);
    expect(changed.body).toMatchObject({ status: 'active', totalSteps: 5, missingParticipants: [two.id] });
    expect([...changed.body.arrivedParticipants].sort()).toEqual([creator.id, one.id].sort());
    expectProblem(await report(one, tracker, { step: 4 }), 409, 'progress-tracker.finished');
    expect((await report(two, tracker, { step: 5 })).body.status).toBe('completed');
  });

  test('that everyone has reached completes', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone', participants: [one.id, two.id] });
    for (const client of [one, two]) await report(client, tracker, { step: 5 });
    expect((await change(tracker, 5)).body).toMatchObject({ status: 'completed', endedBy: 'system', totalSteps: 5 });
    expectProblem(await change(tracker, 6), 409, 'progress-tracker.not-active');
    await eventsUpTo(creator, tracker.path, 'PROGRESS_TRACKER_COMPLETED');
  });

  test('that the creator has reached waits for it to say so', async () => {
    const tracker = await createTracker();
    await report(creator, tracker, { step: 5 });
    expect((await change(tracker, 5)).body).toMatchObject({ status: 'active', percent: 100 });
    expect((await report(creator, tracker, { step: 5 })).body).toMatchObject({ status: 'completed', repeated: false });
  });
});

describe('a report', () => {
  test('of who has reached the total of everyone cannot go back', async () => {
    const tracker = await createTracker({ completeWhen: 'everyone' });
    await report(one, tracker, { step: 10 });
    const refused = await report(one, tracker, { step: 9, data: 'redone' });
    expectProblem(refused, 409, 'progress-tracker.finished');
    expect(refused.body).toMatchObject({ actualStep: 10 });
    expect(await readTracker(tracker)).toMatchObject({ participantProgress: { [one.id]: 10 } });
  });

  test('repeated with its ifStep is the same report; so is one repeated after the end', async () => {
    const tracker = await createTracker();
    await report(one, tracker, { step: 1 });
    const body = { step: 3, ifStep: 1, data: { rows: 7 } };
    const first = await report(one, tracker, body);
    expect((await report(one, tracker, body)).body).toEqual({ ...first.body, repeated: true });
    expectProblem(await report(one, tracker, { step: 4, ifStep: 1 }), 409, 'progress-tracker.step-mismatch');
    await creator.post(`${tracker.path}/cancel`, {});
    expect((await report(one, tracker, body)).body).toEqual({ ...first.body, repeated: true, status: 'cancelled' });
    expectProblem(await report(one, tracker, { ...body, data: 'other' }), 409, 'progress-tracker.not-active');
    const reports = await pollUntil(
      () => one.all<{ step: number }>(`${tracker.path}/reports`),
      ({ length }) => length >= 2,
    );
    expect(reports.map(({ step }) => step)).toEqual([1, 3]);
  });

  test('of the same step with other data is one more', async () => {
    const tracker = await createTracker();
    await report(one, tracker, { step: 3, data: 'first' });
    expect((await report(one, tracker, { step: 3, data: 'second' })).body.repeated).toBe(false);
    const reports = await pollUntil(
      () => one.all<{ data: unknown }>(`${tracker.path}/reports`),
      ({ length }) => length === 2,
    );
    expect(reports.map(({ data }) => data)).toEqual(['first', 'second']);
  });
});

testTurned(
  'a tracker that stands still is stalled: its creator is told who is behind, and when it goes on',
  async () => {
    const tracker = await createTracker({ stallSeconds: 60, participants: [one.id, two.id] });
    expect(tracker).toMatchObject({ stallSeconds: 60, stalledSince: null });
    await timePasses(nowMs() + 30_000);
    const last = await report(one, tracker, { step: 4 });
    const stalledSince = last.body.reportedAt;
    await timePasses(Date.parse(stalledSince) + 50_000);
    // A sign of life moves nothing.
    expect((await report(one, tracker, { step: 4 })).body.repeated).toBe(true);
    expect((await readTracker(tracker)).stalledSince).toBeNull();
    expect(await messagesAbout(creator, tracker.id)).toEqual([]);

    await timePasses(Date.parse(stalledSince) + 60_000);
    expect((await readTracker(tracker)).stalledSince).toBe(stalledSince);
    const [message, ...more] = await messagesAbout(creator, tracker.id);
    expect(message).toMatchObject({
      sender: { id: 'system' },
      priority: 'HIGH',
      content: { type: 'PROGRESS_STALLED', stalledSince, behindParticipants: [two.id, one.id], behindCount: 2 },
    });
    expect(more).toEqual([]);

    await timePasses(nowMs() + 30_000);
    const moved = await report(two, tracker, { step: 1 });
    expect((await readTracker(tracker)).stalledSince).toBeNull();
    const events = await eventsUpTo(creator, tracker.path, 'PROGRESS_RESUMED');
    expect(events.slice(-3).map(({ type, timestamp, details }) => [type, timestamp, details])).toEqual([
      ['PROGRESS_STALLED', new Date(Date.parse(stalledSince) + 60_000).toISOString(), { stalledSince }],
      ['PROGRESS_UPDATED', moved.body.reportedAt, { step: 1, previousStep: null }],
      ['PROGRESS_RESUMED', moved.body.reportedAt, { stalledSince }],
    ]);
    // And it can stall again.
    await timePasses(Date.parse(moved.body.reportedAt) + 60_000);
    expect((await messagesAbout(creator, tracker.id)).map(({ content }) => content.type)).toEqual([
      'PROGRESS_STALLED',
      'PROGRESS_STALLED',
    ]);
  },
);
