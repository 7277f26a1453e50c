/**
 * The one folder for everything that must survive a restart.
 *
 *     dynamodb/            the tables: dynoxide.db with SQLite's files (-wal, -shm) and the process id (dynoxide.pid);
 *                          or shared-local-instance.db, if DynamoDB Local is the store
 *     schedules.jsonl      schedules that have not fired yet
 *     stream-*.json        how far the table's stream has been processed
 *     dead-letters.jsonl   messages in the dead-letter queues
 *     admin-token          the admin's token, if it was generated here (mode 0600)
 *     aws-environment      while the stack runs: variables that point an AWS SDK to its services
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

/** Avoids mkdir's `recursive`: on Node 20 it never returns if the parent can't be created (e.g. below /proc). */
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
      `The data directory ${directory} is in use by another running Muster (process ${error.holder ?? 'unknown'}): stop it, or set MUSTER_DATA_DIR to another folder.`,
    );
  }
}

function notWritable(directory: string, error: unknown): LocalError {
  const { code } = error as NodeJS.ErrnoException;
  return new LocalError(
    `The data directory ${directory} is not writable (${code ?? String(error)}): change its permissions, or set MUSTER_DATA_DIR to another folder.`,
  );
}

/** Replaces a file so that a crash leaves either the old or the new content, never a part of it. */
export function writeFileAtomically(file: string, content: string, mode = 0o644): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, file);
}
