import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isCompleteRun } from './size';
import type { RunningMuster } from './start-muster';

/** What of Jest's global configuration says whether all tests were asked for. */
interface TestRun {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
  readonly shard?: object;
  readonly onlyChanged: boolean;
  readonly onlyFailures: boolean;
}

export default async function stopMuster(run: TestRun): Promise<void> {
  const muster = globalThis.__MUSTER__;
  if (!muster) return;
  const { exitCode, signalCode } = muster.child;
  // Every test after that has failed for want of an answer; this tells why.
  if (exitCode !== null || signalCode !== null) {
    throw new Error(
      `muster ended by itself with ${exitCode ?? signalCode}, data in ${muster.dataDirectory}: ${muster.output()}`,
    );
  }
  await muster.stop();
  checkLog(muster);
  rmSync(muster.dataDirectory, { recursive: true, force: true });
  const calls = process.env['MUSTER_RECORD_CALLS'] ?? '';
  // A part of the suite uses a part of the permissions.
  if (isComplete(run)) checkPermissions(calls);
  rmSync(calls, { force: true });
}

/** @throws Error when a token of any test stands in what was logged or printed */
function checkLog(muster: RunningMuster): void {
  const lines = `${readFileSync(path.join(muster.dataDirectory, 'muster.log'), 'utf8')}\n${muster.output()}`.split(
    '\n',
  );
  const telling = lines.filter((line) => line.includes(muster.adminToken) || /muster_[\w-]{43}/.test(line));
  if (telling.length > 0) throw new Error(`A token is in the log:\n${telling.join('\n')}`);
}

const isComplete = ({ testPathPatterns, testNamePattern, shard, onlyChanged, onlyFailures }: TestRun): boolean =>
  isCompleteRun &&
  testPathPatterns.patterns.length === 0 &&
  !testNamePattern &&
  !shard &&
  !onlyChanged &&
  !onlyFailures;

/** @throws Error when the roles of the functions permit more or less than they have called */
function checkPermissions(recordedCalls: string): void {
  // In a process of its own, which can import the laptop's modules.
  const args = ['--import', 'tsx', 'test/support/compare-permissions.ts', recordedCalls];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) throw new Error(`The roles of the functions are not what they call:\n${stderr}`);
}
