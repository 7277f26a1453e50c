/**
 * Virtual environments for the tools that exist only as Python packages: each is made from a requirements file, below
 * `.venv/`, and made again when that file changes.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_PYTHON = [3, 11] as const;

/** The first of these that is new enough is taken. */
const INTERPRETERS = ['python3', 'python3.13', 'python3.12', 'python3.11'];

/** Python is missing, too old or without venv, or a package can't be installed. The message is one line. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
}

export interface PythonEnvironment {
  /** Path of a program that one of the packages brings. */
  program(name: string): string;
}

/**
 * The environment of this name with exactly what the requirements file says. Takes a minute the first time and nothing
 * later.
 *
 * @param requirementsFile relative to the repository; every package of it pinned
 * @throws PythonError telling what is missing and how to get it
 */
export function pythonEnvironment(name: string, requirementsFile: string): PythonEnvironment {
  const requirements = path.join(ROOT, requirementsFile);
  const directory = path.join(ROOT, '.venv', name);
  const programs = path.join(directory, process.platform === 'win32' ? 'Scripts' : 'bin');
  // Written last, so that an installation that was cut short is made again.
  const stamp = path.join(directory, 'installed-from');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    const python = findPython();
    process.stdout.write(`Installing ${requirementsFile} into ${path.relative(ROOT, directory)}…\n`);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    run(python, ['-m', 'venv', directory], `${python} can't make a virtual environment; on Debian: ${INSTALL}`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
    run(path.join(programs, 'python'), pip, `The packages of ${requirementsFile} can't be installed`);
    writeFileSync(stamp, wanted);
  }
  return { program: (program) => path.join(programs, program) };
}

const INSTALL = 'apt-get install python3 python3-venv';

function findPython(): string {
  const found: string[] = [];
  for (const interpreter of INTERPRETERS) {
    const { stdout, status } = spawnSync(interpreter, ['--version'], { encoding: 'utf8' });
    const [, major, minor] = status === 0 ? (/^Python (\d+)\.(\d+)/.exec(stdout) ?? []) : [];
    if (major === undefined) continue;
    if (Number(major) === OLDEST_PYTHON[0] && Number(minor) >= OLDEST_PYTHON[1]) return interpreter;
    found.push(`${interpreter} is ${major}.${minor ?? ''}`);
  }
  const what = found.length === 0 ? 'there is no python3' : found.join(', ');
  throw new PythonError(`Python ${OLDEST_PYTHON.join('.')} or newer is needed, but ${what}; on Debian: ${INSTALL}`);
}

/** @throws PythonError with what the program said last */
function run(command: string, args: readonly string[], failure: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  const said = [stderr, stdout, error?.message ?? ''].find((text) => text.trim() !== '') ?? '';
  const [last = ''] = said.trim().split('\n').slice(-1);
  throw new PythonError(`${failure}: ${last.trim()}`);
}
