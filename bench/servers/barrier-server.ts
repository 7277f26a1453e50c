import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** A server that participants can meet at. */
export interface BarrierServer {
  readonly name: string;
  readonly version: string;
  /** How a barrier is made of it, and when a write counts as done. */
  readonly recipe: string;
  /** A barrier for so many, each with its connection. */
  prepare(participants: number): Promise<Barrier>;
  stop(): Promise<void>;
}

interface Barrier {
  /** All arrive at once; resolves when the last of them knows that all have arrived. */
  meet(): Promise<void>;
  close(): Promise<void>;
}

/** Not a failure: the server is left out. */
export class NotInstalled extends Error {
  constructor(command: string, debianPackage: string) {
    super(`${command} is not installed (Debian: apt-get install ${debianPackage})`);
  }
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;

/** Starts a server and resolves when `isReady` answers true. @throws NotInstalled when there is no such command */
export async function startServer(
  command: string,
  args: readonly string[],
  debianPackage: string,
  isReady: () => Promise<boolean>,
): Promise<() => Promise<void>> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const ended = new Promise<Error | undefined>((resolve) => {
    child.once('error', resolve);
    child.once('exit', () => {
      resolve(undefined);
    });
  });
  const untilMs = performance.now() + START_LIMIT_MS;
  while (!(await isReady().catch(() => false))) {
    const over = await Promise.race([ended.then((error) => ({ error })), delay(50)]);
    if (over) {
      const error = over.error as NodeJS.ErrnoException | undefined;
      if (error?.code === 'ENOENT') throw new NotInstalled(command, debianPackage);
      throw new Error(`${command} ended while starting: ${printed.join('').slice(-1_000)}`);
    }
    if (performance.now() > untilMs) {
      await end(child, ended);
      throw new Error(`${command} was not ready after ${START_LIMIT_MS} ms: ${printed.join('').slice(-1_000)}`);
    }
  }
  return () => end(child, ended);
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(limit);
}

/** The first line that a command prints; '' when there is no such command. */
export async function versionOf(command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.once('error', () => {
      resolve('');
    });
    child.once('close', () => {
      resolve(printed.split('\n')[0] ?? '');
    });
  });
}
