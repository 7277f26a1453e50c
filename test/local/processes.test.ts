/** `npm start` as a process: what it prints, what it leaves behind, and what survives. Each start is a real one. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually';

const START_LIMIT_MS = 60_000;
const ADMIN_TOKEN = 'an-admin-token-for-tests-0123456789';

let directory: string;
let children: ChildProcess[];

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
}

function run(environment: Readonly<Record<string, string>> = {}): Started {
  // Neither Jest's options nor settings of the stack that the e2e suite of the same run uses.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('MUSTER_')),
  );
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts'], {
    env: { ...inherited, MUSTER_PORT: '0', MUSTER_DATA_DIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const exited = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? '');
    });
  });
  return { child, output: () => output, exited };
}

async function ready({ output }: Started): Promise<string> {
  return await eventually(() => {
    const url = /ready at (\S+)/.exec(output())?.[1];
    if (url === undefined) throw new Error(`not ready: ${output()}`);
    return url;
  }, START_LIMIT_MS);
}

/** The Java processes that `parent` has started. */
function javaOf(parent: ChildProcess): readonly number[] {
  const lines = execFileSync('ps', ['-eo', 'pid,ppid,comm'], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, command]) => Number(ppid) === parent.pid && command === 'java')
    .map(([pid]) => Number(pid));
}

/** A process that has ended but that nobody has asked about (a zombie) doesn't run. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function expectGone(pids: readonly number[]): Promise<void> {
  expect(pids).not.toHaveLength(0);
  await eventually(() => {
    expect(pids.filter(isRunning)).toEqual([]);
  });
}

async function api(url: string, token: string, method: string, route: string, body?: object): Promise<Response> {
  return await fetch(`${url}${route}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), 'muster-process-')), 'data');
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await eventually(() => {
    expect(children.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null)).toBe(true);
  });
  rmSync(path.dirname(directory), { recursive: true, force: true });
});

describe('starting and stopping', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with exit code 0 and Java with it', async (signal) => {
    const started = run();
    const url = await ready(started);
    expect((await fetch(`${url}/v1/health`)).status).toBe(200);
    const java = javaOf(started.child);
    started.child.kill(signal);
    expect(await started.exited).toBe(0);
    await expectGone(java);
    expect(existsSync(path.join(directory, 'lock'))).toBe(false);
  });

  test('a signal in the middle of the start does the same', async () => {
    const started = run();
    const java = await eventually(() => {
      const pids = javaOf(started.child);
      expect(pids).toHaveLength(1);
      return pids;
    }, START_LIMIT_MS);
    started.child.kill('SIGTERM');
    expect(await started.exited).toBe(0);
    await expectGone(java);
  });

  test('the admin token is made once, shown once, and readable by the owner only', async () => {
    const first = run();
    const url = await ready(first);
    const file = path.join(directory, 'admin-token');
    const token = await eventually(() => {
      const kept = readFileSync(file, 'utf8').trim();
      expect(first.output()).toContain(kept);
      return kept;
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await api(url, token, 'GET', '/v1/me')).status).toBe(200);
    first.child.kill('SIGTERM');
    await first.exited;
    expect(readFileSync(path.join(directory, 'muster.log'), 'utf8')).not.toContain(token);

    const second = run();
    await ready(second);
    await eventually(() => {
      expect(second.output()).toContain(file);
    });
    expect(second.output()).not.toContain(token);
  });

  test('every socket is on 127.0.0.1', async () => {
    const started = run();
    await ready(started);
    const pids = [started.child.pid, ...javaOf(started.child)];
    const listening = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => pids.some((pid) => line.includes(`pid=${String(pid)},`)))
      .map((line) => line.trim().split(/\s+/)[3] ?? '');
    expect(listening).toHaveLength(4); // the API, fauxqs, the emulated services, DynamoDB Local
    expect(listening.filter((address) => !address.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

describe('kill -9', () => {
  test('leaves no Java; what was answered is there after the next start, and is dispatched', async () => {
    const first = run({ MUSTER_ADMIN_TOKEN: ADMIN_TOKEN });
    const url = await ready(first);
    for (const id of ['agent-1', 'agent-2']) {
      const made = await api(url, ADMIN_TOKEN, 'POST', '/v1/agents', { id, name: id });
      expect(made.status).toBe(201);
    }
    const java = javaOf(first.child);
    const point = { id: 'point', name: 'point', participants: ['agent-1', 'agent-2'] };
    expect((await api(url, ADMIN_TOKEN, 'POST', '/v1/sync-points', point)).status).toBe(201);
    first.child.kill('SIGKILL');
    await first.exited;
    await expectGone(java);

    const again = await ready(run({ MUSTER_ADMIN_TOKEN: ADMIN_TOKEN }));
    expect((await api(again, ADMIN_TOKEN, 'GET', '/v1/sync-points/point')).status).toBe(200);
    const types = await eventually(async () => {
      const answer = await api(again, ADMIN_TOKEN, 'GET', '/v1/sync-points/point/events');
      const { items } = (await answer.json()) as { readonly items: readonly { readonly type: string }[] };
      expect(items).not.toHaveLength(0);
      return items.map(({ type }) => type);
    });
    expect(types).toEqual(['SYNC_POINT_CREATED']);
  });
});

describe('what a person can put right is said in one line', () => {
  async function expectError(started: Started, message: RegExp): Promise<void> {
    expect(await started.exited).toBe(1);
    const lines = started.output().trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
  }

  test('the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    await expectError(run({ MUSTER_PORT: String(port) }), new RegExp(`^error: Port ${port} is taken`));
    server.close();
  });

  test.each([
    ['MUSTER_PORT', 'http', /^error: MUSTER_PORT is 'http'; allowed: a whole number from 0/],
    ['MUSTER_PORT', '65536', /^error: MUSTER_PORT is '65536'/],
    ['MUSTER_ADMIN_TOKEN', 'short', /^error: MUSTER_ADMIN_TOKEN has 5 characters; it needs at least 32\.$/],
    ['DYNAMODB_ENDPOINT', 'localhost:8000', /^error: DYNAMODB_ENDPOINT is 'localhost:8000'; it must be a URL/],
    ['MUSTER_DATA_DIR', '/proc/muster', /^error: The data directory \/proc\/muster is not writable/],
    ['MUSTER_DATA_DIR', '/dev/null/muster', /^error: The data directory \/dev\/null\/muster is not writable/],
  ])('%s=%s', async (name, value, message) => {
    await expectError(run({ [name]: value }), message);
  });

  test('neither Java nor Docker', async () => {
    const onlyNode = path.join(path.dirname(directory), 'bin');
    mkdirSync(onlyNode);
    symlinkSync(process.execPath, path.join(onlyNode, 'node'));
    await expectError(run({ PATH: onlyNode, JAVA_HOME: '' }), /^error: .* Java 17 or newer, or a running Docker/);
  });

  test('a Java that is too old counts as none', async () => {
    const bin = path.join(path.dirname(directory), 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, path.join(bin, 'node'));
    const error = 'java.lang.UnsupportedClassVersionError: LoopbackLauncher has been compiled by a more recent version';
    writeFileSync(path.join(bin, 'java'), `#!/bin/sh\necho 'Error: ${error}' >&2\nexit 1\n`);
    chmodSync(path.join(bin, 'java'), 0o755);
    await expectError(run({ PATH: `${bin}:/bin`, JAVA_HOME: '' }), /^error: .* Java 17 or newer, or a running Docker/);
  });

  test('the data directory is in use', async () => {
    const first = run();
    await ready(first);
    await expectError(run(), new RegExp(`^error: .*in use by another running muster \\(process ${first.child.pid}\\)`));
  });
});
