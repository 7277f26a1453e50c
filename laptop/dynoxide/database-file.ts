/** Dynoxide's database file, created from prepared.db before the first start. */
import { copyFileSync, existsSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const DATABASE_FILE = 'dynoxide.db';

/** Versions whose own file has the table that is in prepared.db. */
const PREPARED_FOR: readonly string[] = ['1.2.1'];

const prepared = fileURLToPath(new URL('./prepared.db', import.meta.url));

/** An existing file is left unchanged; an interrupted copy leaves no file. Returns whether it created the file. */
export function prepareDatabaseFile(file: string, version: string, warn: (line: string) => void): boolean {
  if (existsSync(file)) return false;
  if (PREPARED_FOR.includes(version)) {
    const unfinished = `${file}.new`;
    copyFileSync(prepared, unfinished);
    renameSync(unfinished, file);
    return true;
  }
  warn(
    `Dynoxide ${version} becomes slower with every change, and its file grows. Version ${PREPARED_FOR.join(' or ')} does not: npm install --global dynoxide@${PREPARED_FOR.join()}`,
  );
  return false;
}

export function makeTemporaryDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), 'muster-store-'));
}
