/** Where Dynoxide is: in the optional package for this kind of machine, else on the PATH. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface DynoxideBinary {
  readonly command: string;
  readonly version: string;
}

const VERSION_LIMIT_MS = 10_000;

export function findDynoxide(): DynoxideBinary | undefined {
  // A POSIX shell watches over it, which Windows doesn't have.
  return process.platform === 'win32' ? undefined : (fromPackage() ?? fromPath());
}

/** Packages are named after Node's platform and architecture; each holds only the binary. */
function fromPackage(): DynoxideBinary | undefined {
  const packageName = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    const packageFile = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly version: string };
    return { command: path.join(path.dirname(packageFile), 'dynoxide'), version };
  } catch {
    return undefined;
  }
}

function fromPath(): DynoxideBinary | undefined {
  try {
    const printed = execFileSync('dynoxide', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: VERSION_LIMIT_MS,
    });
    return { command: 'dynoxide', version: /\d+\.\d+\.\d+\S*/.exec(printed)?.[0] ?? printed.trim() };
  } catch {
    return undefined;
  }
}
