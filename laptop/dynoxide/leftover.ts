/**
 * Ends a Dynoxide that outlived its parent process because its watching shell was killed too. Otherwise it would have
 * the file open at the same time as the next one.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFileAtomically } from '../data-directory';
import { isRunning } from '../lock-file';
import { DATABASE_FILE } from './database-file';
import { signalGroup } from './process';

const PROCESS_FILE = 'dynoxide.pid';
const POLL_MS = 10;

export function recordProcess(directory: string, pid: number): void {
  writeFileAtomically(path.join(directory, PROCESS_FILE), `${pid}\n`);
}

export function forgetProcess(directory: string): void {
  rmSync(path.join(directory, PROCESS_FILE), { force: true });
}

/** Call only while no other process can use the folder. */
export async function endLeftover(directory: string): Promise<void> {
  const pid = recordedProcess(directory);
  // The id may have been reused by another process, with a different command line.
  if (pid === undefined || !commandLineOf(pid).includes(path.join(path.resolve(directory), DATABASE_FILE))) return;
  signalGroup(pid, 'SIGKILL');
  while (isRunning(pid) && commandLineOf(pid) !== '') await delay(POLL_MS);
}

function recordedProcess(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(path.join(directory, PROCESS_FILE), 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Empty for a process that has ended. */
function commandLineOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
