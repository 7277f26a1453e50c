import { execFile } from 'node:child_process';
import path from 'node:path';

export interface ExecuteOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What the program prints. @throws Error with the end of what it said, unless it ends with 0 in time */
export function execute(program: string, args: readonly string[], options: ExecuteOptions = {}): Promise<string> {
  const { timeoutMs = 120_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    execFile(program, args, { ...rest, timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
        return;
      }
      const how = error.killed ? `did not end within ${timeoutMs / 1_000} s` : `failed (${error.code ?? error.signal})`;
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-10).join('\n');
      reject(new Error(`${path.basename(program)} ${how}: ${said || error.message}`, { cause: error }));
    });
  });
}
