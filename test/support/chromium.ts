import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Of Debian, Ubuntu and GitHub's images. */
const PROGRAMS = ['chromium-headless-shell', 'chromium', 'google-chrome'];

/** Returns the path of the browser. @throws Error if this machine has none */
export function findChromium(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  for (const program of PROGRAMS) {
    const found = folders.map((folder) => path.join(folder, program)).find(isProgram);
    if (found !== undefined) return found;
  }
  throw new Error(`none of ${PROGRAMS.join(', ')} is installed`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
