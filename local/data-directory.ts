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
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from './local-error';
import { acquireLock, LockedError } from './lock-file';

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
  const release = lock(absolute, path.join(absolute, 'lock'));
  return { path: absolute, file: (name) => path.join(absolute, name), release };
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

function lock(directory: string, lockFile: string): () => void {
  try {
    return acquireLock(lockFile);
  } catch (error) {
    if (!(error instanceof LockedError)) throw notWritable(directory, error);
    throw new LocalError(
      `The data directory ${directory} is in use by another running muster (process ${error.holder ?? 'unknown'}): stop it, or set MUSTER_DATA_DIR to another folder.`,
    );
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
