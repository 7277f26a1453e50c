/**
 * The one folder in which everything that must survive a restart is kept.
 *
 *     dynamodb/            the tables, written by DynamoDB Local
 *     schedules.jsonl      schedules that have not fired yet
 *     stream-*.json        how far the table's stream has been worked off
 *     dead-letters.jsonl   what was given up on and waits in the dead-letter queues
 *     admin-token          the admin's token, when it was made here (mode 0600)
 *     aws-environment      while it runs: variables that lead an AWS SDK to the services here
 *     muster.log           what the functions log
 *     lock                 the process that uses the folder
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { LocalError } from './local-error';

export interface DataDirectory {
  readonly path: string;
  file(name: string): string;
  /** Lets another process use the folder. */
  release(): void;
}

/** @throws LocalError when the folder can't be written or another running process uses it */
export function openDataDirectory(directory: string): DataDirectory {
  const absolute = path.resolve(directory);
  try {
    makeDirectory(path.join(absolute, 'dynamodb'));
  } catch (error) {
    throw notWritable(absolute, error);
  }
  const lockFile = path.join(absolute, 'lock');
  acquireLock(absolute, lockFile);
  return {
    path: absolute,
    file: (name) => path.join(absolute, name),
    release: () => {
      if (lockHolder(lockFile) === process.pid) rmSync(lockFile, { force: true });
    },
  };
}

/** Not by mkdir's `recursive`, which on Node 20 never ends where the parent can't be made (below /proc, for one). */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(path.dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function acquireLock(directory: string, lockFile: string): void {
  // Twice at most: a lock left by a process that was killed is removed once, and whoever is faster then has it.
  for (const attempt of [1, 2]) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, `${process.pid} ${processStart(process.pid) ?? ''}\n`);
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(directory, error);
      const holder = lockHolder(lockFile);
      if (holder !== undefined || attempt === 2) {
        throw new LocalError(
          `The data directory ${directory} is in use by another running muster (process ${holder ?? 'unknown'}): stop it, or set MUSTER_DATA_DIR to another folder.`,
        );
      }
      rmSync(lockFile, { force: true });
    }
  }
}

/** The process that holds the lock, if it still runs. */
function lockHolder(lockFile: string): number | undefined {
  let content: string;
  try {
    content = readFileSync(lockFile, 'utf8');
  } catch {
    return undefined;
  }
  const [pid, start] = content.trim().split(' ');
  const holder = Number(pid);
  if (!Number.isSafeInteger(holder) || holder <= 0) return undefined;
  if (!isRunning(holder)) return undefined;
  // After a reboot, or in a container, the id may belong to somebody else by now; where that can be told, it is.
  const startNow = processStart(holder);
  return start !== undefined && startNow !== undefined && start !== startNow ? undefined : holder;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot and start time of a process on Linux, where a process id is reused; undefined elsewhere. */
function processStart(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the 20th field after it is the start in clock ticks since boot.
    const ticks = fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? undefined : `${boot}-${ticks}`;
  } catch {
    return undefined;
  }
}

function notWritable(directory: string, error: unknown): LocalError {
  const { code } = error as NodeJS.ErrnoException;
  return new LocalError(
    `The data directory ${directory} is not writable (${code ?? String(error)}): make it so, or set MUSTER_DATA_DIR to another folder.`,
  );
}

/** Replaces a file so that a crash leaves the old or the new content, never a part. */
export function writeFileAtomically(file: string, content: string, mode = 0o644): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, file);
}
