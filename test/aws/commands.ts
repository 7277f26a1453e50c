/**
 * Commands and servers of one run, each in a process group of its own, so that none of their children is left behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { VerifyError } from './verify-error';

const TAIL_LINES = 30;
/** What a process group is given to end by itself. */
const STOP_MS = 10_000;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gets standard output and error. */
  readonly logFile: string;
  /** Whether both are shown as well. @default false */
  readonly show?: boolean;
  /** @default true; false for a command that a test runs, which is ended with the test's own group */
  readonly ownGroup?: boolean;
}

export interface Running {
  readonly pid: number;
  /** Exit code, or the signal that ended it; resolves when it has ended. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
}

const running = new Set<Running>();

/** @throws VerifyError if the program can't be run */
export async function start(command: Command): Promise<Running> {
  const { program, args, env, logFile, show = false, ownGroup = true } = command;
  const child: ChildProcess = spawn(program, args, { env, detached: ownGroup, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile, { flags: 'a' });
  for (const [stream, shown] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream?.pipe(log, { end: false });
    if (show) stream?.pipe(shown, { end: false });
  }
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      reject(new VerifyError(`${program} can't be run: ${error.message}`));
    });
  });
  let over = false;
  const ended = new Promise<string>((resolve) => {
    // Not `exit`: until then what it printed last may be on its way.
    child.once('close', (code, signal) => {
      over = true;
      log.end(() => {
        resolve(String(code ?? signal));
      });
    });
  });
  const started: Running = { pid: child.pid ?? 0, ended, hasEnded: () => over };
  if (ownGroup) running.add(started);
  return started;
}

/** Runs to the end. @throws VerifyError with the end of what it printed, unless its exit code is 0 */
export async function run(name: string, command: Command): Promise<string> {
  const started = await start(command);
  const code = await started.ended;
  running.delete(started);
  if (code !== '0') {
    const printed = command.show === true ? '' : tailOf(command.logFile);
    throw new VerifyError(`${name} failed (${code}); all it printed is in ${command.logFile}.`, printed);
  }
  return readFileSync(command.logFile, 'utf8');
}

export const tailOf = (file: string): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

/** Ends a process and everything that it started. */
async function stop(started: Running): Promise<void> {
  signalGroup(started.pid, 'SIGTERM');
  const untilMs = Date.now() + STOP_MS;
  while (isGroupAlive(started.pid) && Date.now() < untilMs) await delay(50);
  signalGroup(started.pid, 'SIGKILL');
  await started.ended;
  running.delete(started);
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop));
}

const isGroupAlive = (pid: number): boolean => signalGroup(pid, 0);

/** Answers whether there was anyone to signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
