/**
 * Requests that no client library sends, to a laptop stack of its own: too slow, too large, cut short, malformed. And
 * the log of it all, in which no token may be.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { HttpClient, pollUntil, register, type SyncPointView } from '../support/http-client';
import { awsEnvironment } from '../support/aws-access';
import { exchange, type RawAnswer, readToEnd } from '../support/raw-http';
import { type RunningMuster, runMuster } from '../support/start-muster';

/** The laptop gives a request 30 s and its headers 10 s, as API Gateway does; and looks every second or so. */
const SLOW_LIMIT_MS = 36_000;
const LIMIT_MS = 60_000;
const MIB = 1024 * 1024;

let muster: RunningMuster;
let operator: HttpClient;
let agent: HttpClient;
/** Of the agent, with the participants `agent` and `other`. */
let point: string;

beforeAll(async () => {
  muster = await runMuster();
  operator = new HttpClient(muster.url, 'muster:operator', muster.adminToken);
  agent = await register(operator, 'agent', 'Agent');
  const body = { id: 'm', name: 'meeting', participants: ['agent', 'other'] };
  expect((await agent.post('/v1/sync-points', body)).status).toBe(201);
  point = '/v1/sync-points/m';
}, LIMIT_MS);

afterAll(async () => {
  await muster.stop();
  rmSync(muster.dataDirectory, { recursive: true });
});

const log = (): string => readFileSync(path.join(muster.dataDirectory, 'muster.log'), 'utf8');

const authorized = (...lines: string[]): string =>
  ['Host: x', `Authorization: Bearer ${agent.token ?? ''}`, ...lines].join('\r\n');

/** The server ends the connection after the answer. */
const request = (first: string, lines: readonly string[], body = ''): string =>
  `${first}\r\n${authorized('Connection: close', ...lines)}\r\n\r\n${body}`;

const json = (body: string): string[] => [
  'Content-Type: application/json',
  `Content-Length: ${Buffer.byteLength(body)}`,
];

/** Some 4xx, as a problem document where the request was one that can be read at all. */
function expectRefused(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.contentType]).toEqual([status, 'application/problem+json']);
  expect(JSON.parse(answer.body)).toMatchObject({ status, code });
}

const arrivals = async (): Promise<string[]> => (await agent.get<SyncPointView>(point)).body.arrivedParticipants;

describe('who is slow', () => {
  /** Writes the text, and then so much of the rest every time. */
  const trickle =
    (text: string, rest: string, everyMs: number) =>
    (socket: Socket): void => {
      socket.write(text);
      const timer = setInterval(() => socket.write(rest), everyMs);
      socket.once('close', () => {
        clearInterval(timer);
      });
    };
  const post = (line: string): string =>
    `POST ${point}/arrivals HTTP/1.1\r\n${authorized('Content-Type: application/json', line)}\r\n\r\n`;

  test(
    'is cut off, and keeps nobody else waiting',
    async () => {
      const slow = [
        trickle('', '', 1_000),
        trickle('GET /v1/me HTTP/1.1\r\n', 'X-More: x\r\n', 200),
        trickle(post('Content-Length: 1000000'), ' ', 200),
        trickle(post('Transfer-Encoding: chunked'), '1\r\n \r\n', 200),
        // Refused at once for what it announces; the rest must not keep the connection.
        trickle(post(`Content-Length: ${20 * MIB}`), ' ', 200),
        // Nothing more at all.
        trickle(post('Content-Length: 1000000'), '', 60_000),
      ];
      const ended = Promise.all(
        slow.flatMap((begin) => [1, 2, 3, 4].map(() => readToEnd(muster.url, begin, SLOW_LIMIT_MS))),
      );
      const waited = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const since = performance.now();
          expect((await agent.get('/v1/me')).status).toBe(200);
          return performance.now() - since;
        }),
      );
      expect(Math.max(...waited)).toBeLessThan(5_000);

      const answers = await ended;
      expect(answers.map(({ status }) => status).filter((status) => ![0, 408, 413].includes(status))).toEqual([]);
      expect(await arrivals()).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('a body that is', () => {
  const post = (lines: readonly string[], body = ''): string => request(`POST ${point}/arrivals HTTP/1.1`, lines, body);

  test('shorter than it says arrives nowhere', async () => {
    const body = '{"data":1}';
    const cut = post(['Content-Type: application/json', `Content-Length: ${body.length + 1}`], body);
    expect((await exchange(muster.url, cut, { end: true })).status).toBe(400);
    expect(await arrivals()).toEqual([]);
  });

  test('longer than it says is cut, and the rest is no request', async () => {
    const { status, text } = await exchange(
      muster.url,
      `POST ${point}/arrivals HTTP/1.1\r\n${authorized('Content-Type: application/json', 'Content-Length: 3')}\r\n\r\n{"a":1}`,
    );
    expect([status, text]).toEqual([400, expect.not.stringContaining('HTTP/1.1 2')]);
  });

  test.each([
    ['of two lengths', ['Content-Length: 2', 'Content-Length: 3'], '{}'],
    ['of a negative length', ['Content-Length: -1'], '{}'],
    ['of a length and in chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['in chunks of no number', ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
    ['in another coding', ['Transfer-Encoding: gzip'], '{}'],
  ])('%s is refused', async (_name, lines, body) => {
    expect((await exchange(muster.url, post(['Content-Type: application/json', ...lines], body))).status).toBe(400);
    expect(await arrivals()).toEqual([]);
  });

  test.each([
    ['a byte over 1 MiB', `"${'x'.repeat(MIB - 1)}"`, 413, 'request.too-large'],
    ['1 MiB', `"${'x'.repeat(MIB - 2)}"`, 422, 'request.invalid'],
    ['1 MiB in fewer characters, over it in bytes', `"${'é'.repeat(MIB / 2)}"`, 413, 'request.too-large'],
    ['over 10 MiB', 'x'.repeat(10 * MIB + 1), 413, 'request.too-large'],
    ['100,000 levels deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 422, 'request.invalid'],
    ['as deep as 1 MiB allows', `${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}`, 422, 'request.invalid'],
    ['deep and never closed', '['.repeat(MIB), 400, 'request.not-json'],
    ['one unknown field with a name of a MiB', `{"${'~'.repeat(MIB - 6)}":1}`, 422, 'request.invalid'],
    [
      'of 100,000 unknown fields',
      `{${Array.from({ length: 100_000 }, (_, at) => `"${at}":1`).join()}}`,
      422,
      'request.invalid',
    ],
    [
      'a participant with a name of half a MiB, twice',
      `{"data":1,"participants":["${'x'.repeat(MIB / 2 - 40)}","${'x'.repeat(MIB / 2 - 40)}"]}`,
      422,
      'request.invalid',
    ],
  ])('%s is refused', async (_name, body, status, code) => {
    const answer = await exchange(muster.url, post(json(body), body), { limitMs: 20_000 });
    expectRefused(answer, status, code);
    // Who sends much does not get much.
    expect(answer.body.length).toBeLessThan(16 * 1024);
    expect(answer.tookMs).toBeLessThan(5_000);
  });
});

describe('a request line or header that no library sends', () => {
  const get = (target: string, host = 'x'): string =>
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${agent.token ?? ''}\r\nConnection: close\r\n\r\n`;

  test('an absolute target is the path within it', async () => {
    const answer = await exchange(muster.url, get(`${muster.url}/v1/me?`));
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, expect.objectContaining({ id: 'agent' })]);
  });

  test.each(['.', '..', '%2e', '%2E%2e'])('the id %s is refused, and does not lead elsewhere', async (id) => {
    for (const suffix of ['', '/arrivals', '/events']) {
      expectRefused(await exchange(muster.url, get(`/v1/sync-points/${id}${suffix}`)), 422, 'request.invalid');
    }
    const token = await exchange(muster.url, get(`/v1/agents/agent/tokens/${id}`).replace('GET', 'DELETE'));
    expectRefused(token, 422, 'request.invalid');
  });

  test.each([
    '/v1/sync-points/../me',
    '/v1/../v1/me',
    '//v1/me',
    '/v1/agents/..%2f..',
    '/v1/me/.',
    '/v1/agents/%2e%2e/me',
  ])('the path %s is not another one', async (target) => {
    expectRefused(await exchange(muster.url, get(target)), 404, 'route.not-found');
  });

  test.each(['a b', '[', 'u:p@h', 'h/v1/agents?', 'h#', 'é'])('the host "%s" is refused', async (host) => {
    expectRefused(await exchange(muster.url, Buffer.from(get('/v1/me', host), 'latin1')), 400, 'request.invalid-url');
  });

  test('a method that no Request can have is one that the path does not take', async () => {
    expectRefused(await exchange(muster.url, get('/v1/me').replace('GET', 'TRACE')), 405, 'route.method-not-allowed');
    expectRefused(await exchange(muster.url, get('/v1/none').replace('GET', 'TRACE')), 404, 'route.not-found');
    expectRefused(await exchange(muster.url, get('*').replace('GET', 'OPTIONS')), 404, 'route.not-found');
  });

  test('two tokens are none', async () => {
    const twice = get('/v1/me').replace('Connection', `Authorization: Bearer ${muster.adminToken}\r\nConnection`);
    expectRefused(await exchange(muster.url, twice), 401, 'auth.bad-token');
  });

  test('too many headers, or too long ones, are refused', async () => {
    const long = get('/v1/me').replace('Connection', `X-Long: ${'x'.repeat(20_000)}\r\nConnection`);
    expect((await exchange(muster.url, long)).status).toBe(431);
    expect((await exchange(muster.url, get(`/v1/me?${'x'.repeat(20_000)}`))).status).toBe(431);
  });
});

describe('the log', () => {
  const secretOf = (token: string | null): string => (token ?? '').replace(/^muster_/, '');

  test('has no token, wherever one was sent, and whatever was answered', async () => {
    const target = '/v1/agents/agent/tokens';
    const made = await agent.post<{ tokenId: string; token: string }>(target);
    const second = new HttpClient(muster.url, 'agent', made.body.token);
    const tokens = [operator.token, agent.token, second.token].map((token) => token ?? '');
    for (const client of [operator, agent, second]) {
      const token = client.token ?? '';
      // A token that Muster has not made is known only where it is sent as one.
      const others = client === operator ? [] : [`Basic ${token}`, `bearer ${token}x`, `Bearer ${token.slice(1)}`];
      await client.get(`/v1/me?access_token=${token}`);
      // By mistake the token instead of its id, the token as an id, and parts of it.
      await client.delete(`${target}/${token}`);
      await client.post(`/v1/sync-points/${token}/arrivals`, { data: token });
      await client.post(`/v1/inbox/${encodeURIComponent(`${token} `)}/ack`);
      await client.delete(`${target}/${secretOf(token)}`);
      await client.send('PUT', `/v1/${token}`);
      await client.post(`/${token}/%7B`, { token });
      await client.post('/v1/agents', { name: token, token });
      await client.send('POST', '/v1/messages', { text: `{"token":"${token}"` });
      for (const authorization of [token, `Bearer  ${token} ${token}`, `Bearer ${token},${token}`, ...others]) {
        await client.send('POST', '/v1/sync-points', { headers: { authorization }, body: { token } });
        await client.send('DELETE', `${target}/${token}`, { headers: { authorization } });
      }
      const headers = { traceparent: token, 'idempotency-key': token, cookie: `token=${token}`, 'x-token': token };
      await client.send('POST', '/v1/messages', {
        headers,
        body: { recipients: ['agent'], content: { type: 'T', token } },
      });
      for (const line of [
        `GET /v1/me?${token} HTTP/1.1\r\nHost: a b`,
        `TRACE /${token} HTTP/1.1\r\nHost: x`,
        `GET /%zz${token} HTTP/1.1\r\nHost: x`,
      ]) {
        await exchange(muster.url, `${line}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);
      }
    }
    expect((await agent.delete(`${target}/${made.body.tokenId}`)).status).toBe(204);
    await second.get('/v1/me');
    const madeByCommand = await createToken();
    await new HttpClient(muster.url, 'x', madeByCommand).post('/v1/sync-points', {});

    const { headers } = await agent.send('POST', '/v1/sync-points', { body: {} });
    const [, traceId = 'none'] = (headers.get('traceparent') ?? '').split('-');
    const text = await pollUntil(log, (found) => found.includes(traceId));
    for (const token of [...tokens, madeByCommand]) {
      expect(text.split('\n').filter((line) => line.includes(secretOf(token)))).toEqual([]);
    }
    expect(muster.output()).not.toMatch(/muster_|Bearer/);
  });

  /** As an operator makes one, with the stack's AWS services. The token itself is what the command is for. */
  async function createToken(): Promise<string> {
    const env = awsEnvironment(path.join(muster.dataDirectory, 'aws-environment'));
    const args = ['cli/muster.mjs', 'admin', 'create-token'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
    const token = /^muster_\S+$/m.exec(stdout)?.[0] ?? 'none';
    expect([token, stderr]).toEqual([
      expect.stringMatching(/^muster_[\w-]{43}$/),
      expect.not.stringContaining(secretOf(token)),
    ]);
    return token;
  }
});
