/** `npm start` as a real process: its output, its child processes and its data. */
import { describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { sized } from '../../test/support/size';
import { childrenOf, listeningAddressesOf } from '../../test/support/proc';
import { eventually } from './eventually';
import { api, directory, ready, run, type Started, START_LIMIT_MS } from './npm-start';

/** The stores that `parent` has started: Dynoxide, or DynamoDB Local's Java. */
const storesOf = (parent: ChildProcess): readonly number[] =>
  childrenOf(parent.pid)
    .filter(({ command }) => ['dynoxide', 'java'].includes(command))
    .map(({ pid }) => pid);

/** A zombie, a process that has ended but was not yet reaped, does not count as running. */
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

/** A folder for the PATH that contains only Node. */
function onlyNode(): string {
  const folder = path.join(path.dirname(directory), 'bin');
  mkdirSync(folder);
  symlinkSync(process.execPath, path.join(folder, 'node'));
  return folder;
}

describe('starting and stopping', () => {
  test('needs only Node on the PATH, and every socket is on 127.0.0.1', async () => {
    const started = run({ PATH: onlyNode(), JAVA_HOME: '' });
    expect((await fetch(`${await ready(started)}/v1/health`)).status).toBe(200);
    const listening = listeningAddressesOf([started.child.pid ?? 0, ...storesOf(started.child)]);
    expect(listening).toHaveLength(4); // the API, fauxqs, the emulated services, the store
    expect(listening.filter((address) => !address.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test.each(sized({ quick: ['SIGTERM'] as const, complete: ['SIGINT', 'SIGTERM'] as const }))(
    '%s ends it with exit code 0 and also ends the store',
    async (signal) => {
      const started = run();
      const url = await ready(started);
      expect((await fetch(`${url}/v1/health`)).status).toBe(200);
      const stores = storesOf(started.child);
      started.child.kill(signal);
      expect(await started.exited).toBe(0);
      await expectGone(stores);
      expect(existsSync(path.join(directory, 'lock'))).toBe(false);
    },
  );

  test('kill -9 also ends the store', async () => {
    const started = run();
    await ready(started);
    const stores = storesOf(started.child);
    started.child.kill('SIGKILL');
    await started.exited;
    await expectGone(stores);
  });

  test('a signal during the start leaves no store running', async () => {
    const started = run();
    const stores = await eventually(() => {
      const pids = storesOf(started.child);
      expect(pids).toHaveLength(1);
      return pids;
    }, START_LIMIT_MS);
    started.child.kill('SIGTERM');
    expect(await started.exited).toBe(0);
    await expectGone(stores);
  });

  test('the admin token is created once, shown once, and readable only by the owner', async () => {
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
});

describe('an error that the user can fix is printed in one line', () => {
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
    await expectError(run({ MUSTER_PORT: String(port) }), new RegExp(`^error: Port ${port} is already in use`));
    server.close();
  });

  const INVALID: [name: string, value: string, message: RegExp][] = [
    ['MUSTER_PORT', 'http', /^error: MUSTER_PORT is 'http'; allowed: a whole number from 0/],
    ['MUSTER_PORT', '65536', /^error: MUSTER_PORT is '65536'/],
    ['MUSTER_ADMIN_TOKEN', 'short', /^error: MUSTER_ADMIN_TOKEN has 5 characters; at least 32 are required\.$/],
    ['MUSTER_STORE', 'sqlite', /^error: MUSTER_STORE is 'sqlite'; allowed: dynoxide, dynamodb-local\.$/],
    ['DYNAMODB_ENDPOINT', 'localhost:8000', /^error: DYNAMODB_ENDPOINT is 'localhost:8000'; allowed: a URL/],
    ['MUSTER_DATA_DIR', '/proc/muster', /^error: The data directory \/proc\/muster is not writable/],
    ['MUSTER_DATA_DIR', '/dev/null/muster', /^error: The data directory \/dev\/null\/muster is not writable/],
  ];
  // settings.test.ts has each value without a process.
  const inThisRun = sized({
    quick: INVALID.filter(([, value]) => /^(http|.*\/muster)$/.test(value)),
    complete: INVALID,
  });
  test.each(inThisRun)('%s=%s', async (name, value, message) => {
    await expectError(run({ [name]: value }), message);
  });

  test('DynamoDB Local has neither Java nor Docker', async () => {
    const environment = { PATH: onlyNode(), JAVA_HOME: '', MUSTER_STORE: 'dynamodb-local' };
    await expectError(run(environment), /^error: .* Java 17 or newer, or a running Docker/);
  });

  test('Java is too old for DynamoDB Local', async () => {
    const bin = onlyNode();
    const error = 'java.lang.UnsupportedClassVersionError: LoopbackLauncher has been compiled by a more recent version';
    writeFileSync(path.join(bin, 'java'), `#!/bin/sh\necho 'Error: ${error}' >&2\nexit 1\n`);
    chmodSync(path.join(bin, 'java'), 0o755);
    const environment = { PATH: `${bin}:/bin`, JAVA_HOME: '', MUSTER_STORE: 'dynamodb-local' };
    await expectError(run(environment), /^error: .* Java 17 or newer, or a running Docker/);
  });

  test('the data directory holds data of a different store', async () => {
    mkdirSync(path.join(directory, 'dynamodb'), { recursive: true });
    writeFileSync(path.join(directory, 'dynamodb', 'shared-local-instance.db'), '');
    await expectError(
      run({ MUSTER_STORE: 'dynoxide' }),
      new RegExp(`^error: MUSTER_STORE is 'dynoxide', but ${directory} has data of DynamoDB Local: unset MUSTER_STORE`),
    );
  });

  test('the data directory is in use', async () => {
    const first = run();
    await ready(first);
    await expectError(run(), new RegExp(`^error: .*in use by another running Muster \\(process ${first.child.pid}\\)`));
  });
});
