import { readFileSync, writeFileSync } from 'node:fs';

/** Writes a file that an npm script makes from the code. With `--check`: fails when the file is out of date. */
export function writeOrCheck(file: string, text: string, script: string): void {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is out of date: run \`npm run ${script}\` and commit it.`);
    process.exitCode = 1;
  }
}
