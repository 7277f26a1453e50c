import { describe, expect, test } from '@jest/globals';
import {
  ConflictError,
  Muster,
  NotFoundError,
  type Participant,
  type ProgressTracker,
  SyncPointCancelled,
  SyncPointEnded,
  SyncPointExpired,
  SyncPointFailed,
  type SyncPoint,
  WaitTimeoutError,
  TrackerFailed,
} from '../src/index.ts';
import { TurnedClock } from './support/turned-clock.ts';

/** What the service does with a request: it answers, after so many milliseconds, or the connection is lost. */
type Answer =
  | {
      readonly status: number;
      readonly body?: object;
      readonly headers?: Record<string, string>;
      readonly afterMs?: number;
    }
  | 'lost'
  | 'silence';

/** A client, and a service that gives these answers one by one, the last one for ever. */
function world(...answers: Answer[]) {
  const clock = new TurnedClock({ advancesItself: true });
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    asked.push(`${init.method} ${pathname.replace('/v1/', '')}${search}`);
    if (typeof init.body === 'string') bodies.push(JSON.parse(init.body));
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'lost';
    if (answer === 'lost') throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
    const signal = init.signal ?? undefined;
    // Nobody waits so long: a limit comes first.
    if (answer === 'silence') await clock.sleep(86_400_000, signal);
    else if (answer.afterMs !== undefined) await clock.sleep(answer.afterMs, signal);
    const { status, body, headers = {} } = answer as Exclude<Answer, string>;
    return Response.json(body ?? {}, { status, headers });
  };
  const muster = new Muster({ url: 'http://muster.test', token: 't', fetch: fetch }, clock);
  return { muster, clock, asked, bodies };
}

const point = (fields: Partial<SyncPoint> = {}): SyncPoint => ({
  id: 'nightly',
  name: 'Nightly',
  description: null,
  participants: ['ann', 'bob'],
  arrivedParticipants: [],
  failedParticipants: [],
  excusedParticipants: [],
  missingParticipants: ['ann', 'bob'],
  deadline: null,
  warnSeconds: null,
  whenLost: 'tell',
  createdAt: '2030-01-01T00:00:00.000Z',
  createdBy: 'ann',
  completedAt: null,
  endedAt: null,
  endedBy: null,
  endReason: null,
  metadata: null,
  version: 1,
  status: 'waiting',
  quorum: null,
  endWhen: 'decided',
  ...fields,
});

const ENDED = { version: 9, endedAt: '2030-01-01T00:01:00.000Z', endedBy: 'system', missingParticipants: [] };
const completed = point({ ...ENDED, status: 'completed' });

const participant = (agentId: string, fields: Partial<Participant> = {}): Participant => ({
  agentId,
  outcome: 'arrived',
  at: '2030-01-01T00:00:30.000Z',
  reason: null,
  ...fields,
});

const ok = (body: object, afterMs?: number): Answer => ({
  status: 200,
  body,
  ...(afterMs !== undefined && { afterMs }),
});
const problem = (status: number, code: string): Answer => ({ status, body: { code, detail: code } });
const page = (...items: Participant[]): Answer => ok({ items, nextCursor: null });
const both = page(participant('ann', { data: { tests: 212 } }), participant('bob'));

const POLL = 'GET sync-points/nightly?wait=20';
const PARTICIPANTS = 'GET sync-points/nightly/participants?limit=100';

describe('wait', () => {
  test('polls until the ending and returns the outcomes, and the data of those that arrived', async () => {
    const failed = participant('eve', { outcome: 'failed', data: 'why' });
    const proto = participant('__proto__', { data: 1 });
    const { muster, asked } = world(
      ok(point(), 20_000),
      ok(point({ version: 2 }), 20_000),
      ok(completed, 7_000),
      ok({ items: [participant('ann', { data: null }), failed], nextCursor: 'c' }),
      page(participant('bob'), proto),
    );

    const { syncPoint, participants, data } = await muster.syncPoints.wait('nightly');

    expect(syncPoint).toEqual(completed);
    expect(participants.map(({ agentId }) => agentId)).toEqual(['ann', 'eve', 'bob', '__proto__']);
    expect(Object.entries(data)).toEqual([
      ['ann', null],
      ['__proto__', 1],
    ]);
    expect(asked).toEqual([POLL, POLL, POLL, PARTICIPANTS, `${PARTICIPANTS}&cursor=c`]);
  });

  test('with `until` asks at once and at each version, and may return before the ending', async () => {
    const arrived = { version: 3, arrivedParticipants: ['ann'] };
    const { muster, asked } = world(ok(point()), ok(point({ version: 2 }), 5_000), ok(point(arrived), 5_000));
    const seen: number[] = [];

    const { syncPoint, participants, data } = await muster.syncPoints.wait('nightly', {
      until: ({ version, arrivedParticipants }) => {
        seen.push(version);
        return arrivedParticipants.includes('ann');
      },
      participants: false,
    });

    expect(syncPoint.status).toBe('waiting');
    expect([seen, participants, data]).toEqual([[1, 2, 3], [], {}]);
    expect(asked).toEqual(['GET sync-points/nightly?wait=0', `${POLL}&version=1`, `${POLL}&version=2`]);
  });

  test('that `until` holds is no error, whatever the ending; an ending before it is', async () => {
    const failed = point({ ...ENDED, status: 'failed' });
    const options = { participants: false };
    await expect(
      world(ok(failed)).muster.syncPoints.wait('nightly', { ...options, until: ({ status }) => status === 'failed' }),
    ).resolves.toMatchObject({ syncPoint: failed });
    await expect(
      world(ok(failed)).muster.syncPoints.wait('nightly', { ...options, until: () => false }),
    ).rejects.toBeInstanceOf(SyncPointFailed);
    await expect(
      world(ok(completed)).muster.syncPoints.wait('nightly', { ...options, until: () => false }),
    ).resolves.toMatchObject({ syncPoint: completed });
  });

  test('each other ending is thrown with a class of its own, a sentence, and the end', async () => {
    const thrown = async (fields: Partial<SyncPoint>, ...items: Participant[]): Promise<SyncPointEnded> => {
      const { muster } = world(ok(point({ ...ENDED, ...fields })), page(...items));
      const error: unknown = await muster.syncPoints.wait('nightly').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(SyncPointEnded);
      return error as SyncPointEnded;
    };

    const crashed = participant('ann', { outcome: 'failed', reason: 'The compiler crashed' });
    const full = participant('bob', { outcome: 'failed', reason: 'The disk is full' });
    const failed = await thrown(
      { status: 'failed', endReason: 'The compiler crashed', failedParticipants: ['ann', 'bob'] },
      crashed,
      full,
      participant('cy', { data: 3 }),
    );
    expect(failed).toBeInstanceOf(SyncPointFailed);
    expect(failed.name).toBe('SyncPointFailed');
    expect(failed.message).toBe(
      'Sync point nightly has failed: The compiler crashed (failed: ann, bob (The disk is full)).',
    );
    expect(failed.end).toMatchObject({ syncPoint: { status: 'failed' }, data: { cy: 3 } });

    const missingParticipants = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const expired = await thrown({ status: 'expired', missingParticipants });
    expect(expired).toBeInstanceOf(SyncPointExpired);
    expect(expired.message).toBe('Sync point nightly has expired (missing: a, b, c, d, e and 2 more).');

    const cancelled = await thrown({ status: 'cancelled', endedBy: 'ann', endReason: 'The release is off' });
    expect(cancelled).toBeInstanceOf(SyncPointCancelled);
    expect(cancelled.message).toBe('Sync point nightly was cancelled by ann: The release is off');
  });

  test('with `throwUnlessCompleted: false` returns every ending', async () => {
    const { muster } = world(ok(point({ ...ENDED, status: 'expired' })), both);
    const end = await muster.syncPoints.wait('nightly', { throwUnlessCompleted: false });
    expect([end.syncPoint.status, end.data]).toEqual(['expired', { ann: { tests: 212 } }]);
  });

  test('outlasts a service that is away for ten minutes: no answer, an empty one, an error', async () => {
    const down = Array.from({ length: 80 }, (_, index): Answer => (index % 2 === 0 ? 'lost' : { status: 503 }));
    const { muster, clock, asked } = world('silence', ...down, { status: 429 }, ok(completed), 'lost', both);

    const { data } = await muster.syncPoints.wait('nightly');

    expect(data).toEqual({ ann: { tests: 212 } });
    expect(asked).toHaveLength(1 + 80 + 1 + 1 + 2);
    expect(clock.elapsedMs).toBeGreaterThan(600_000);
    expect([clock.sleepers, clock.limits]).toEqual([0, 0]);
  });

  test('at its limit throws WaitTimeoutError, in the middle of a poll and while the service is away', async () => {
    const polling = world(ok(point({ missingParticipants: ['bob'] }), 20_000));
    const error: unknown = await polling.muster.syncPoints
      .wait('nightly', { timeout: 50_000 })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect((error as Error).message).toBe(
      'Sync point nightly: the wait has reached its limit of 50000 ms; it is waiting, missing: bob.',
    );
    expect(polling.clock.elapsedMs).toBe(50_000);

    const away = world('lost');
    await expect(away.muster.syncPoints.wait('nightly', { timeout: 50_000 })).rejects.toThrow(
      'the wait has reached its limit of 50000 ms.',
    );
    expect(away.clock.elapsedMs).toBeGreaterThan(49_000);
    expect(away.clock.elapsedMs).toBeLessThanOrEqual(50_000);
  });

  test('a Retry-After beyond its limit leaves a last attempt', async () => {
    const busy: Answer = { status: 503, headers: { 'retry-after': '30' } };
    const { muster, clock } = world(busy, ok(completed), both);
    await muster.syncPoints.wait('nightly', { timeout: 10_000 });
    expect(clock.elapsedMs).toBe(9_000);
  });

  test('can be aborted in a poll and in a pause, and rejects with the reason', async () => {
    for (const answers of [['silence'], ['lost'], [problem(404, 'sync-point.not-found')]] as const) {
      const { muster, clock } = world(...answers);
      const abort = new AbortController();
      clock.after(3_000, () => {
        abort.abort(new Error('enough'));
      });
      const wait = muster.syncPoints.wait('nightly', { signal: abort.signal, appearsWithinMs: 60_000 });
      await expect(wait).rejects.toThrow('enough');
    }
  });

  test('waits out for the stated time that it does not exist, and not at all by default', async () => {
    const missing = problem(404, 'sync-point.not-found');
    const appears = world(missing, missing, missing, ok(completed), both);
    await appears.muster.syncPoints.wait('nightly', { appearsWithinMs: 10_000 });
    expect(appears.clock.elapsedMs).toBe(3_000);

    const never = world(missing);
    const wait = never.muster.syncPoints.wait('nightly', { appearsWithinMs: 9_500 });
    await expect(wait).rejects.toBeInstanceOf(NotFoundError);
    expect(never.clock.elapsedMs).toBe(9_500);

    const byDefault = world(missing);
    await expect(byDefault.muster.syncPoints.wait('nightly')).rejects.toBeInstanceOf(NotFoundError);
    expect(byDefault.asked).toHaveLength(1);

    // Of a gateway: the url is wrong, and waiting helps nothing.
    const gateway = world({ status: 404, body: { message: 'Not Found' } });
    const misled = gateway.muster.syncPoints.wait('nightly', { appearsWithinMs: 10_000 });
    await expect(misled).rejects.toBeInstanceOf(NotFoundError);
    expect(gateway.asked).toHaveLength(1);
  });

  test('that it has been removed after it was seen is an error also while it may still appear', async () => {
    const { muster } = world(ok(point(), 20_000), problem(404, 'sync-point.not-found'));
    const wait = muster.syncPoints.wait('nightly', { appearsWithinMs: 3_600_000 });
    await expect(wait).rejects.toBeInstanceOf(NotFoundError);
  });

  test('asks at most once a second if polls are answered at once', async () => {
    const { muster, asked } = world(ok(point()));
    await expect(muster.syncPoints.wait('nightly', { timeout: 10_000 })).rejects.toBeInstanceOf(WaitTimeoutError);
    // At the start, after the first reading at once, and then each second before the limit.
    expect(asked).toHaveLength(1 + 10);
  });
});

describe('arriveAndWait', () => {
  const ARRIVE = 'POST sync-points/nightly/arrivals?wait=20';
  const arrived = (syncPoint: SyncPoint, afterMs = 0): Answer =>
    ok({ syncPointId: 'nightly', agentId: 'ann', repeated: false, status: syncPoint.status, syncPoint }, afterMs);

  test('arrives, waits with the same request, and goes on with polls', async () => {
    const { muster, asked, bodies } = world(arrived(point(), 20_000), ok(point(), 20_000), ok(completed), both);
    const { data } = await muster.syncPoints.arriveAndWait('nightly', { data: { tests: 212 } });
    expect(data).toEqual({ ann: { tests: 212 } });
    expect(asked).toEqual([ARRIVE, POLL, POLL, PARTICIPANTS]);
    expect(bodies).toEqual([{ data: { tests: 212 } }]);
  });

  test('repeats an arrival whose answer was lost, with the same data', async () => {
    const { muster, asked, bodies } = world('lost', 'silence', { status: 502 }, arrived(completed), both);
    await muster.syncPoints.arriveAndWait('nightly', { data: 1 });
    expect(asked).toEqual([ARRIVE, ARRIVE, ARRIVE, ARRIVE, PARTICIPANTS]);
    expect(bodies).toEqual([{ data: 1 }, { data: 1 }, { data: 1 }, { data: 1 }]);
  });

  test('arrives at what does not exist yet', async () => {
    const missing = problem(404, 'sync-point.not-found');
    const { muster, asked } = world(missing, missing, arrived(completed), both);
    await muster.syncPoints.arriveAndWait('nightly', { appearsWithinMs: 5_000 });
    expect(asked).toEqual([ARRIVE, ARRIVE, ARRIVE, PARTICIPANTS]);
  });

  test('that it ended before is decided by how', async () => {
    const quorum = world(problem(409, 'sync-point.not-waiting'), ok(completed), both);
    await expect(quorum.muster.syncPoints.arriveAndWait('nightly')).resolves.toMatchObject({ syncPoint: completed });
    const late = world(problem(409, 'sync-point.expired'), ok(point({ ...ENDED, status: 'expired' })), both);
    await expect(late.muster.syncPoints.arriveAndWait('nightly')).rejects.toBeInstanceOf(SyncPointExpired);
  });

  test('any other conflict is thrown', async () => {
    const { muster, asked } = world(problem(409, 'sync-point.arrived-otherwise'));
    await expect(muster.syncPoints.arriveAndWait('nightly', { data: 2 })).rejects.toBeInstanceOf(ConflictError);
    expect(asked).toHaveLength(1);
  });

  test('with `until` does not hold the arrival back', async () => {
    const { muster, asked } = world(arrived(point({ version: 2, arrivedParticipants: ['ann'] })));
    const until = ({ arrivedParticipants }: SyncPoint): boolean => arrivedParticipants.length >= 1;
    await muster.syncPoints.arriveAndWait('nightly', { until, participants: false });
    expect(asked).toEqual(['POST sync-points/nightly/arrivals?wait=0']);
  });
});

describe('trackers.wait', () => {
  const tracker = (fields: Partial<Record<keyof ProgressTracker, unknown>>): object => ({
    ...point(),
    id: 'import',
    status: 'active',
    percent: 0,
    ...fields,
  });

  test('polls as for sync points', async () => {
    const { muster, asked } = world(
      ok(tracker({}), 20_000),
      ok(tracker({ ...ENDED, status: 'completed' })),
      page(participant('ann', { data: 'rows' }), participant('bob', { outcome: 'excused' })),
    );
    const { tracker: ended, data } = await muster.trackers.wait('import');
    expect([ended.status, data]).toEqual(['completed', { ann: 'rows' }]);
    const read = 'GET progress-trackers/import';
    expect(asked).toEqual([`${read}?wait=20`, `${read}?wait=20`, `${read}/participants?limit=100`]);
  });

  test('throws the ending, waits out a missing tracker, and follows `until`', async () => {
    const failed = tracker({ ...ENDED, status: 'failed', failedParticipants: ['bob'] });
    const { muster } = world(problem(404, 'progress-tracker.not-found'), ok(failed), page());
    const error: unknown = await muster.trackers
      .wait('import', { appearsWithinMs: 2_000 })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TrackerFailed);
    expect((error as TrackerFailed).message).toBe('Progress tracker import has failed (failed: bob).');

    const half = world(ok(tracker({})), ok(tracker({ version: 2, percent: 50 }), 5_000), page());
    const end = await half.muster.trackers.wait('import', { until: ({ percent }) => percent >= 50 });
    expect(end.tracker.percent).toBe(50);
  });
});

describe('a handle', () => {
  test('has every method that takes an id, and no other', () => {
    const { muster } = world('lost');
    for (const [resource, handle] of [
      [muster.syncPoints, muster.syncPoint('nightly')],
      [muster.trackers, muster.tracker('import')],
    ] as const) {
      const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(resource));
      expect(Object.keys(handle)).toEqual(methods.filter((name) => !['constructor', 'create', 'list'].includes(name)));
    }
  });

  test('passes its id on', async () => {
    const { muster, asked, bodies } = world(ok({}));
    const nightly = muster.syncPoint('nightly');
    await nightly.arrive({ data: 1 });
    await nightly.participants({ outcome: 'failed' });
    await muster.tracker('import').report({ step: 1 });
    expect(asked).toEqual([
      'POST sync-points/nightly/arrivals',
      'GET sync-points/nightly/participants?outcome=failed',
      'POST progress-trackers/import/progress',
    ]);
    expect(bodies).toEqual([{ data: 1 }, { step: 1 }]);
    // @ts-expect-error -- it creates no other
    expect(nightly.create).toBeUndefined();
  });
});
