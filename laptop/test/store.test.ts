/** The store on a laptop: the choice of store, and how Dynoxide handles failures around it. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../loopback';
import { findDynoxide } from '../dynoxide/binary';
import { DATABASE_FILE } from '../dynoxide/database-file';
import { endLeftover, recordProcess } from '../dynoxide/leftover';
import { runDynoxide } from '../dynoxide/process';
import { isRunning } from '../lock-file';
import { storeOfData } from '../stack-store';
import { startStore, storeKindOf } from '../store';
import { createMeteredTable, scanAll } from '../../test/support/metered-table';
import { directory, dynoxide, put, stores } from './dynoxide-under-test';
import { eventually } from './eventually';
import { commandLineOf } from '../../test/support/proc';

describe('the choice of store', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    [' dynoxide ', 'dynoxide'],
    ['dynamodb-local', 'dynamodb-local'],
  ] as const)('MUSTER_STORE=%j selects %j', (value, kind) => {
    expect(storeKindOf({ MUSTER_STORE: value })).toBe(kind);
  });

  test('any other value is refused with a list of the allowed ones', () => {
    expect(() => storeKindOf({ MUSTER_STORE: 'Dynoxide' })).toThrow(
      "MUSTER_STORE is 'Dynoxide'; allowed: dynoxide, dynamodb-local.",
    );
  });

  test.each([
    ['dynoxide.db', 'dynoxide', 'dynamodb-local'],
    ['shared-local-instance.db', 'dynamodb-local', 'dynoxide'],
  ] as const)('a folder with %s is used with %s, never with %s', (file, kept, other) => {
    expect(storeOfData(directory, other)).toBe(other);
    writeFileSync(path.join(directory, file), '');
    expect([storeOfData(directory, undefined), storeOfData(directory, kept)]).toEqual([kept, kept]);
    expect(() => storeOfData(directory, other)).toThrow(`MUSTER_STORE is '${other}', but `);
  });

  test('without a folder the tables are in a temporary one that is removed at the end', async () => {
    const store = await startStore({ kind: 'dynoxide' });
    stores.push(store);
    const file = commandLineOf(store.pid).at(-2) ?? '';
    await put(await createMeteredTable(store.endpoint), 'a');
    expect(existsSync(file)).toBe(true);
    await store.stop();
    expect(existsSync(path.dirname(file))).toBe(false);
  });
});

describe('Dynoxide ends unexpectedly', () => {
  test('while requests run: it is restarted on the same port and keeps every accepted write', async () => {
    const warnings: string[] = [];
    const store = await dynoxide({ warn: (line) => warnings.push(line) });
    const table = await createMeteredTable(store.endpoint);
    const accepted: string[] = [];
    let asked = 0;
    let over = false;
    stores.push({ stop: () => Promise.resolve(void (over = true)) });
    const writers = Array.from({ length: 8 }, async () => {
      while (!over) {
        const pk = `p${(asked += 1)}`;
        await put(table, pk).then(
          () => accepted.push(pk),
          () => undefined, // failures are expected while it restarts
        );
      }
    });
    for (let kill = 1; kill <= 3; kill += 1) {
      const [pid, before] = [store.pid, accepted.length];
      await eventually(() => {
        expect(accepted.length).toBeGreaterThan(before + 50);
      });
      process.kill(pid, 'SIGKILL');
      await eventually(() => {
        expect(store.pid).not.toBe(pid);
      });
    }
    const afterTheLast = accepted.length;
    await eventually(() => {
      expect(accepted.length).toBeGreaterThan(afterTheLast + 50);
    });
    over = true;
    await Promise.all(writers);

    const kept = new Set((await scanAll(table)).map(({ pk }) => String(pk)));
    expect(accepted.filter((pk) => !kept.has(pk))).toEqual([]);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatch(/^Dynoxide stopped unexpectedly \(SIGKILL: .*\); restarting it\.$/);
  });

  test('repeatedly: after five restarts within a minute it is not restarted', async () => {
    const warnings: string[] = [];
    const store = await dynoxide({ warn: (line) => warnings.push(line) });
    let ended = false;
    void store.ended.then(() => (ended = true));
    for (let kill = 1; kill <= 6; kill += 1) {
      const { pid } = store;
      process.kill(pid, 'SIGKILL');
      await eventually(() => {
        expect(ended || store.pid !== pid).toBe(true);
      });
      expect(ended).toBe(kill === 6);
    }
    expect(warnings).toHaveLength(5);
  });
});

describe('a failed start gives the reason', () => {
  test('the port is taken', async () => {
    const { port } = await dynoxide();
    await expect(dynoxide({ port })).rejects.toThrow(
      /^Dynoxide stopped while starting \(exit code 1: .*already in use/,
    );
  });

  test('the binary cannot be run', async () => {
    const binary = { command: path.join(directory, 'missing'), version: '1.2.1' };
    await expect(dynoxide({ binary })).rejects.toThrow(/^Dynoxide stopped while starting \(exit code 127: .*not found/);
  });

  test('it was stopped', async () => {
    const abort = new AbortController();
    const starting = dynoxide({ signal: abort.signal });
    abort.abort();
    await expect(starting).rejects.toThrow(/cancelled|aborted/);
  });
});

describe('the process that started Dynoxide is killed', () => {
  const SCRIPT = `
    const { startStore } = await import('./laptop/store.ts');
    const store = await startStore({ kind: 'dynoxide' });
    console.log(store.pid);
    setInterval(() => undefined, 1000);
  `;

  test('Dynoxide ends, and its temporary folder is removed', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SCRIPT], {
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let pid: number;
    try {
      pid = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
      expect(isRunning(pid)).toBe(true);
      expect(readdirSync(directory).join(' ')).toMatch(/muster-store-/);
    } finally {
      child.kill('SIGKILL');
    }
    await eventually(() => {
      expect(isRunning(pid)).toBe(false);
      expect(readdirSync(directory).join(' ')).not.toMatch(/muster-store-/);
    });
  });

  test('the next start ends a leftover Dynoxide, but not an unrelated process', async () => {
    const { command } = findDynoxide() ?? { command: '' };
    const databaseFile = path.join(directory, DATABASE_FILE);
    const left = await runDynoxide({ command, port: await freePort(), databaseFile });
    recordProcess(directory, left.pid);
    await endLeftover(directory);
    expect(await left.ended).toMatch(/^SIGKILL/);

    recordProcess(directory, process.pid);
    await endLeftover(directory);
  });
});

/** A file size limit makes writes fail, as a full disk would. */
test('a full disk: writes are refused, reads work, and no accepted write is lost', async () => {
  const { command } = findDynoxide() ?? { command: '' };
  const limited = path.join(directory, 'limited');
  writeFileSync(limited, `#!/bin/sh\ntrap '' XFSZ\nulimit -f 2000\nexec '${command}' "$@"\n`);
  chmodSync(limited, 0o755);
  const small = await dynoxide({ binary: { command: limited, version: '1.2.1' } });
  const table = await createMeteredTable(small.endpoint);
  const accepted: string[] = [];
  let refused: unknown;
  while (refused === undefined && accepted.length < 1_000) {
    const pk = `p${accepted.length}`;
    await put(table, pk, { data: 'x'.repeat(1_000) }).then(
      () => accepted.push(pk),
      (error: unknown) => (refused = error),
    );
  }
  expect(refused).toMatchObject({ name: 'InternalServerError' });
  expect(accepted.length).toBeGreaterThan(10);
  const read = new GetCommand({ TableName: table.name, Key: { pk: 'p0', sk: 'x' } });
  expect((await table.client.send(read)).Item).toBeDefined();
  await small.stop();

  const roomy = await dynoxide();
  const client = await createMeteredTable(roomy.endpoint);
  const kept = new Set((await scanAll({ ...client, name: table.name })).map(({ pk }) => String(pk)));
  expect(accepted.filter((pk) => !kept.has(pk))).toEqual([]);
});
