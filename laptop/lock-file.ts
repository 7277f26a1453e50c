/** A file that one running process at a time can hold. A lock left by a killed process doesn't count. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

export class LockedError extends Error {
  override readonly name = 'LockedError';

  constructor(
    /** Process that holds the file, if known. */
    readonly holder: number | undefined,
  ) {
    super(`held by process ${holder ?? 'unknown'}`);
  }
}

/**
 * Returns a function that releases the lock.
 *
 * @throws LockedError when another running process holds it; a system error when the file can't be written
 */
export function acquireLock(lockFile: string): () => void {
  // Two attempts at most: a killed process's lock is removed once, and then the fastest process gets it.
  for (const attempt of [1, 2]) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, `${process.pid} ${processStart(process.pid) ?? ''}\n`);
      closeSync(file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = lockHolder(lockFile);
      if (holder !== undefined || attempt === 2) throw new LockedError(holder);
      rmSync(lockFile, { force: true });
    }
  }
  return () => {
    if (lockHolder(lockFile) === process.pid) rmSync(lockFile, { force: true });
  };
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
  // After a reboot, or in a container, another process may have the id. The start time shows that, where available.
  const startNow = processStart(holder);
  return start !== undefined && startNow !== undefined && start !== startNow ? undefined : holder;
}

export function isRunning(pid: number): boolean {
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
