/** What is said on a machine whose Python won't do. The programs are scripts, first and only on the path. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const NAME = `test-${process.pid}`;
const REQUIREMENTS = 'scripts/template-tools.txt';
let programs: string;

beforeEach(() => {
  programs = mkdtempSync(path.join(tmpdir(), 'muster-python-'));
});

afterEach(() => {
  for (const directory of [programs, path.resolve('.venv', NAME)]) rmSync(directory, { recursive: true, force: true });
});

function install(name: string, ...lines: readonly string[]): void {
  const file = path.join(programs, name);
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
}

const PROGRAM = `
  const { PythonError, pythonEnvironment } = await import('./scripts/python-environment.ts');
  try {
    pythonEnvironment(...process.argv.slice(1));
    console.error('no error');
  } catch (error) {
    console.error(error instanceof PythonError ? error.message : error.stack);
  }`;

/** In a process of its own, whose path this is. */
function make(): string {
  const args = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM, NAME, REQUIREMENTS];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: programs } }).stderr.trim();
}

test('without Python it says which is needed, and how to get it', () => {
  expect(make()).toBe(
    'Python 3.11 or newer is needed, but there is no python3; on Debian: apt-get install python3 python3-venv',
  );
});

test('it names the versions that are too old', () => {
  install('python3', 'echo Python 3.9.2');
  install('python3.11', 'echo Python 3.10.0');

  expect(make()).toBe(
    'Python 3.11 or newer is needed, but python3 is 3.9, python3.11 is 3.10; on Debian: apt-get install python3 python3-venv',
  );
});

test('without venv it says what is missing, in the words of Python', () => {
  install(
    'python3',
    '[ "$1" = --version ] && echo Python 3.12.1 && exit',
    'echo No module named ensurepip >&2',
    'exit 1',
  );

  expect(make()).toBe(
    "python3 can't make a virtual environment; on Debian: apt-get install python3 python3-venv: No module named ensurepip",
  );
});

test('an installation that failed is not taken for one the next time', () => {
  const pip = ['#!/bin/sh', 'echo ERROR: No matching distribution >&2', 'exit 1'].join('\\n');
  install(
    'python3',
    '[ "$1" = --version ] && echo Python 3.12.1 && exit',
    'PATH=/usr/bin:/bin',
    `mkdir -p "$3/bin" && printf '${pip}' > "$3/bin/python" && chmod +x "$3/bin/python"`,
  );
  const failure = `The packages of ${REQUIREMENTS} can't be installed: ERROR: No matching distribution`;

  expect([make(), make()]).toEqual([failure, failure]);
  expect(existsSync(path.resolve('.venv', NAME, 'installed-from'))).toBe(false);
});
