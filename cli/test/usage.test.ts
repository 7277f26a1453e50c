import { beforeAll, describe, expect, test } from '@jest/globals';
import { TimeoutError, WaitTimeoutError } from '@muster/client';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from '../program';
import { connectionOf } from '../context';
import { exitCodeOfError } from '../explain-error';
import { given } from '../given';
import { processTerminal, type Terminal } from '../terminal';
import { run, testTerminal } from './run';

/** Answers every request with this, and keeps what was sent. */
const answering = (status: number, body: unknown, sent: Request[] = []): typeof globalThis.fetch =>
  ((url: URL, init: RequestInit) => {
    sent.push(new Request(url, init));
    return Promise.resolve(Response.json(body, { status }));
  }) as typeof globalThis.fetch;

const TOKEN = 'muster_secret';
const env = { MUSTER_URL: 'http://muster.test', MUSTER_TOKEN: TOKEN };

test.each([
  [['sp', 'show'], "error: missing required argument 'id'\n"],
  [['sp', 'shwo', 'x'], "error: unknown command 'shwo'\n(Did you mean show?)\n"],
  [['sp', 'create', 'x'], 'error: --participants is required.\n'],
  [['sp', 'create', '--participants', 'a,b'], 'error: an id or --name is required.\n'],
  [['sp', 'move', 'x'], 'error: --in, --deadline or --none is required.\n'],
  [['sp', 'arrive', 'x', '--timeout', '1m'], 'error: --timeout and --appears-within go with --wait.\n'],
  [
    ['sp', 'list', '--limit', '0'],
    "error: option '--limit <n>' argument '0' is invalid. Allowed: a whole number from 1, or all.\n",
  ],
  [['pt', 'report', 'x', 'two'], "error: the step is 'two'; it must be a whole number.\n"],
  [['send', '--type', 'X'], 'error: either agents, --to-sync-point or --to-tracker is required.\n'],
  [
    ['send', 'a', '--type', 'X', '--content', '[1]'],
    `error: --content must be a JSON object, like '{"branch":"main"}'.\n`,
  ],
  [
    ['send', 'a', '--type', 'X', '--expires-in', '1m', '--expires-at', '2026-03-01'],
    "error: option '--expires-at <time>' cannot be used with option '--expires-in <duration>'\n",
  ],
  [['whoami', '--laptop', '--url', 'http://x'], 'error: --laptop cannot be used with --url.\n'],
  [['run', '--sync-point', 'x', '--timeout', '1m', '--', 'true'], 'error: --timeout goes with --wait.\n'],
  [['whoami', '--token', 'x'], "error: unknown option '--token'\n"],
])('%j is wrong use, and nothing is sent', async (args, err) => {
  const sent: Request[] = [];
  const terminal = testTerminal({ env, fetch: answering(200, {}, sent) });
  expect(await run(args, terminal)).toEqual({ code: 2, out: '', err });
  expect(sent).toEqual([]);
});

test('text where JSON is wanted is wrong use, and says how to write it', async () => {
  const { code, err } = await run(['sp', 'arrive', 'x', '--data', 'done'], testTerminal({ env }));
  expect(code).toBe(2);
  expect(err).toMatch(/^error: --data is not JSON: .* Text needs its quotes: --data '"text"'\.\n$/);
});

test.each([
  [401, 'auth.unauthenticated', 6],
  [403, 'auth.forbidden', 6],
  [404, 'sync-point.not-found', 6],
  [409, 'sync-point.not-waiting', 1],
  [422, 'request.invalid', 1],
])('a %i is one line and ends with exit code %s', async (status, code, exitCode) => {
  const problem = { type: '/', title: 'T', status, detail: 'Not\nlike this.', code, instance: '/' };
  const {
    out,
    err,
    code: ended,
  } = await run(['sp', 'show', 'nightly'], testTerminal({ env, fetch: answering(status, problem) }));
  expect({ ended, out }).toEqual({ ended: exitCode, out: '' });
  expect(err).toMatch(new RegExp(`^muster: Not like this\\..* \\(${status} ${code}\\)\\n$`));
  expect(err).not.toContain(TOKEN);
});

test('a place that is wrong is named once', async () => {
  const errors = [
    { pointer: '#/name', detail: 'is required' },
    { pointer: '#/colour', detail: 'is odd' },
  ];
  const problem = { code: 'request.invalid', detail: '#/name is required (and 1 more)', errors };
  const { err } = await run(['sp', 'show', 'nightly'], testTerminal({ env, fetch: answering(422, problem) }));
  expect(err).toBe('muster: #/name is required (and 1 more) #/colour: is odd (422 request.invalid)\n');
});

test('where nothing says where Muster is, the error says what to do', async () => {
  expect(await run(['whoami'])).toEqual({
    code: 1,
    out: '',
    err: 'muster: It is not known where Muster is: run muster login --url <url>, set MUSTER_URL, or use --laptop.\n',
  });
});

describe('the connection', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-connection-'));
  const file = path.join(folder, 'token');
  let terminal: Terminal;
  const of = (variables: Record<string, string>, options: Parameters<typeof connectionOf>[1] = {}) =>
    connectionOf({ ...terminal, env: { ...terminal.env, ...variables } }, options);

  beforeAll(async () => {
    writeFileSync(file, 'from-file\n');
    const login = testTerminal({ fetch: answering(200, { id: 'a', role: 'agent' }) }, 'of-profile');
    await run(['login', '--url', 'http://profile.test'], login);
    terminal = { ...processTerminal(), env: login.env };
  });

  test('is that of the profile in use', () => {
    expect(of({})).toEqual({ url: 'http://profile.test', token: 'of-profile' });
  });

  test('is that of the environment first', () => {
    expect(of({ MUSTER_URL: 'http://env.test', MUSTER_TOKEN: 'env' })).toEqual({
      url: 'http://env.test',
      token: 'env',
    });
  });

  test("doesn't send a profile's token elsewhere", () => {
    expect(of({ MUSTER_URL: 'http://env.test' })).toEqual({ url: 'http://env.test', token: undefined });
    expect(of({}, { url: 'http://option.test' })).toEqual({ url: 'http://option.test', token: undefined });
  });

  test('is that of the options before all', () => {
    const variables = { MUSTER_URL: 'http://env.test', MUSTER_TOKEN: 'env' };
    expect(of(variables, { url: 'http://option.test', tokenFile: file })).toEqual({
      url: 'http://option.test',
      token: 'from-file',
    });
    expect(of(variables, { profile: 'default' })).toEqual({ url: 'http://profile.test', token: 'of-profile' });
  });

  test('of --laptop has the port and the admin token of npm start', () => {
    writeFileSync(path.join(folder, 'admin-token'), 'of-laptop\n');
    expect(of({ MUSTER_PORT: '4100', MUSTER_DATA_DIR: folder }, { laptop: true })).toEqual({
      url: 'http://127.0.0.1:4100',
      token: 'of-laptop',
    });
    expect(() => of({ MUSTER_DATA_DIR: '/nowhere' }, { laptop: true })).toThrow('run npm start in this folder');
  });
});

test('the token of the environment goes to the url of the environment only', async () => {
  const sent: Request[] = [];
  const { MUSTER_TOKEN } = process.env;
  process.env['MUSTER_TOKEN'] = TOKEN;
  try {
    const terminal = testTerminal({ fetch: answering(200, { id: 'a', role: 'agent' }, sent) });
    await run(['whoami', '--url', 'http://elsewhere.test'], terminal);
  } finally {
    delete process.env['MUSTER_TOKEN'];
    Object.assign(process.env, given({ MUSTER_TOKEN }));
  }
  expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([null]);
});

test('an outage is told once, and its end', async () => {
  let left = 3;
  const answer = answering(200, { id: 'a', role: 'agent' });
  const fetch: typeof globalThis.fetch = (...request) =>
    (left -= 1) >= 0 ? Promise.reject(new TypeError('fetch failed')) : answer(...request);
  const { code, err } = await run(['whoami'], testTerminal({ env, fetch }));
  expect(code).toBe(0);
  expect(err).toMatch(
    /^muster: GET \/v1\/me: no connection to http:\/\/muster\.test, .* Still trying\.\nmuster: Muster answers again\.\n$/,
  );
});

test('only a limit that the caller gave is 124', () => {
  expect(exitCodeOfError(new WaitTimeoutError('no more'))).toBe(124);
  expect(exitCodeOfError(new TimeoutError('no answer within 30000 ms'))).toBe(1);
});

test('Ctrl-C where the token is asked for is 130', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  Object.defineProperty(process, 'stdin', { configurable: true, value: input });
  try {
    const asked = processTerminal().readSecret('');
    input.write('muster_half\u0003');
    expect(exitCodeOfError(await asked.catch((error: unknown) => error))).toBe(130);
  } finally {
    Object.defineProperty(process, 'stdin', stdin);
  }
});

test('Ctrl-C ends presence keep also before its first check-in', async () => {
  let terminal = testTerminal();
  // No answer, until the caller gives up.
  const fetch: typeof globalThis.fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
      terminal.interrupt();
    });
  terminal = testTerminal({ env, fetch });
  const ended = run(['presence', 'keep'], terminal);
  expect(await ended).toEqual({ code: 130, out: '', err: '' });
});

test('a check-out that fails is not said to be tried again', async () => {
  const terminal = testTerminal({
    env,
    fetch: (url, init) => answering(init?.method === 'DELETE' ? 422 : 200, { detail: 'No.' })(url, init),
  });
  const ended = run(['presence', 'keep'], terminal);
  await terminal.says('You are present');
  terminal.interrupt();
  expect(await ended).toEqual({ code: 130, out: '', err: 'You are present until Ctrl-C.\nmuster: No. (422)\n' });
});

const leaves = (command: Command, names: readonly string[] = []): readonly string[][] =>
  command.commands.length === 0
    ? [[...names]]
    : command.commands.flatMap((child) => leaves(child, [...names, child.name()]));

test.each(leaves(await createProgram(processTerminal())).filter(([name]) => name !== 'admin'))(
  'muster %s %s has help with examples',
  async (...names) => {
    const args = names.filter((name) => typeof name === 'string');
    const { code, out, err } = await run([...args, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`muster ${args.join(' ')}`);
    expect(out).toMatch(/\nExamples:\n {2}\S/);
  },
);

test('the help lists the exit codes', async () => {
  const { out } = await run(['--help']);
  for (const line of ['3    the sync point', '124  ', '130  interrupted']) expect(out).toContain(line);
});
