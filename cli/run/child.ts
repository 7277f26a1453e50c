/** Runs a command as if it had been called itself: with its input and output, its signals and its exit code. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import type { CommandEnd } from './outcome';
import { Tail } from './tail';
import type { Terminal } from '../terminal';

const LAST_LINES = 20;

/**
 * Output that comes after the exit, of processes that the command left behind, is waited for so long, and for as long
 * as what has come isn't read.
 */
const LATE_OUTPUT_MS = 1_000;

/** Windows has only the first. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type PassedOn = (typeof PASSED_ON)[number];

export interface ChildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly onLine?: (line: string) => void;
}

/** What this process has of its own, which the command gets. */
export interface ChildSurroundings {
  readonly now: () => number;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
  readonly env: Terminal['env'];
  /** Whether Ctrl-C can be pressed. */
  readonly isInForeground: boolean;
}

/** Never rejects: a command that couldn't start has ended, too. */
export function runChild(
  { command, args, onLine = () => undefined }: ChildCommand,
  { now, stdout, stderr, signals, env, isInForeground }: ChildSurroundings,
): Promise<CommandEnd> {
  const startedAtMs = now();
  const tail = new Tail(LAST_LINES, onLine);
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['inherit', 'pipe', 'pipe'] });
    // Beside the pipe: that waits for who reads slowly, so the command waits as well.
    child.stdout.on('data', tail.reader()).pipe(stdout, { end: false });
    child.stderr.on('data', tail.reader()).pipe(stderr, { end: false });

    // Nobody reads any more: the command is to notice it as if it had written there itself.
    const stdoutClosed = (): void => void child.stdout.destroy();
    const stderrClosed = (): void => void child.stderr.destroy();
    stdout.on('error', stdoutClosed);
    stderr.on('error', stderrClosed);

    let isFirst = true;
    const passOn = (signal: PassedOn): void => {
      // A terminal sends Ctrl-C to every process in the foreground, so the command has it, and after another one many
      // programs end without cleaning up. From the second on that is what is wanted, and it may be one of `kill`.
      if (signal !== 'SIGINT' || !isInForeground || !isFirst) child.kill(signal);
      if (signal === 'SIGINT') isFirst = false;
    };
    for (const signal of PASSED_ON) signals.on(signal, passOn);

    const end = (how: Pick<CommandEnd, 'exitCode' | 'signal' | 'startError'>): void => {
      for (const signal of PASSED_ON) signals.off(signal, passOn);
      stdout.off('error', stdoutClosed);
      stderr.off('error', stderrClosed);
      tail.end();
      resolve({ ...how, durationMs: now() - startedAtMs, lastLines: tail.lines });
    };
    child.once('error', (startError: NodeJS.ErrnoException) => {
      // A signal that couldn't be sent is an error, too.
      if (child.pid === undefined) end({ exitCode: null, signal: null, startError });
    });
    child.once('exit', (exitCode, signal) => {
      const late = setTimeout(() => {
        // Afterwards, because a write that was blocked has held up the reading as well.
        setImmediate(() => {
          if (stdout.writableNeedDrain || stderr.writableNeedDrain) late.refresh();
          else {
            child.stdout.destroy();
            child.stderr.destroy();
          }
        });
      }, LATE_OUTPUT_MS);
      child.once('close', () => {
        clearTimeout(late);
        end({ exitCode, signal, startError: null });
      });
    });
  });
}

/** As shells count: 127 for a command that wasn't found, 126 for one that can't be run, 128 + n for signal n. */
export function exitCodeOf({ exitCode, signal, startError }: CommandEnd): number {
  if (startError) return startError.code === 'ENOENT' ? 127 : 126;
  return exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
