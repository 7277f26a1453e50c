import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiHandler } from '../../lib/http/app';
import { encodeCursor } from '../../lib/table/cursor';
import { callHandler, type GatewayAnswer, type GatewayRequest } from '../support/gateway-event';
import { createTestTable } from '../support/test-table';
import { admin, agent } from '../support/world';

/** The functions as they are deployed, fed with the gateway's events: they read their settings when they are loaded. */
const functions = new Map<string, ApiHandler>();
let id: string;

beforeAll(async () => {
  const table = await createTestTable();
  Object.assign(process.env, {
    TABLE_NAME: table.name,
    AGENT_DIRECTORY: 'false',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const load = async (name: string, module: Promise<{ handler: unknown }>): Promise<void> => {
    functions.set(name, (await module).handler as ApiHandler);
  };
  await load('agents', import('../../functions/serve-agents'));
  await load('sync-points', import('../../functions/serve-sync-points'));
  await load('inbox', import('../../functions/serve-inbox'));
  await load('public', import('../../functions/serve-public'));
  const created = await call('sync-points', { method: 'POST', path: '/v1/sync-points', body: valid });
  expect(created.status).toBe(201);
  id = String(created.json['id']);
});

const valid = { name: 'm', participants: ['creator', 'b'] };

async function call(name: string, request: GatewayRequest): Promise<GatewayAnswer> {
  const handler = functions.get(name);
  if (!handler) throw new Error(`no function ${name}`);
  return callHandler(handler, { authorizer: agent('creator'), ...request });
}

const daysAhead = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const pointersOf = (answer: GatewayAnswer): string[] =>
  ((answer.json['errors'] ?? []) as { pointer: string }[]).map((violation) => violation.pointer);

interface Expected {
  readonly status: number;
  readonly code: string;
  readonly pointers?: readonly string[];
}
const unprocessable = (...pointers: string[]): Expected => ({ status: 422, code: 'request.invalid', pointers });

async function expectProblem(name: string, request: GatewayRequest, expected: Expected): Promise<void> {
  const answer = await call(name, request);
  expect({ status: answer.status, code: answer.json['code'], pointers: pointersOf(answer) }).toEqual({
    pointers: [],
    ...expected,
  });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json).toMatchObject({
    type: `/docs/errors#${expected.code}`,
    status: expected.status,
    instance: request.path.split('?')[0],
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(answer.text).not.toMatch(/node_modules|\bat ([\w.<>]+ )*\(?[^\s"]*:\d+:\d+/);
}

const long = (length: number): string => 'x'.repeat(length);

describe('creating a sync point refuses', () => {
  test.each<[string, unknown, Expected]>([
    ['what is not JSON', '{"name": ', { status: 400, code: 'request.not-json' }],
    ['an array', [], unprocessable('#')],
    ['null', 'null', unprocessable('#')],
    ['an unknown field', { ...valid, nmae: 'm' }, unprocessable('#/nmae')],
    ['an unknown field with a slash and a tilde', { ...valid, 'a/b~c': 1 }, unprocessable('#/a~1b~0c')],
    ['no name', { participants: valid.participants }, unprocessable('#/name')],
    ['a name of another type', { ...valid, name: 1 }, unprocessable('#/name')],
    ['a blank name', { ...valid, name: ' \t' }, unprocessable('#/name')],
    ['a name of 201 characters', { ...valid, name: long(201) }, unprocessable('#/name')],
    ['half a character', '{"name":"\\ud800","participants":["a","b"]}', unprocessable('#/name')],
    ['a description of 2,001 characters', { ...valid, description: long(2_001) }, unprocessable('#/description')],
    ['one participant', { ...valid, participants: ['a'] }, unprocessable('#/participants')],
    ['a participant twice', { ...valid, participants: ['a', 'b', 'a'] }, unprocessable('#/participants/2')],
    ['a participant with a slash', { ...valid, participants: ['a', 'b/c'] }, unprocessable('#/participants/1')],
    ['a participant that is empty', { ...valid, participants: ['a', ''] }, unprocessable('#/participants/1')],
    [
      '10,001 participants',
      { ...valid, participants: Array.from({ length: 10_001 }, (_, index) => `a${index}`) },
      unprocessable('#/participants'),
    ],
    ['an id with a slash', { ...valid, id: 'a/b' }, unprocessable('#/id')],
    ['an id of 65 characters', { ...valid, id: long(65) }, unprocessable('#/id')],
    [
      'metadata with a member __proto__, however deep',
      '{"name":"m","participants":["a","b"],"metadata":{"a":[{"b":{"__proto__":{"c":1}}}]}}',
      unprocessable('#/metadata/a/0/b/__proto__'),
    ],
    [
      'the same, written with an escape',
      '{"name":"m","participants":["a","b"],"metadata":{"__pr\\u006fto__":1}}',
      unprocessable('#/metadata/__proto__'),
    ],
    [
      'a member __proto__ below one whose name has a slash and a tilde',
      '{"name":"m","participants":["a","b"],"metadata":{"a/b~c":{"__proto__":null}}}',
      unprocessable('#/metadata/a~1b~0c/__proto__'),
    ],
    [
      'a number beyond the doubles, however deep',
      '{"name":"m","participants":["a","b"],"metadata":{"a":[{"b":-1e400}]}}',
      unprocessable('#/metadata/a/0/b'),
    ],
    [
      'a number beyond the doubles, written out',
      `{"name":"m","participants":["a","b"],"metadata":{"a":${'9'.repeat(250)}e99}}`,
      unprocessable('#/metadata/a'),
    ],
    ['a quorum beyond the doubles', '{"name":"m","participants":["a","b"],"quorum":1e0999}', unprocessable('#/quorum')],
    ['a deadline in the past', { ...valid, deadline: '2020-01-01T00:00:00Z' }, unprocessable('#/deadline')],
    ['a deadline that is none', { ...valid, deadline: 'tomorrow' }, unprocessable('#/deadline')],
    ['a day that is none', { ...valid, deadline: '2027-02-30T00:00:00Z' }, unprocessable('#/deadline')],
    ['a deadline without a time zone', { ...valid, deadline: '2027-01-01T00:00:00' }, unprocessable('#/deadline')],
    ['a deadline as a number', { ...valid, deadline: 1_900_000_000 }, unprocessable('#/deadline')],
    ['a deadline 367 days ahead', { ...valid, deadline: daysAhead(367) }, unprocessable('#/deadline')],
    ['two deadlines', { ...valid, deadline: daysAhead(1), deadlineSeconds: 60 }, unprocessable('#/deadlineSeconds')],
    ['a quorum above the participants', { ...valid, quorum: 3 }, unprocessable('#/quorum')],
    ['a quorum of none', { ...valid, quorum: 0 }, unprocessable('#/quorum')],
    ['a warning at the deadline', { ...valid, warnSeconds: 0 }, unprocessable('#/warnSeconds')],
    ['metadata that is no object', { ...valid, metadata: [] }, unprocessable('#/metadata')],
    ['metadata over 16 KiB', { ...valid, metadata: { text: long(16 * 1024) } }, unprocessable('#/metadata')],
    [
      'several wrong places at once',
      { name: '', participants: ['a'], x: 1 },
      unprocessable('#/name', '#/participants', '#/x'),
    ],
    ['absurd nesting', `{"name":"m","metadata":${'['.repeat(101)}${']'.repeat(101)}}`, unprocessable('#')],
    ['a body over 1 MiB', { ...valid, description: long(1024 * 1024) }, { status: 413, code: 'request.too-large' }],
  ])('%s', async (_name, body, expected) => {
    await expectProblem('sync-points', { method: 'POST', path: '/v1/sync-points', body }, expected);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx', ''])(
    'the content type "%s"',
    async (contentType) => {
      const headers = { 'content-type': contentType };
      await expectProblem(
        'sync-points',
        { method: 'POST', path: '/v1/sync-points', body: valid, headers },
        { status: 415, code: 'request.unsupported-media-type' },
      );
    },
  );

  test.each(['a b', '\t', long(256)])('the idempotency key "%s"', async (key) => {
    const headers = { 'idempotency-key': key };
    const answer = await call('sync-points', { method: 'POST', path: '/v1/sync-points', body: valid, headers });
    expect([answer.status, pointersOf(answer)]).toEqual([422, ['#/idempotency-key']]);
  });
});

describe('JSON by any spelling of its content type is read', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset=utf-8',
    'application/json; charset="utf-8"',
    'application/json;',
    'application/vnd.muster.v1+json',
  ])('%s', async (contentType) => {
    const headers = { 'content-type': contentType };
    const created = await call('sync-points', { method: 'POST', path: '/v1/sync-points', body: valid, headers });
    expect(created.status).toBe(201);
    const arrivals = `/v1/sync-points/${String(created.json['id'])}/arrivals`;
    await call('sync-points', { method: 'POST', path: arrivals, body: { data: 'kept' }, headers });
    const listed = await call('sync-points', { method: 'GET', path: arrivals });
    expect(listed.json['items']).toEqual([expect.objectContaining({ data: 'kept' })]);
  });
});

describe('arriving, reading, moving and ending refuse', () => {
  const path = (suffix: string): string => `/v1/sync-points/${id}${suffix}`;
  test.each<[string, string, string, unknown, Expected]>([
    ['data of 65 KiB', 'POST', '/arrivals', { data: long(65 * 1024) }, unprocessable('#/data')],
    ['an unknown field', 'POST', '/arrivals', { date: 1 }, unprocessable('#/date')],
    ['a wait that is too long', 'POST', '/arrivals?wait=21', {}, unprocessable('#/wait')],
    ['a wait that is no number', 'POST', '/arrivals?wait=soon', {}, unprocessable('#/wait')],
    ['a wait given twice', 'POST', '/arrivals?wait=1&wait=2', {}, unprocessable('#/wait')],
    ['an unknown query field', 'POST', '/arrivals?wiat=1', {}, unprocessable('#/wiat')],
    ['a version that is no number', 'GET', '?wait=1&version=x', undefined, unprocessable('#/version')],
    [
      'a reason of a failure of 2,001 characters',
      'POST',
      '/failures',
      { reason: long(2_001) },
      unprocessable('#/reason'),
    ],
    ['to excuse nobody', 'POST', '/excuses', { reason: 'x' }, unprocessable('#/agentId')],
    ['to excuse an agent that takes no part', 'POST', '/excuses', { agentId: 'c' }, unprocessable('#/agentId')],
    [
      'a participant’s outcome that is none',
      'GET',
      '/participants?outcome=late',
      undefined,
      unprocessable('#/outcome'),
    ],
    ['no deadline', 'PATCH', '', {}, unprocessable('#')],
    ['a deadline that is past', 'PATCH', '', { deadline: '2020-01-01T00:00:00Z' }, unprocessable('#/deadline')],
    ['a deadline 367 days ahead', 'PATCH', '', { deadline: daysAhead(367) }, unprocessable('#/deadline')],
    ['another field than the deadline', 'PATCH', '', { deadline: daysAhead(1), name: 'x' }, unprocessable('#/name')],
    ['a reason of 2,001 characters', 'POST', '/cancel', { reason: long(2_001) }, unprocessable('#/reason')],
    ['a body that is not JSON', 'POST', '/complete', 'reason', { status: 400, code: 'request.not-json' }],
  ])('%s', async (_name, method, suffix, body, expected) => {
    await expectProblem('sync-points', { method, path: path(suffix), body }, expected);
  });
});

describe('lists refuse', () => {
  const lists: readonly [string, string, string][] = [
    ['sync-points', '/v1/sync-points', 'SP creator'],
    ['sync-points', '/v1/sync-points?all=true', 'SP all'],
    ['sync-points', '/v1/sync-points/{id}/arrivals', 'arrivals {id}'],
    ['sync-points', '/v1/sync-points/{id}/events', 'EVENTS#SP#{id}'],
    ['inbox', '/v1/inbox', 'INBOX#creator'],
    ['agents', '/v1/agents', 'agents'],
  ];
  const ask = (name: string, path: string, query: string, expected: Expected): Promise<void> =>
    expectProblem(
      name,
      {
        method: 'GET',
        path: `${path.replace('{id}', id)}${path.includes('?') ? '&' : '?'}${query}`,
        authorizer: admin2,
      },
      expected,
    );
  const admin2 = { ...admin, agentId: 'creator' };

  test.each(lists)('%s %s: limits, unknown fields and cursors that are none', async (name, path) => {
    for (const limit of ['0', '101', '1.5', 'ten', '-1']) {
      await ask(name, path, `limit=${limit}`, unprocessable('#/limit'));
    }
    await ask(name, path, 'limti=1', unprocessable('#/limti'));
    for (const cursor of [
      '',
      'x',
      '%00',
      encodeCursor('another list', 'a'),
      Buffer.from('null').toString('base64url'),
    ]) {
      await ask(name, path, `cursor=${cursor}`, unprocessable('#/cursor'));
    }
  });

  test.each(lists)('%s %s: a cursor forged for this very list', async (name, path, scope) => {
    for (const position of ['', 'A', 'zzz', '\u0000', long(1_100), 'MESSAGE#', 'SP#', '#']) {
      const cursor = encodeCursor(scope.replace('{id}', id), position);
      const request = {
        method: 'GET',
        path: `${path.replace('{id}', id)}${path.includes('?') ? '&' : '?'}cursor=${cursor}`,
        authorizer: admin2,
      };
      const answer = await call(name, request);
      // It may be refused or lead nowhere, but is never our fault.
      expect([position.slice(0, 8), answer.status]).toEqual([position.slice(0, 8), answer.status === 200 ? 200 : 422]);
    }
  });
});

describe('paths', () => {
  test.each(['a%2Fb', 'a%20b', '%E0%A4%A', long(65), 'a%23b', '%00'])('refuse the id %s', async (bad) => {
    for (const suffix of ['', '/arrivals', '/events']) {
      const answer = await call('sync-points', { method: 'GET', path: `/v1/sync-points/${bad}${suffix}` });
      expect([bad, answer.status]).toEqual([bad, 422]);
    }
  });

  test('unknown ones are 404, wrong methods 405 with what is allowed', async () => {
    await expectProblem('public', { method: 'GET', path: '/v2/x' }, { status: 404, code: 'route.not-found' });
    const request = { method: 'DELETE', path: `/v1/sync-points/${id}` };
    await expectProblem('public', request, { status: 405, code: 'route.method-not-allowed' });
    expect((await call('public', request)).headers['allow']).toBe('GET, PATCH');
  });

  test.each([
    ['/docs/', '/docs'],
    ['/docs/errors/', '/docs/errors'],
    ['/agents/?q=a%20b', '/agents?q=a%20b'],
    ['/agents/a:b/', '/agents/a:b'],
  ])('with a slash at the end, %s, lead a browser to the page, and nobody else', async (path, location) => {
    const moved = await call('public', { method: 'GET', path, headers: { accept: 'text/html' } });
    expect([moved.status, moved.headers['location']]).toEqual([308, location]);
    await expectProblem('public', { method: 'GET', path }, { status: 404, code: 'route.not-found' });
  });

  test.each(['//example.com/', '/docs//', '/none/'])('that are none, %s, lead a browser nowhere', async (path) => {
    const missing = await call('public', { method: 'GET', path, headers: { accept: 'text/html' } });
    expect([missing.status, missing.headers['location']]).toEqual([404, undefined]);
  });

  test('of the API are problems for a browser, too', async () => {
    const request = { method: 'GET', path: '/v1/sync-points/', headers: { accept: 'text/html' } };
    await expectProblem('public', request, { status: 404, code: 'route.not-found' });
  });
});

describe('agents', () => {
  test.each<[string, unknown, Expected]>([
    ['a reserved id', { id: 'system', name: 'x' }, unprocessable('#/id')],
    ['another reserved id', { id: 'muster:x', name: 'x' }, unprocessable('#/id')],
    ['an id with a slash', { id: 'a/b', name: 'x' }, unprocessable('#/id')],
    ['no name', {}, unprocessable('#/name')],
    ['an unknown field', { name: 'x', role: 'admin' }, unprocessable('#/role')],
  ])('are refused with %s', async (_name, body, expected) => {
    await expectProblem('agents', { method: 'POST', path: '/v1/agents', body, authorizer: admin }, expected);
  });

  test('a change must change something', async () => {
    const request = { method: 'PATCH', path: '/v1/agents/creator', body: {} };
    await expectProblem('agents', request, unprocessable('#'));
  });
});

describe('callers', () => {
  test.each([null, { refused: 'The token is unknown or has been revoked.' }])(
    'whom the authorizer refused meet 401 in every function',
    async (authorizer) => {
      for (const [name, path] of [
        ['sync-points', `/v1/sync-points/${id}`],
        ['inbox', '/v1/inbox'],
        ['agents', '/v1/me'],
      ] as const) {
        const request = { method: 'GET', path, authorizer };
        await expectProblem(name, request, { status: 401, code: 'auth.bad-token' });
        expect((await call(name, request)).headers['www-authenticate']).toBe('Bearer');
      }
    },
  );

  test('without a relation get 404, participants without the right 403', async () => {
    const stranger = agent('stranger');
    const missing = { status: 404, code: 'sync-point.not-found' };
    const path = `/v1/sync-points/${id}`;
    for (const suffix of ['', '/arrivals', '/events']) {
      await expectProblem('sync-points', { method: 'GET', path: path + suffix, authorizer: stranger }, missing);
    }
    for (const suffix of ['/arrivals', '/cancel', '/complete']) {
      const request = { method: 'POST', path: path + suffix, body: {}, authorizer: stranger };
      await expectProblem('sync-points', request, missing);
    }
    const forbidden = { status: 403, code: 'auth.forbidden' };
    const participant = agent('b');
    for (const suffix of ['/cancel', '/complete']) {
      const request = { method: 'POST', path: path + suffix, body: {}, authorizer: participant };
      await expectProblem('sync-points', request, forbidden);
    }
    const move = { method: 'PATCH', path, body: { deadline: daysAhead(1) }, authorizer: participant };
    await expectProblem('sync-points', move, forbidden);
    const list = { method: 'GET', path: '/v1/sync-points?agentId=creator', authorizer: participant };
    await expectProblem('sync-points', list, forbidden);
    await expectProblem('agents', { method: 'GET', path: '/v1/agents', authorizer: participant }, forbidden);
    const other = { method: 'GET', path: '/v1/agents/creator', authorizer: participant };
    await expectProblem('agents', other, { status: 404, code: 'agent.not-found' });
    const ack = { method: 'POST', path: '/v1/inbox/no-such/ack', authorizer: participant };
    await expectProblem('inbox', ack, { status: 404, code: 'message.not-found' });
  });
});

test('a number that JSON can’t give back is refused in words that say what was received and what to send', async () => {
  const body = '{"name":"m","participants":["a","b"],"metadata":{"n":1e400}}';
  const answer = await call('sync-points', { method: 'POST', path: '/v1/sync-points', body });
  expect(answer.json['detail']).toBe(
    '#/metadata/n must be within the range of a double, up to 1.8e308; send a larger number as text; received Infinity',
  );
});

describe('the list of all that is open refuses', () => {
  const forbidden = { status: 403, code: 'auth.forbidden' };
  test.each<[string, string, Expected]>([
    ['other callers than admins', 'all=true', forbidden],
    ['an ended status', 'all=true&status=waiting&status=failed', unprocessable('#/status')],
    ['the list of an agent', 'all=true&agentId=creator', unprocessable('#/agentId')],
    ['a role', 'all=true&role=creator', unprocessable('#/role')],
    ['another word than true or false', 'all=', unprocessable('#/all')],
  ])('%s', async (_name, query, expected) => {
    await expectProblem('sync-points', { method: 'GET', path: `/v1/sync-points?${query}` }, expected);
  });

  test('nothing that fits', async () => {
    const ask = (query: string, authorizer = admin) =>
      call('sync-points', { method: 'GET', path: `/v1/sync-points?${query}`, authorizer });
    expect((await ask('all=true&status=waiting&status=waiting')).status).toBe(200);
    expect((await ask('all=false&role=creator&status=failed', agent('creator'))).status).toBe(200);
  });
});

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', '0', '-', '...', ':'])(
  'an agent called %s arrives like any other, or its name is refused',
  async (name) => {
    const body = { name: 'm', participants: [name, 'creator'] };
    const created = await call('sync-points', { method: 'POST', path: '/v1/sync-points', body });
    expect([created.status, pointersOf(created)]).toEqual(
      name === '__proto__' ? [422, ['#/participants/0']] : [201, []],
    );
    if (created.status === 422) return;
    const path = `/v1/sync-points/${String(created.json['id'])}`;
    const arrive = { method: 'POST', path: `${path}/arrivals`, body: { data: 1 }, authorizer: agent(name) };
    expect((await call('sync-points', arrive)).status).toBe(201);
    const again = await call('sync-points', arrive);
    expect([again.status, again.json['repeated']]).toEqual([200, true]);
    const read = await call('sync-points', { method: 'GET', path, authorizer: agent(name) });
    expect(read.json['arrivedParticipants']).toEqual([name]);
  },
);

test('metadata comes back as it was given, whatever its keys', async () => {
  const metadata = '{"constructor":{"prototype":2},"":[1e308,"\\u0000"],"ü":-0.5,"toJSON":1}';
  const body = `{"name":"m","participants":["creator","b"],"metadata":${metadata}}`;
  const created = await call('sync-points', { method: 'POST', path: '/v1/sync-points', body });
  expect(created.status).toBe(201);
  const read = await call('sync-points', { method: 'GET', path: `/v1/sync-points/${String(created.json['id'])}` });
  expect(Object.keys(read.json['metadata'] as object).sort()).toEqual(['', 'constructor', 'toJSON', 'ü']);
});
