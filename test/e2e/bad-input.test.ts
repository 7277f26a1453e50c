import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
  agents,
  type Answer,
  daysAhead,
  expectProblem,
  freshId,
  HttpClient,
  type ListPage,
  nobody,
  pollUntil,
  type RawRequest,
  stackUrl,
} from '../support/http-client';

let creator: HttpClient;
let one: HttpClient;
let two: HttpClient;
let stranger: HttpClient;
/** A sync point and a tracker of `creator` with the participants `one` and `two`. */
let point: string;
let tracker: string;

beforeAll(async () => {
  [creator, one, two, stranger] = await agents(['creator', 'one', 'two', 'stranger']);
  const participants = [one.id, two.id];
  const created = await creator.post<{ id: string }>('/v1/sync-points', { name: 'm', participants });
  point = `/v1/sync-points/${created.body.id}`;
  const started = await creator.post<{ id: string }>('/v1/progress-trackers', {
    name: 't',
    totalSteps: 10,
    participants,
  });
  tracker = `/v1/progress-trackers/${started.body.id}`;
});

const INVALID = [422, 'request.invalid'] as const;
const long = (length: number): string => 'x'.repeat(length);
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `agent-${index}`);
const cursorOf = (text: string): string => Buffer.from(text).toString('base64url');

type Refused = readonly [name: string, request: RawRequest, status: number, code: string, ...pointers: string[]];

const validPoint = { name: 'm', participants: ['a', 'b'] };
const pointWith = (fields: object): RawRequest => ({ body: { ...validPoint, ...fields } });
const validTracker = { name: 't', totalSteps: 3 };
const trackerWith = (fields: object): RawRequest => ({ body: { ...validTracker, ...fields } });
const typed = (type: string): RawRequest => ({
  headers: { 'content-type': type },
  text: JSON.stringify(validPoint),
});

describe('creating a sync point refuses', () => {
  test.each<Refused>([
    ['what is not JSON', { text: '{"name": "m", ' }, 400, 'request.not-json'],
    ['a body of plain text', { ...typed('text/plain') }, 415, 'request.unsupported-media-type'],
    ['a form', { ...typed('application/x-www-form-urlencoded') }, 415, 'request.unsupported-media-type'],
    ['a body over 1 MiB', pointWith({ description: long(1024 * 1024) }), 413, 'request.too-large'],
    ['a list', { body: [] }, ...INVALID, '#'],
    ['no body', {}, ...INVALID, '#/name', '#/participants'],
    ['an unknown field', pointWith({ nmae: 'm' }), ...INVALID, '#/nmae'],
    ['an unknown field, a pointer escaped', pointWith({ 'a/b~c': 1 }), ...INVALID, '#/a~1b~0c'],
    ['no name', { body: { participants: ['a', 'b'] } }, ...INVALID, '#/name'],
    ['a name of 201 characters', pointWith({ name: long(201) }), ...INVALID, '#/name'],
    ['a blank name', pointWith({ name: ' ' }), ...INVALID, '#/name'],
    ['a name that is a number', pointWith({ name: 7 }), ...INVALID, '#/name'],
    ['a description of 2,001 characters', pointWith({ description: long(2_001) }), ...INVALID, '#/description'],
    ['one participant', pointWith({ participants: ['a'] }), ...INVALID, '#/participants'],
    ['duplicate participants', pointWith({ participants: ['a', 'b', 'a'] }), ...INVALID, '#/participants/2'],
    ['10,001 participants', pointWith({ participants: ids(10_001) }), ...INVALID, '#/participants'],
    ['a participant with a slash', pointWith({ participants: ['a', 'b/c'] }), ...INVALID, '#/participants/1'],
    ['the service as a participant', pointWith({ participants: ['a', 'system'] }), ...INVALID, '#/participants/1'],
    ['a participant that is null', pointWith({ participants: ['a', null] }), ...INVALID, '#/participants/1'],
    ['an id with a slash', pointWith({ id: 'a/b' }), ...INVALID, '#/id'],
    ['an id of 65 characters', pointWith({ id: long(65) }), ...INVALID, '#/id'],
    ['a deadline in the past', pointWith({ deadline: '2020-01-01T00:00:00Z' }), ...INVALID, '#/deadline'],
    ['a deadline that can’t be parsed', pointWith({ deadline: 'tomorrow' }), ...INVALID, '#/deadline'],
    ['a day that is none', pointWith({ deadline: '2031-02-30T00:00:00Z' }), ...INVALID, '#/deadline'],
    ['a deadline without a time zone', pointWith({ deadline: '2031-01-01T00:00:00' }), ...INVALID, '#/deadline'],
    ['a deadline as a number', pointWith({ deadline: 1_900_000_000 }), ...INVALID, '#/deadline'],
    ['a deadline 367 days ahead', pointWith({ deadline: daysAhead(367) }), ...INVALID, '#/deadline'],
    ['deadlineSeconds 0', pointWith({ deadlineSeconds: 0 }), ...INVALID, '#/deadlineSeconds'],
    ['deadlineSeconds 1.5', pointWith({ deadlineSeconds: 1.5 }), ...INVALID, '#/deadlineSeconds'],
    ['deadlineSeconds of 367 days', pointWith({ deadlineSeconds: 367 * 86_400 }), ...INVALID, '#/deadlineSeconds'],
    [
      'both kinds of deadline',
      pointWith({ deadline: daysAhead(1), deadlineSeconds: 60 }),
      ...INVALID,
      '#/deadlineSeconds',
    ],
    ['a quorum of nobody', pointWith({ quorum: 0 }), ...INVALID, '#/quorum'],
    ['a quorum of more than there are', pointWith({ quorum: 3 }), ...INVALID, '#/quorum'],
    ['an unknown endWhen', pointWith({ endWhen: 'never' }), ...INVALID, '#/endWhen'],
    ['warnSeconds 0', pointWith({ warnSeconds: 0 }), ...INVALID, '#/warnSeconds'],
    ['metadata over 16 KiB', pointWith({ metadata: { text: long(16 * 1024) } }), ...INVALID, '#/metadata'],
    ['metadata that is a list', pointWith({ metadata: [] }), ...INVALID, '#/metadata'],
    [
      'three wrong places, all of which it names',
      { body: { name: '', participants: ['a'], x: 1 } },
      ...INVALID,
      '#/name',
      '#/participants',
      '#/x',
    ],
    [
      'an idempotency key with a space',
      { body: validPoint, headers: { 'idempotency-key': 'a b' } },
      ...INVALID,
      '#/idempotency-key',
    ],
    [
      'an idempotency key of 256 characters',
      { body: validPoint, headers: { 'idempotency-key': long(256) } },
      ...INVALID,
      '#/idempotency-key',
    ],
  ])('%s', async (_name, request, status, code, ...pointers) => {
    expectProblem(await creator.send('POST', '/v1/sync-points', request), status, code, ...pointers);
  });
});

describe('creating a progress tracker refuses', () => {
  test.each<Refused>([
    ['what is not JSON', { text: 'totalSteps=3' }, 400, 'request.not-json'],
    ['a body of plain text', { ...typed('text/plain') }, 415, 'request.unsupported-media-type'],
    ['a body over 1 MiB', trackerWith({ description: long(1024 * 1024) }), 413, 'request.too-large'],
    ['no totalSteps', { body: { name: 't' } }, ...INVALID, '#/totalSteps'],
    ['totalSteps 0', trackerWith({ totalSteps: 0 }), ...INVALID, '#/totalSteps'],
    ['totalSteps -1', trackerWith({ totalSteps: -1 }), ...INVALID, '#/totalSteps'],
    ['totalSteps 1.5', trackerWith({ totalSteps: 1.5 }), ...INVALID, '#/totalSteps'],
    ['totalSteps "3"', trackerWith({ totalSteps: '3' }), ...INVALID, '#/totalSteps'],
    ['totalSteps over a billion', trackerWith({ totalSteps: 1_000_000_001 }), ...INVALID, '#/totalSteps'],
    ['totalSteps null', trackerWith({ totalSteps: null }), ...INVALID, '#/totalSteps'],
    ['no name', { body: { totalSteps: 3 } }, ...INVALID, '#/name'],
    ['an unknown field', trackerWith({ quorum: 1 }), ...INVALID, '#/quorum'],
    ['a deadline in the past', trackerWith({ deadline: '2020-01-01T00:00:00Z' }), ...INVALID, '#/deadline'],
    ['stallSeconds 0', trackerWith({ stallSeconds: 0 }), ...INVALID, '#/stallSeconds'],
    ['stallSeconds over 30 days', trackerWith({ stallSeconds: 30 * 86_400 + 1 }), ...INVALID, '#/stallSeconds'],
    ['duplicate participants', trackerWith({ participants: ['a', 'a'] }), ...INVALID, '#/participants/1'],
    ['10,001 participants', trackerWith({ participants: ids(10_001) }), ...INVALID, '#/participants'],
    ['an unknown completeWhen', trackerWith({ completeWhen: 'nobody' }), ...INVALID, '#/completeWhen'],
    ['everyone of nobody', trackerWith({ completeWhen: 'everyone' }), ...INVALID, '#/participants'],
    ['monotonic "yes"', trackerWith({ monotonic: 'yes' }), ...INVALID, '#/monotonic'],
    ['metadata over 16 KiB', trackerWith({ metadata: { text: long(16 * 1024) } }), ...INVALID, '#/metadata'],
    ['an id with a slash', trackerWith({ id: 'a/b' }), ...INVALID, '#/id'],
  ])('%s', async (_name, request, status, code, ...pointers) => {
    expectProblem(await creator.send('POST', '/v1/progress-trackers', request), status, code, ...pointers);
  });
});

describe('registering an agent refuses', () => {
  test.each<Refused>([
    ['what is not JSON', { text: '"name' }, 400, 'request.not-json'],
    ['an id with a slash', { body: { id: 'a/b', name: 'x' } }, ...INVALID, '#/id'],
    ['a reserved id', { body: { id: 'system', name: 'x' } }, ...INVALID, '#/id'],
    ['an id of the service', { body: { id: 'muster:x', name: 'x' } }, ...INVALID, '#/id'],
    ['a role', { body: { name: 'x', role: 'admin' } }, ...INVALID, '#/role'],
    ['a token of one’s own', { body: { name: 'x', token: long(64) } }, ...INVALID, '#/token'],
    ['a name of 201 characters', { body: { name: long(201) } }, ...INVALID, '#/name'],
    ['metadata over 16 KiB', { body: { name: 'x', metadata: { text: long(16_384) } } }, ...INVALID, '#/metadata'],
  ])('%s', async (_name, request, status, code, ...pointers) => {
    expectProblem(await admin().send('POST', '/v1/agents', request), status, code, ...pointers);
  });

  test('a change of nothing', async () => {
    expectProblem(await creator.patch(`/v1/agents/${creator.id}`, {}), ...INVALID, '#');
    expectProblem(await creator.patch(`/v1/agents/${creator.id}`, { name: 'n', id: 'x' }), ...INVALID, '#/id');
  });
});

describe('at a sync point', () => {
  test.each<readonly [method: string, suffix: string, ...Refused]>([
    ['POST', '/arrivals', 'data of 65 KiB', { body: { data: long(65 * 1024) } }, ...INVALID, '#/data'],
    ['POST', '/arrivals', 'an unknown field', { body: { agentId: 'two' } }, ...INVALID, '#/agentId'],
    ['POST', '/arrivals', 'what is not JSON', { text: '{data: 1}' }, 400, 'request.not-json'],
    ['POST', '/arrivals', 'another content type', typed('text/csv'), 415, 'request.unsupported-media-type'],
    ['POST', '/arrivals?wait=21', 'wait=21', { body: {} }, ...INVALID, '#/wait'],
    ['POST', '/arrivals?wait=-1', 'wait=-1', { body: {} }, ...INVALID, '#/wait'],
    ['POST', '/arrivals?wiat=1', 'an unknown query field', { body: {} }, ...INVALID, '#/wiat'],
    ['GET', '?wait=21', 'wait=21', {}, ...INVALID, '#/wait'],
    ['GET', '?wait=soon', 'wait=soon', {}, ...INVALID, '#/wait'],
    ['GET', '?x=1', 'an unknown query field', {}, ...INVALID, '#/x'],
    ['GET', '?wait=1&version=-1', 'version=-1', {}, ...INVALID, '#/version'],
    ['GET', '?wait=1&version=1.0', 'version=1.0', {}, ...INVALID, '#/version'],
    ['GET', '/participants?outcome=late', 'an unknown outcome', {}, ...INVALID, '#/outcome'],
    ['POST', '/failures', 'data of 65 KiB', { body: { data: long(65 * 1024) } }, ...INVALID, '#/data'],
    ['POST', '/failures', 'a reason of 2,001 characters', { body: { reason: long(2_001) } }, ...INVALID, '#/reason'],
    ['POST', '/failures', 'an unknown field', { body: { agentId: 'two' } }, ...INVALID, '#/agentId'],
    ['POST', '/excuses', 'nobody', { body: {} }, ...INVALID, '#/agentId'],
    ['POST', '/excuses', 'who takes no part', { body: { agentId: 'nobody' } }, ...INVALID, '#/agentId'],
    ['POST', '/excuses', 'an unknown field', { body: { agentId: 'two', data: 1 } }, ...INVALID, '#/data'],
    ['PATCH', '', 'no deadline', { body: {} }, ...INVALID, '#'],
    ['PATCH', '', 'a deadline in the past', { body: { deadline: '2020-01-01T00:00:00Z' } }, ...INVALID, '#/deadline'],
    ['PATCH', '', 'a deadline too far ahead', { body: { deadline: daysAhead(367) } }, ...INVALID, '#/deadline'],
    ['PATCH', '', 'another field', { body: { deadline: daysAhead(1), name: 'n' } }, ...INVALID, '#/name'],
    ['POST', '/cancel', 'a reason of 2,001 characters', { body: { reason: long(2_001) } }, ...INVALID, '#/reason'],
    ['POST', '/complete', 'a reason that is a list', { body: { reason: [] } }, ...INVALID, '#/reason'],
    ['POST', '/complete', 'an unknown field', { body: { raeson: '' } }, ...INVALID, '#/raeson'],
  ])('%s %s refuses %s', async (method, suffix, _name, request, status, code, ...pointers) => {
    // Arriving and failing are for a participant, the rest for the creator.
    const client = /^\/(arrivals|failures)/.test(suffix) ? one : creator;
    expectProblem(await client.send(method, point + suffix, request), status, code, ...pointers);
  });

  test('nothing of that changed it', async () => {
    const read = await creator.get(point);
    expect(read.body).toMatchObject({ status: 'waiting', arrivedParticipants: [], deadline: null });
  });
});

describe('a report', () => {
  const report = (body: unknown): Promise<Answer> => one.post(`${tracker}/progress`, body);

  test.each<readonly [name: string, body: unknown, ...pointers: string[]]>([
    ['step -1', { step: -1 }, '#/step'],
    ['step 1.5', { step: 1.5 }, '#/step'],
    ['step totalSteps + 1', { step: 11 }, '#/step'],
    ['step "3"', { step: '3' }, '#/step'],
    ['step null', { step: null }, '#/step'],
    ['no step', {}, '#/step'],
    ['step 1,000,000,001', { step: 1_000_000_001 }, '#/step'],
    ['ifStep -1', { step: 1, ifStep: -1 }, '#/ifStep'],
    ['ifStep "0"', { step: 1, ifStep: '0' }, '#/ifStep'],
    ['data of 65 KiB', { step: 1, data: long(65 * 1024) }, '#/data'],
    ['an unknown field', { step: 1, agentId: 'two' }, '#/agentId'],
  ])('%s is refused', async (_name, body, ...pointers) => {
    expectProblem(await report(body), ...INVALID, ...pointers);
    // Of the overall step likewise.
    expectProblem(await creator.post(`${tracker}/progress`, body), ...INVALID, ...pointers);
  });

  test('that is not JSON, or of another type, is refused', async () => {
    const path = `${tracker}/progress`;
    expectProblem(await one.send('POST', path, { text: 'step' }), 400, 'request.not-json');
    expectProblem(await one.send('POST', path, typed('text/plain')), 415, 'request.unsupported-media-type');
  });

  test('with the wrong ifStep is 409 and tells the actual step', async () => {
    const refused = await report({ step: 2, ifStep: 1, data: 'lost' });
    expectProblem(refused, 409, 'progress-tracker.step-mismatch');
    expect(refused.body['actualStep']).toBe(0);
    expectProblem(
      await creator.post(`${tracker}/progress`, { step: 2, ifStep: 1 }),
      409,
      'progress-tracker.step-mismatch',
    );
  });

  test('by a stranger is 404, by an admin without part 403', async () => {
    const body = { step: 1, data: 'x' };
    expectProblem(await stranger.post(`${tracker}/progress`, body), 404, 'progress-tracker.not-found');
    expectProblem(await admin().post(`${tracker}/progress`, body), 403, 'progress-tracker.not-participant');
    const missing = `/v1/progress-trackers/${freshId('missing')}/progress`;
    expectProblem(await one.post(missing, body), 404, 'progress-tracker.not-found');
  });

  test('nothing of that changed the tracker', async () => {
    const read = await creator.get(tracker);
    expect(read.body).toMatchObject({ currentStep: 0, participantProgress: { [one.id]: 0 }, lastProgressAt: null });
    expect(await creator.all(`${tracker}/reports`)).toEqual([]);
  });

  test('on a cancelled tracker is 409 with what has become of it', async () => {
    const created = await creator.post<{ id: string }>('/v1/progress-trackers', {
      ...validTracker,
      participants: [one.id],
    });
    const path = `/v1/progress-trackers/${created.body.id}`;
    const cancelled = await creator.post(`${path}/cancel`, { reason: 'over' });
    for (const client of [one, creator]) {
      const refused = await client.post(`${path}/progress`, { step: 1, data: 'late' });
      expectProblem(refused, 409, 'progress-tracker.not-active');
      expect(refused.body['progressTracker']).toEqual(cancelled.body);
    }
    expect(await creator.all(`${path}/reports`)).toEqual([]);
  });
});

describe('a tracker refuses', () => {
  test.each<readonly [method: string, suffix: string, RawRequest, ...pointers: string[]]>([
    ['GET', '?wait=21', {}, '#/wait'],
    ['GET', '?wat=1', {}, '#/wat'],
    ['POST', '/cancel', { body: { reason: long(2_001) } }, '#/reason'],
    ['POST', '/cancel', { body: { why: '' } }, '#/why'],
    ['PATCH', '', { body: {} }, '#'],
    ['PATCH', '', { body: { totalSteps: 0 } }, '#/totalSteps'],
    ['PATCH', '', { body: { deadline: null, deadlineSeconds: 60 } }, '#/deadlineSeconds'],
    ['PATCH', '', { body: { deadline: '2020-01-01T00:00:00Z' } }, '#/deadline'],
    ['PATCH', '', { body: { totalSteps: 20, name: 'n' } }, '#/name'],
    ['POST', '/excuses', { body: { agentId: 'nobody' } }, '#/agentId'],
    ['POST', '/failures', { body: { step: 1 } }, '#/step'],
    ['GET', '/participants?outcome=late', {}, '#/outcome'],
  ])('%s %s', async (method, suffix, request, ...pointers) => {
    expectProblem(await creator.send(method, tracker + suffix, request), ...INVALID, ...pointers);
  });
});

describe('lists', () => {
  const lists: readonly [string, () => string][] = [
    ['agents', () => '/v1/agents'],
    ['sync points', () => '/v1/sync-points'],
    ['arrivals', () => `${point}/arrivals`],
    ['participants of a sync point', () => `${point}/participants`],
    ['events of a sync point', () => `${point}/events`],
    ['progress trackers', () => '/v1/progress-trackers'],
    ['reports', () => `${tracker}/reports`],
    ['participants of a tracker', () => `${tracker}/participants`],
    ['events of a tracker', () => `${tracker}/events`],
    ['inbox', () => '/v1/inbox'],
  ];

  test.each(lists)('of %s: wrong limits, unknown query fields, forged cursors', async (_name, pathOf) => {
    const path = pathOf();
    const ask = (query: string): Promise<Answer> => admin().get(`${path}?${query}`);
    for (const limit of ['0', '-1', '101', '1.5', 'ten']) {
      expectProblem(await ask(`limit=${limit}`), ...INVALID, '#/limit');
    }
    expectProblem(await ask('limti=1'), ...INVALID, '#/limti');
    for (const cursor of [
      'x',
      cursorOf('null'),
      cursorOf('["AAAAAAAAAAAA","SP#1"]'),
      cursorOf('{"pk":"INBOX#someone","sk":"MESSAGE#0"}'),
      long(2_049),
    ]) {
      expectProblem(await ask(`cursor=${cursor}`), ...INVALID, '#/cursor');
    }
  });

  test('refuse unknown states, roles and flags', async () => {
    expectProblem(await one.get('/v1/sync-points?status=open'), ...INVALID, '#/status');
    expectProblem(await one.get('/v1/sync-points?status=waiting&status=open'), ...INVALID, '#/status/1');
    expectProblem(await one.get('/v1/sync-points?role=creator&role=participant'), ...INVALID, '#/role');
    expectProblem(await one.get('/v1/sync-points?all=yes'), ...INVALID, '#/all');
    expectProblem(await one.get('/v1/sync-points?role=admin'), ...INVALID, '#/role');
    expectProblem(await one.get('/v1/sync-points?agentId=a/b'), ...INVALID, '#/agentId');
    expectProblem(await one.get('/v1/progress-trackers?status=waiting'), ...INVALID, '#/status');
    expectProblem(await one.get('/v1/inbox?unacknowledged=yes'), ...INVALID, '#/unacknowledged');
    expectProblem(await one.get('/v1/inbox?wait=21'), ...INVALID, '#/wait');
  });

  test('a cursor of one agent’s inbox or list gives another nothing', async () => {
    for (let count = 0; count < 2; count++) {
      await creator.post('/v1/sync-points', { name: 'm', participants: [one.id, two.id] });
    }
    const path = '/v1/inbox?limit=1';
    const page = await pollUntil(
      () => one.get<ListPage<unknown>>(path),
      (answer) => answer.body.nextCursor !== null,
    );
    expectProblem(await stranger.get(`${path}&cursor=${page.body.nextCursor ?? ''}`), ...INVALID, '#/cursor');
  });
});

describe('routes', () => {
  test.each<readonly [method: string, path: string, allow: string]>([
    ['DELETE', '/v1/sync-points', 'GET, POST'],
    ['PUT', '/v1/sync-points/x', 'GET, PATCH'],
    ['GET', '/v1/sync-points/x/cancel', 'POST'],
    ['PATCH', '/v1/sync-points/x/arrivals', 'GET, POST'],
    ['PUT', '/v1/progress-trackers/x/progress', 'POST'],
    ['DELETE', '/v1/inbox', 'GET'],
    ['GET', '/v1/inbox/x/ack', 'POST'],
    ['POST', '/v1/me', 'GET'],
    ['POST', '/v1/me/presence', 'PUT, DELETE'],
    ['POST', '/v1/health', 'GET'],
    ['PUT', '/v1/agents/x', 'GET, PATCH, DELETE'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const answer = await one.send(method, path, method === 'GET' ? {} : { body: {} });
    expectProblem(answer, 405, 'route.method-not-allowed');
    const allowed = answer.headers.get('allow')?.split(', ') ?? [];
    expect(allowed.sort()).toEqual(allow.split(', ').sort());
  });

  test.each(['/v1', '/v2/sync-points', '/v1/sync-point', '/v1/sync-points/x/y', '/v1/sync-points/', '/etc/passwd'])(
    '%s is 404',
    async (path) => {
      expectProblem(await one.get(path), 404, 'route.not-found');
      expectProblem(await nobody().post(path, {}), 404, 'route.not-found');
    },
  );

  test.each(['a%20b', long(65), '%C3%A9', 'a%0Ab', '%00', '__proto__'])('the id %s is refused', async (id) => {
    expectProblem(await one.get(`/v1/sync-points/${id}`), ...INVALID, '#/id');
    expectProblem(await one.get(`/v1/progress-trackers/${id}/reports`), ...INVALID, '#/id');
    expectProblem(await one.post(`/v1/inbox/${id}/ack`), ...INVALID, '#/messageId');
  });

  test.each(['/v1/health', '/docs', '/docs/errors', '/openapi.json', '/'])(
    'HEAD %s is its GET without a body',
    async (path) => {
      const [head, get] = [await one.send('HEAD', path), await one.get(path)];
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    },
  );

  test.each(['%23', '%23b', '%3F', '%3Fwait=1', '%00', '%20', '%25'])(
    'an id followed by %s is not the id without it',
    async (more) => {
      expectProblem(await one.get(point + more), ...INVALID, '#/id');
      expectProblem(await one.get(tracker + more), ...INVALID, '#/id');
      expectProblem(await one.get(`/v1/agents/${one.id}${more}`), ...INVALID, '#/agentId');
    },
  );
});

describe('tokens', () => {
  const guarded = (): [method: string, path: string][] => [
    ['GET', '/v1/me'],
    ['PUT', '/v1/me/presence'],
    ['DELETE', '/v1/me/presence'],
    ['GET', '/v1/agents'],
    ['POST', '/v1/agents'],
    ['GET', `/v1/agents/${one.id}`],
    ['PATCH', `/v1/agents/${one.id}`],
    ['DELETE', `/v1/agents/${one.id}`],
    ['POST', `/v1/agents/${one.id}/reactivate`],
    ['POST', `/v1/agents/${one.id}/tokens`],
    ['DELETE', `/v1/agents/${one.id}/tokens/x`],
    ['POST', '/v1/sync-points'],
    ['GET', '/v1/sync-points'],
    ['GET', point],
    ['PATCH', point],
    ['POST', `${point}/arrivals`],
    ['GET', `${point}/arrivals`],
    ['POST', `${point}/complete`],
    ['POST', `${point}/cancel`],
    ['POST', `${point}/fail`],
    ['POST', `${point}/failures`],
    ['POST', `${point}/excuses`],
    ['GET', `${point}/participants`],
    ['GET', `${point}/events`],
    ['POST', '/v1/progress-trackers'],
    ['GET', '/v1/progress-trackers'],
    ['GET', tracker],
    ['PATCH', tracker],
    ['POST', `${tracker}/progress`],
    ['GET', `${tracker}/reports`],
    ['POST', `${tracker}/complete`],
    ['POST', `${tracker}/cancel`],
    ['POST', `${tracker}/fail`],
    ['POST', `${tracker}/failures`],
    ['POST', `${tracker}/excuses`],
    ['GET', `${tracker}/participants`],
    ['GET', `${tracker}/events`],
    ['GET', '/v1/inbox'],
    ['POST', '/v1/inbox/x/ack'],
  ];

  test('no route works without one, or with one that nobody has', async () => {
    const forger = new HttpClient(stackUrl(), 'forger', `muster_${long(43)}`);
    for (const [method, path] of guarded()) {
      // The gateway itself answers where there is no token; its body is its own in AWS.
      const none = await nobody().send(method, path);
      expect([path, none.status]).toEqual([path, 401]);
      expectProblem(await forger.send(method, path), 401, 'auth.bad-token');
    }
  });

  test('the public routes need none', async () => {
    const health = await nobody().get('/v1/health');
    expect([health.status, health.body['status']]).toEqual([200, 'ok']);
    const document = await nobody().get('/openapi.json');
    expect([document.status, document.body['openapi']]).toEqual([200, '3.1.0']);
    for (const path of ['/docs', '/docs/errors', '/']) {
      const page = await nobody().get(path);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    }
  });

  test('another agent’s token opens nothing of this one’s', async () => {
    for (const [method, path] of guarded().filter(([, path]) => path.startsWith(point) || path.startsWith(tracker))) {
      const body = path.endsWith('/progress')
        ? { step: 1 }
        : path.endsWith('/excuses')
          ? { agentId: one.id }
          : method === 'PATCH'
            ? { deadline: daysAhead(1) }
            : undefined;
      const code = path.startsWith(point) ? 'sync-point.not-found' : 'progress-tracker.not-found';
      expectProblem(await stranger.send(method, path, { body }), 404, code);
    }
  });

  test('a deactivated agent’s are refused on every route', async () => {
    const [leaver] = await agents(['leaver']);
    expect((await admin().delete(`/v1/agents/${leaver.id}`)).status).toBe(204);
    await pollUntil(
      () => leaver.get('/v1/me'),
      (answer) => answer.status === 401,
      { limitMs: 10_000 },
    );
    for (const [method, path] of guarded()) expectProblem(await leaver.send(method, path), 401, 'auth.bad-token');
  });
});
