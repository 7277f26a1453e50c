/** One run of the Dynoxide binary, from its start until it ends by itself or is ended. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LocalError } from '../local-error';

export interface DynoxideProcess {
  readonly pid: number;
  /** Resolves with a short text: how it ended, and its last output. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface DynoxideRun {
  readonly command: string;
  readonly port: number;
  readonly databaseFile: string;
  /** The watching shell removes it if this process is killed. */
  readonly temporaryDirectory?: string;
  readonly signal?: AbortSignal;
  readonly log?: (line: string) => void;
}

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 3_000;
const LISTENING = /^Dynoxide listening on /;

/**
 * Dynoxide doesn't end with its parent process, so a shell starts it. A copy of that shell reads from a pipe, which
 * breaks when this process ends for any reason. The copy then kills Dynoxide. The shell itself becomes Dynoxide, so
 * Dynoxide has the process id that the copy knows as `$$`. A line through the pipe ends the copy without a kill.
 *
 * Signals go to the whole process group, which the shell leads: a `dynoxide` on the PATH may be a launcher that runs
 * the binary as its child.
 */
const WATCHED = `
  exec 3<&0 </dev/null
  { read -r ended <&3 || { [ -z "$1" ] || rm -rf -- "$1"; kill -s KILL -- "-$$"; }; } >/dev/null 2>&1 &
  shift
  exec "$@" 3<&-
`;

/** Resolves when it accepts connections. */
export async function runDynoxide(run: DynoxideRun): Promise<DynoxideProcess> {
  run.signal?.throwIfAborted();
  const { command, port, databaseFile, temporaryDirectory = '' } = run;
  const dynoxide = [command, '--host', '127.0.0.1', '--port', String(port), '--db-path', databaseFile];
  // Detached, so that Ctrl-C in the terminal reaches only us and requests in progress can still finish.
  const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', temporaryDirectory, ...dynoxide], {
    detached: true,
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined); // the pipe breaks when the watching shell is killed, which loses nothing

  let last = 'it said nothing';
  const listening = new Promise<'listening'>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() !== '') last = line;
        run.log?.(line);
        if (LISTENING.test(line)) resolve('listening');
      });
    }
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', () => child.stdin.end('ended\n'));
    child.once('close', (code, signal) => {
      resolve(`${signal ?? `exit code ${String(code)}`}: ${last}`);
    });
  });

  const stop = async (): Promise<void> => {
    signalGroup(child.pid, 'SIGTERM');
    const limit = setTimeout(() => {
      signalGroup(child.pid, 'SIGKILL');
    }, STOP_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  };
  const abort = (): void => {
    signalGroup(child.pid, 'SIGKILL');
  };
  run.signal?.addEventListener('abort', abort, { once: true });
  const limit = setTimeout(abort, START_LIMIT_MS);
  const outcome = await Promise.race([listening, ended]);
  clearTimeout(limit);
  run.signal?.removeEventListener('abort', abort);
  if (outcome === 'listening' && child.pid !== undefined) return { pid: child.pid, ended, stop };
  throw new LocalError(
    run.signal?.aborted === true ? 'The start was cancelled.' : `Dynoxide stopped while starting (${outcome}).`,
  );
}

/** Does nothing if the whole group has ended. */
export function signalGroup(leader: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
