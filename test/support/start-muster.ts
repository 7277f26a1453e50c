import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** DynamoDB Local waits for the disk at every write, which is most of the time of a large test; memory spares that. */
const FAST_DIRECTORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface RunningMuster {
  readonly child: ChildProcess;
  readonly url: string;
  readonly adminToken: string;
  readonly dataDirectory: string;
  /** What it printed to standard output and error until now. */
  output(): string;
  /** Asks it to stop and resolves when it has. */
  stop(): Promise<void>;
}

export interface MusterOptions {
  /** @default a new temporary directory */
  readonly dataDirectory?: string;
  readonly adminToken?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs what `npm start` runs, on a free port, and resolves when it says that it is ready. */
export async function runMuster(options: MusterOptions = {}): Promise<RunningMuster> {
  const adminToken = options.adminToken ?? `e2e-admin-${randomBytes(24).toString('hex')}`;
  const dataDirectory = options.dataDirectory ?? mkdtempSync(path.join(FAST_DIRECTORY, 'muster-e2e-'));
  const child = spawn(process.execPath, ['scripts/run.mjs', 'start'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      MUSTER_PORT: '0',
      MUSTER_DATA_DIR: dataDirectory,
      MUSTER_ADMIN_TOKEN: adminToken,
      ...options.environment,
    },
  });
  const printed: string[] = [];
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(`${line}\n`);
      const ready = /ready at (http:\S+)/.exec(line);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    child.once('exit', (code) => {
      reject(new Error(`muster ended with ${code ?? 'a signal'}: ${printed.join('')}`));
    });
  });
  return {
    child,
    url,
    adminToken,
    dataDirectory,
    output: () => printed.join(''),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

declare global {
  var __MUSTER__: RunningMuster | undefined;
}

/**
 * The e2e suite runs against MUSTER_URL with MUSTER_ADMIN_TOKEN where they are set (a deployed stack), and else
 * against a laptop stack of its own.
 */
export default async function startMuster(): Promise<void> {
  if (process.env['MUSTER_URL']) return;
  // For every stack of the run: tests that need one of their own inherit it.
  process.env['MUSTER_RECORD_CALLS'] = path.join(tmpdir(), `muster-calls-${randomBytes(8).toString('hex')}.jsonl`);
  const muster = await runMuster();
  globalThis.__MUSTER__ = muster;
  process.env['MUSTER_URL'] = muster.url;
  process.env['MUSTER_ADMIN_TOKEN'] = muster.adminToken;
  process.env['MUSTER_AWS_ENVIRONMENT'] = path.join(muster.dataDirectory, 'aws-environment');
}
