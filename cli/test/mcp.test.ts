/** `muster mcp` and a service that does not behave; test/e2e/mcp-stdio.test.ts has it with the official clients. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import {
  type Act,
  drop,
  hang,
  type HostileServer,
  json,
  problem,
  startHostileServer,
  text,
} from '../../client/test/support/hostile-server';
import { linesOf } from '../terminal';
import { GRACE_MS } from '../mcp/proxy';
import { run, testTerminal, type TestTerminal } from './run';

const TOKEN = 'muster_secret';
const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

let server: HostileServer;
let terminal: TestTerminal;
let input: PassThrough;
let paused: number[];
/** Lets the time pass that is left for answers when the input has ended. */
let endGrace: () => void;
/** Of the command, once it has ended. */
let ended: Promise<number>;

beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.stop());

beforeEach(() => {
  input = new PassThrough();
  paused = [];
  const grace = new Promise<void>((resolve) => {
    endGrace = resolve;
  });
  terminal = testTerminal({
    env: { MUSTER_URL: server.url, MUSTER_TOKEN: TOKEN },
    inputLines: (signal) => linesOf(input, signal),
    sleep: (ms) => {
      if (ms === GRACE_MS) return grace;
      paused.push(ms);
      return Promise.resolve();
    },
  });
});

function start(...acts: readonly Act[]): void {
  server.script(...acts);
  ended = run(['mcp'], terminal).then(({ code }) => code);
}

const send = (...messages: readonly object[]): void => {
  for (const message of messages) input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
};

async function atEnd(): Promise<Record<string, unknown>[]> {
  input.end();
  expect(await ended).toBe(0);
  expect(terminal.written.out + terminal.written.err).not.toContain(TOKEN);
  const lines = terminal.written.out.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const result = (id: unknown, value: object = {}): Act => json(200, { jsonrpc: '2.0', id, result: value });
/** To whichever request it is. */
const echo: Act = (response, request) => {
  result((JSON.parse(request.body) as { id: unknown }).id)(response, request);
};

test('a message is sent as it is, with the headers of its era', async () => {
  start(echo, result(2, { protocolVersion: '2025-06-18' }), text(202, ''), echo);
  send({ id: 1, method: 'tools/call', params: { name: 'Ünlü', _meta: META } });
  await server.received(1);
  send({ id: 2, method: 'initialize', params: { protocolVersion: '2025-06-18' } });
  await terminal.says('"id":2');
  send({ method: 'notifications/initialized' });
  await server.received(3);
  send({ id: 3, method: 'tools/call', params: { name: 'who_am_i' } });
  await atEnd();

  const [modern, opening, initialized, legacy] = server.requests;
  expect(modern?.path).toBe('/mcp');
  expect(modern?.headers).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': `=?base64?${Buffer.from('Ünlü').toString('base64')}?=`,
  });
  expect(modern?.body).toContain('"name":"Ünlü"');
  expect(opening?.headers).not.toHaveProperty('mcp-protocol-version');
  for (const request of [initialized, legacy]) {
    expect(request?.headers).toMatchObject({ 'mcp-protocol-version': '2025-06-18' });
    expect(request?.headers).not.toHaveProperty('mcp-method');
  }
});

test('answers come as they are ready, each on its line', async () => {
  let release: () => void = () => undefined;
  const held: Act = (response, request) => {
    release = () => {
      result(1)(response, request);
    };
  };
  start(held, result(2, { text: 'a\u2028b\nc' }));
  send({ id: 1, method: 'ping' });
  await server.received(1);
  send({ id: 2, method: 'ping', params: { text: 'a\u2028b' } });
  await terminal.says('"id":2');
  input.end();
  release();
  expect((await atEnd()).map(({ id }) => id)).toEqual([2, 1]);
});

test.each<[string, Act, number]>([
  ['too many requests', problem(429, 'x', {}, { 'retry-after': '3' }), 3_250],
  [
    'too many requests until a time',
    problem(429, 'x', {}, { 'retry-after': 'Sun, 01 Mar 2026 12:00:03 GMT', date: 'Sun, 01 Mar 2026 12:00:00 GMT' }),
    3_250,
  ],
  ['a lost connection', drop, 250],
  ['an error of the gateway', text(503, 'Service Unavailable'), 250],
])('after %s it asks again, as the same request', async (_what, act, shortestMs) => {
  start(act, act, echo);
  send({ id: 1, method: 'tools/call', params: { name: 'send_message' } });
  expect(await atEnd()).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
  const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
  expect(terminal.written.err).toMatch(/^muster: .*Still trying\.\nmuster: Muster answers again\.\n$/);
  const [first = 0] = paused;
  expect(first).toBeGreaterThanOrEqual(shortestMs);
  expect(first).toBeLessThanOrEqual(shortestMs + 250);
});

test.each<[string, readonly Act[], RegExp]>([
  [
    '401',
    [problem(401, 'auth.bad-token')],
    /^A detail\. Run muster login, or set MUSTER_TOKEN\. \(401 auth\.bad-token/,
  ],
  ['403 of something else', [text(403, '<html>')], /403/],
  ['a page', [text(200, '<html>')], /doesn't seem to be Muster; check MUSTER_URL or the profile\.$/],
  [
    'a redirect',
    [text(302, '', { location: 'https://elsewhere' })],
    /redirects to https:\/\/elsewhere; check MUSTER_URL or the profile\.$/,
  ],
  ['429 for long', Array<Act>(5).fill(problem(429, 'x')), /tried 5 times; try again in a minute/],
  ['no connection for long', Array<Act>(5).fill(drop), /Does Muster run there\? It was tried 5 times/],
])('%s is an error of the protocol that says what to do', async (_what, acts, message) => {
  start(...acts);
  send({ id: 7, method: 'tools/list' });
  expect(await atEnd()).toEqual([
    { jsonrpc: '2.0', id: 7, error: { code: -32_603, message: expect.stringMatching(message) } },
  ]);
  expect(server.requests).toHaveLength(acts.length);
});

test('what the service refuses before it has read the id is still the answer to that request', async () => {
  const error = { code: -32_600, message: 'The body is too large.' };
  start(json(413, { jsonrpc: '2.0', id: null, error }));
  send({ id: 'a', method: 'tools/list' });
  expect(await atEnd()).toEqual([{ jsonrpc: '2.0', id: 'a', error }]);
});

test('a line that is not JSON is a parse error, and the next one is served', async () => {
  start(echo);
  input.write('{"jsonrpc":\n\n');
  send({ id: 1, method: 'ping' });
  expect(await atEnd()).toEqual([
    { jsonrpc: '2.0', id: null, error: { code: -32_700, message: expect.stringMatching(/^The line is not JSON: /) } },
    { jsonrpc: '2.0', id: 1, result: {} },
  ]);
});

test.each([[null], [{ a: 1 }]])('a request with the id %j has one answer, with the id null', async (id) => {
  const error = { code: -32_600, message: 'No message' };
  start(json(400, { jsonrpc: '2.0', id: null, error }));
  send({ id, method: 'ping' });
  expect(await atEnd()).toEqual([{ jsonrpc: '2.0', id: null, error }]);
});

test('a notification has no answer, whatever becomes of it', async () => {
  start(problem(401, 'auth.bad-token'));
  send({ method: 'notifications/initialized' });
  expect(await atEnd()).toEqual([]);
  expect(terminal.written.err).toMatch(/^muster: notifications\/initialized: A detail\./);
});

test('a request that is cancelled is aborted and has no answer', async () => {
  const closed = new Promise<void>((resolve) => {
    start((response) => response.once('close', resolve), echo);
  });
  send({ id: 1, method: 'tools/call', params: { name: 'wait_until_done' } });
  await server.received(1);
  send({ method: 'notifications/cancelled', params: { requestId: 1 } });
  send({ method: 'notifications/cancelled', params: { requestId: 'unknown' } });
  await closed;
  send({ id: 2, method: 'ping' });
  expect(await atEnd()).toEqual([{ jsonrpc: '2.0', id: 2, result: {} }]);
});

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it at once, with what is under way', async (signal, code) => {
    start(hang);
    send({ id: 1, method: 'ping' });
    await server.received(1);
    terminal.interrupt(signal);
    expect(await ended).toBe(code);
    expect(terminal.written).toEqual({ out: '', err: '' });
  });
});

test('a request that hangs when the input ends does not keep the command for long', async () => {
  start(hang);
  send({ id: 1, method: 'tools/list' });
  input.end();
  await server.received(1);
  endGrace();
  expect(await ended).toBe(0);
  expect(terminal.written.out).toBe('');
});
