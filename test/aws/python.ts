/** MiniStack in a virtual environment of its own, below the checkout. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './commands';
import { VerifyError } from './verify-error';

const OLDEST_PYTHON = [3, 11] as const;
const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));

interface Python {
  readonly program: string;
  /** Like 3.11 */
  readonly version: string;
}

/** @throws VerifyError if none is new enough, or it can't make virtual environments */
function findPython(): Python {
  const found: string[] = [];
  for (const program of NAMES) {
    const { stdout } = spawnSync(program, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    const version = (stdout as string | null)?.trim() ?? '';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1])) {
      return withVenv({ program, version });
    }
    if (version !== '') found.push(`${program} is ${version}`);
  }
  const there = found.length === 0 ? `none of ${NAMES.join(', ')} is there` : found.join(', ');
  throw new VerifyError(`MiniStack needs Python ${OLDEST_PYTHON.join('.')} or newer; ${there}.`);
}

function withVenv(python: Python): Python {
  // Debian has venv without ensurepip; both are needed.
  if (spawnSync(python.program, ['-c', 'import venv, ensurepip']).status !== 0) {
    throw new VerifyError(
      `${python.program} (${python.version}) can't make virtual environments; on Debian: apt-get install python3-venv.`,
    );
  }
  return python;
}

/** Installs what requirements.txt pins, unless it is there, and answers the virtual environment's Python. */
export async function installMiniStack(directory: string, logFile: string): Promise<string> {
  const python = findPython();
  const venv = path.join(directory, 'venv');
  const program = path.join(venv, 'bin', 'python');
  const stamp = path.join(venv, '.installed');
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).update(python.version).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return program;

  rmSync(venv, { recursive: true, force: true });
  const env = process.env;
  await run('making the virtual environment', { program: python.program, args: ['-m', 'venv', venv], env, logFile });
  const args = ['-m', 'pip', 'install', '--disable-pip-version-check', '--require-hashes', '-r', REQUIREMENTS];
  await run('installing MiniStack', { program, args, env, logFile });
  writeFileSync(stamp, wanted);
  return program;
}
