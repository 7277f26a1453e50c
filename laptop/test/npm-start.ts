/** Runs `npm start` as a real process, for tests of its output, its child processes and its data. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually';

export const START_LIMIT_MS = 60_000;
export const ADMIN_TOKEN = 'an-admin-token-for-tests-0123456789';

/** The data folder; a fresh one for each test. */
export let directory: string;
let children: ChildProcess[];

export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
}

/** @param imports modules that every thread imports before ours */
export function run(
  environment: Readonly<Record<string, string>> = {},
  { imports = [] }: { readonly imports?: readonly string[] } = {},
): Started {
  // Leaves out Jest's options and the settings of the stack that the e2e suite uses in the same run.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('MUSTER_')),
  );
  const child = spawn(
    process.execPath,
    [...['tsx', ...imports].flatMap((name) => ['--import', name]), 'scripts/start.ts'],
    {
      env: { ...inherited, MUSTER_PORT: '0', MUSTER_DATA_DIR: directory, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
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

export async function ready({ output }: Started): Promise<string> {
  return await eventually(() => {
    const url = /ready at (\S+)/.exec(output())?.[1];
    if (url === undefined) throw new Error(`not ready: ${output()}`);
    return url;
  }, START_LIMIT_MS);
}

export async function api(url: string, token: string, method: string, route: string, body?: object): Promise<Response> {
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
