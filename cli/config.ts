/** The profiles that `muster login` makes: where Muster is, and which token to use there. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from './errors';
import type { Terminal } from './terminal';

export interface Profile {
  readonly url: string;
  readonly token: string;
}

export interface Config {
  /** The name of the profile that is used without --profile. */
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

type Environment = Terminal['env'];

/** XDG on Unix, roaming application data on Windows. */
export function configFile(env: Environment): string {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '.';
  const unix = env['XDG_CONFIG_HOME'] || path.join(home, '.config');
  const folder = process.platform === 'win32' && env['APPDATA'] ? env['APPDATA'] : unix;
  return path.join(folder, 'muster', 'config.json');
}

export function readConfig(env: Environment): Config {
  const file = configFile(env);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { profiles: {} };
    throw error;
  }
  try {
    const { current, profiles } = JSON.parse(text) as Partial<Config>;
    return { ...(current !== undefined && { current }), profiles: profiles ?? {} };
  } catch {
    // The parser's own message would quote the file, which holds tokens.
    throw new CommandError(`${file} is not JSON; correct it, or delete it and log in again.`);
  }
}

/** For its owner's eyes only, and never half-written. */
export function writeConfig(env: Environment, config: Config): void {
  const file = configFile(env);
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const written = `${file}.${process.pid}`;
  try {
    writeFileSync(written, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(written, file);
  } finally {
    rmSync(written, { force: true });
  }
}
