/** `npm run soak` for some seconds: it starts a stack of its own, finds nothing wrong, and leaves nothing behind. */
import { afterAll, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRunning } from '../../laptop/lock-file';
import { pollUntil } from '../support/http-client';
import { familyOf } from '../support/proc';

const LIMIT_MS = 400_000;
const directory = mkdtempSync(path.join(tmpdir(), 'muster-soak-test-'));

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function soak(...args: readonly string[]): {
  child: ChildProcess;
  printed: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/soak/run.ts', '--directory', directory, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, printed: () => printed.join(''), ended };
}

test(
  'a short one, with faults and a kill, holds',
  async () => {
    const { printed, ended } = soak('--minutes', '0.2', '--seed', '5', '--kills', '1', '--players', '2');
    const code = await ended;
    expect([code, code === 0 ? '' : printed()]).toEqual([0, '']);

    const summary = JSON.parse(readFileSync(path.join(directory, 'summary.json'), 'utf8')) as {
      readonly kills: number;
      readonly faults: readonly unknown[];
      readonly operations: readonly { readonly operation: string }[];
      readonly verdicts: readonly { readonly check: string; readonly holds: boolean | null }[];
      readonly samples: readonly unknown[];
    };
    expect(summary.kills).toBe(1);
    expect(summary.faults.length).toBeGreaterThan(0);
    expect(summary.samples.length).toBeGreaterThan(0);
    expect(summary.operations.map(({ operation }) => operation)).toContain('check: inbox');
    // Too short to tell a trend of memory; what else can be told on this system is.
    const verdicts = new Map(summary.verdicts.map(({ check, holds }) => [check, holds]));
    expect([verdicts.get('heap is flat'), verdicts.get('memory (RSS) is flat')]).toEqual([null, null]);
    expect([...verdicts.values()]).toContain(true);
    expect([...verdicts.values()]).not.toContain(false);
  },
  LIMIT_MS,
);

test(
  'stopped by a signal, it ends all that it has started',
  async () => {
    const { child, printed, ended } = soak('--minutes', '1');
    await pollUntil(printed, (text) => text.includes('warming up'), { limitMs: 120_000 });
    const family = familyOf(child.pid ?? 0);
    expect(family.length).toBeGreaterThan(3);
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    await pollUntil(
      () => family.filter(isRunning),
      (left) => left.length === 0,
    );
  },
  LIMIT_MS,
);
