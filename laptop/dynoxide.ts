/**
 * Dynoxide as a child process: DynamoDB on SQLite, in one binary, on 127.0.0.1 only.
 *
 * Acknowledged writes survive its end and ours, even a crash. If it ends by itself, it is restarted on the same port
 * and file.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type DynoxideBinary, findDynoxide } from './dynoxide/binary';
import { DATABASE_FILE, makeTemporaryDirectory, prepareDatabaseFile } from './dynoxide/database-file';
import { forgetProcess, recordProcess } from './dynoxide/leftover';
import { type DynoxideProcess, runDynoxide } from './dynoxide/process';
import { keepRunning } from './dynoxide/supervise';
import { freePort } from './loopback';
import { LocalError } from './local-error';
import type { StoreProcess, StoreProcessOptions } from './store-process';

export interface DynoxideOptions extends StoreProcessOptions {
  /** @default the installed one */
  readonly binary?: DynoxideBinary;
  readonly warn?: (line: string) => void;
}

const START_ATTEMPTS = 3;

export async function startDynoxide(options: DynoxideOptions = {}): Promise<StoreProcess> {
  const binary = options.binary ?? findDynoxide();
  if (binary === undefined) throw noDynoxide();
  const { dataDirectory, warn = () => undefined } = options;
  const directory = path.resolve(dataDirectory ?? makeTemporaryDirectory());
  const databaseFile = path.join(directory, DATABASE_FILE);
  const isTemporary = dataDirectory === undefined;
  const cleanUp = (): void => {
    if (isTemporary) rmSync(directory, { recursive: true, force: true });
    else forgetProcess(directory);
  };
  const run = async (port: number): Promise<DynoxideProcess> => {
    const running = await runDynoxide({
      command: binary.command,
      port,
      databaseFile,
      ...(isTemporary ? { temporaryDirectory: directory } : {}),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.log === undefined ? {} : { log: options.log }),
    });
    if (!isTemporary) tryToRecord(directory, running.pid);
    return running;
  };
  let isNewFile = false;
  try {
    isNewFile = prepareDatabaseFile(databaseFile, binary.version, warn);
    const { port, first } = await startOnFreePort(options.port, run);
    const supervised = keepRunning(first, () => run(port), warn);
    return {
      endpoint: `http://127.0.0.1:${port}`,
      port,
      get pid() {
        return supervised.pid;
      },
      ended: supervised.ended,
      stop: async () => {
        await supervised.stop();
        cleanUp();
      },
    };
  } catch (error) {
    // It never accepted a request, so another store may be tried in this folder.
    if (isNewFile) rmSync(databaseFile, { force: true });
    cleanUp();
    throw error;
  }
}

/** The record only matters if the watching shell is killed too, so a full disk must not make the start fail. */
function tryToRecord(directory: string, pid: number): void {
  try {
    recordProcess(directory, pid);
  } catch {
    forgetProcess(directory);
  }
}

/** Uses the requested port or a free one; tries another free port if a different process takes it first. */
async function startOnFreePort(
  given: number | undefined,
  run: (port: number) => Promise<DynoxideProcess>,
): Promise<{ readonly port: number; readonly first: DynoxideProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = given ?? (await freePort());
    try {
      return { port, first: await run(port) };
    } catch (error) {
      const isTaken = error instanceof LocalError && error.message.includes('already in use');
      if (given !== undefined || !isTaken || attempt === START_ATTEMPTS) throw error;
    }
  }
}

export function noDynoxide(): LocalError {
  return new LocalError(
    `Dynoxide was not found for ${process.platform}-${process.arch}, neither as the optional package nor on the PATH. On Linux x64, run npm ci. Elsewhere, run npm install --global dynoxide@1.2.1, or set MUSTER_STORE=dynamodb-local.`,
  );
}
