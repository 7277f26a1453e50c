import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
  type ArrivalAnswer,
  countBy,
  type CreatedSyncPoint,
  type CreatedTracker,
  type EventView,
  type HttpClient,
  idsOf,
  IN_FLIGHT,
  inFlight,
  manyAgents,
  messageTypes,
  pollUntil,
  type Report,
  type ReportAnswer,
  sizeFrom,
  type SyncPointView,
  type TrackerView,
} from '../support/http-client';

/** Smaller against an emulator that starts a process for every request under way. */
const LARGEST = sizeFrom('MUSTER_TEST_HERD', 1_000);
const SIZES = [2, 20, 200, LARGEST].filter((size, index, sizes) => size <= LARGEST && sizes.indexOf(size) === index);
const FINISHERS = Math.min(200, LARGEST);
/** Dispatching and delivering for a thousand on a busy laptop. */
const PATIENT = { limitMs: 90_000, everyMs: 250 };
/** Registering them all is most of it. */
const LIMIT_MS = 180_000;

let everyone: HttpClient[];

beforeAll(async () => {
  everyone = await manyAgents(LARGEST, 'herd');
}, LIMIT_MS);

/** All at once, as far as IN_FLIGHT goes. */
const together = <Output>(
  clients: readonly HttpClient[],
  work: (client: HttpClient, index: number) => Promise<Output>,
): Promise<Output[]> => inFlight(IN_FLIGHT, clients, work);

describe.each(SIZES)('a sync point of %d participants', (count) => {
  test(
    'completes once when all arrive together, and everyone is told once',
    async () => {
      const participants = everyone.slice(0, count);
      const created = await admin().post<CreatedSyncPoint>('/v1/sync-points', {
        name: `herd of ${count}`,
        participants: idsOf(participants),
      });
      expect([created.status, created.body.warnings]).toEqual([201, undefined]);
      const { id } = created.body;
      const path = `/v1/sync-points/${id}`;

      const arrivals = await together(participants, (agent) => agent.post<ArrivalAnswer>(`${path}/arrivals`, {}));

      expect(countBy(arrivals, (answer) => `${answer.status} repeated: ${answer.body.repeated}`)).toEqual({
        '201 repeated: false': count,
      });
      // Who filled a page last looks at the others; two that fill the last two pages at once may both see all filled.
      expect(arrivals.filter(({ body }) => body.status === 'completed').length).toBeGreaterThanOrEqual(1);
      const ended = (await admin().get<SyncPointView>(path)).body;
      const lastAt = arrivals
        .map(({ body }) => body.arrivedAt)
        .sort()
        .at(-1);
      expect(ended).toMatchObject({ status: 'completed', completedAt: lastAt, endedBy: 'system' });
      expect([...ended.arrivedParticipants].sort()).toEqual(idsOf(participants).sort());

      const told = await together(participants, (agent) => messageTypes(agent, id, 2, PATIENT));
      expect(countBy(told, (types) => types.join())).toEqual({ 'SYNC_POINT_NOTIFICATION,SYNC_POINT_COMPLETED': count });

      const events = await pollUntil(
        () => admin().all<EventView>(`${path}/events`),
        (found) => found.length >= count + 2,
        PATIENT,
      );
      expect(countBy(events, ({ type }) => type)).toEqual({
        SYNC_POINT_CREATED: 1,
        AGENT_ARRIVED: count,
        SYNC_POINT_COMPLETED: 1,
      });
      const arrived = events.filter(({ type }) => type === 'AGENT_ARRIVED').map(({ agentId }) => agentId);
      expect(arrived.sort()).toEqual(idsOf(participants).sort());
      expect([events[0]?.type, events.at(-1)?.type]).toEqual(['SYNC_POINT_CREATED', 'SYNC_POINT_COMPLETED']);
    },
    LIMIT_MS,
  );
});

test(
  `${LARGEST} participants of a tracker report at once and none is lost`,
  async () => {
    const created = await admin().post<CreatedTracker>('/v1/progress-trackers', {
      name: 'herd',
      totalSteps: 1_000_000,
      participants: idsOf(everyone),
    });
    expect(created.status).toBe(201);
    const path = `/v1/progress-trackers/${created.body.id}`;
    const stepOf = (index: number): number => index + 1;

    const answers = await together(everyone, (agent, index) =>
      agent.post<ReportAnswer>(`${path}/progress`, { step: stepOf(index), data: { from: agent.id } }),
    );

    expect(countBy(answers, (answer) => String(answer.status))).toEqual({ 200: LARGEST });
    const read = (await admin().get<TrackerView>(path)).body;
    const expected = Object.fromEntries(everyone.map((agent, index) => [agent.id, stepOf(index)]));
    expect(read.participantProgress).toEqual(expected);
    // Each can be read as soon as it has been answered, before the log has it.
    const reports = await admin().all<Report>(`${path}/reports`);
    expect(Object.fromEntries(reports.map((report) => [report.agentId, report.step]))).toEqual(expected);
    expect(reports.filter(({ agentId, data }) => (data as { from: string }).from !== agentId)).toEqual([]);
    expect(reports).toHaveLength(LARGEST);

    const events = await pollUntil(
      () => admin().all<EventView>(`${path}/events`),
      (found) => found.length > LARGEST,
      PATIENT,
    );
    expect(countBy(events, ({ type }) => type)).toEqual({ PROGRESS_TRACKER_CREATED: 1, PROGRESS_UPDATED: LARGEST });
    expect(new Set(events.map(({ id }) => id)).size).toBe(LARGEST + 1);
  },
  LIMIT_MS,
);

test(
  `${FINISHERS} that finish a tracker at once complete it exactly once`,
  async () => {
    const participants = everyone.slice(0, FINISHERS);
    const created = await admin().post<CreatedTracker>('/v1/progress-trackers', {
      name: 'finish',
      totalSteps: 3,
      completeWhen: 'everyone',
      participants: idsOf(participants),
    });
    const { id } = created.body;
    const path = `/v1/progress-trackers/${id}`;

    const answers = await together(participants, (agent) => agent.post<ReportAnswer>(`${path}/progress`, { step: 3 }));

    expect(countBy(answers, (answer) => String(answer.status))).toEqual({ 200: FINISHERS });
    expect(answers.some(({ body }) => body.status === 'completed')).toBe(true);
    const ended = (await admin().get<TrackerView>(path)).body;
    expect(ended).toMatchObject({ status: 'completed', percent: 100, endedBy: 'system' });
    expect(ended.arrivedParticipants).toHaveLength(FINISHERS);

    const told = await together(participants, (agent) => messageTypes(agent, id, 2, PATIENT));
    expect(countBy(told, (types) => types.join())).toEqual({
      'PROGRESS_TRACKER_NOTIFICATION,PROGRESS_UPDATE_NOTIFICATION': FINISHERS,
    });
    const events = await pollUntil(
      () => admin().all<EventView>(`${path}/events`),
      (found) => found.length >= FINISHERS + 2,
      PATIENT,
    );
    expect(countBy(events, ({ type }) => type)).toEqual({
      PROGRESS_TRACKER_CREATED: 1,
      PROGRESS_UPDATED: FINISHERS,
      PROGRESS_TRACKER_COMPLETED: 1,
    });
  },
  LIMIT_MS,
);
