/** Which Muster a command speaks to, and as whom. */
import { type Logger, Muster } from '@muster/client';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Profile, readConfig } from './config';
import { CommandError, UsageError } from './errors';
import type { Terminal } from './terminal';

export interface ConnectionOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly profile?: string;
  readonly laptop?: boolean;
}

interface Connection {
  readonly url: string | undefined;
  readonly token: string | undefined;
}

/** @throws CommandError if nothing says where Muster is */
export function openMuster({ url, token }: Connection, fetch: Terminal['fetch'], logger: Logger): Muster {
  if (url === undefined) {
    throw new CommandError(
      'It is not known where Muster is: run muster login --url <url>, set MUSTER_URL, or use --laptop.',
    );
  }
  // Without null, the client would take the token of the environment, which is meant for another url.
  return new Muster({ url, fetch, logger, token: token ?? null });
}

/**
 * Options first, then the environment, then the profile in use. A profile's token goes to the profile's own url only:
 * a url from elsewhere must bring its token.
 */
export function connectionOf({ env }: Terminal, options: ConnectionOptions): Connection {
  const fileToken = options.tokenFile === undefined ? undefined : readToken(options.tokenFile);
  if (options.laptop) {
    if (options.url !== undefined) throw new UsageError('--laptop cannot be used with --url.');
    return { url: laptopUrl(env), token: fileToken ?? laptopToken(env) };
  }
  const profile = profileOf(env, options.profile);
  const isChosen = options.profile !== undefined;
  const given = (name: string): string | undefined => (isChosen ? undefined : env[name] || undefined);
  const url = options.url ?? given('MUSTER_URL') ?? profile?.url;
  const profileToken = profile && url === profile.url ? profile.token : undefined;
  return { url, token: fileToken ?? given('MUSTER_TOKEN') ?? profileToken };
}

function profileOf(env: Terminal['env'], name: string | undefined): Profile | undefined {
  const { current, profiles } = readConfig(env);
  const wanted = name ?? current;
  const profile = wanted !== undefined && Object.hasOwn(profiles, wanted) ? profiles[wanted] : undefined;
  if (name !== undefined && profile === undefined) {
    const known = Object.keys(profiles);
    throw new CommandError(
      `There is no profile ${name}${known.length > 0 ? `; there are ${known.join(', ')}` : ''}. Make one with muster login --profile ${name}.`,
    );
  }
  return profile;
}

export function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new CommandError(`The token file ${file} can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

const laptopUrl = (env: Terminal['env']): string => `http://127.0.0.1:${env['MUSTER_PORT'] || '4000'}`;

/** Where npm start was given an admin token, it keeps none in a file. */
function laptopToken(env: Terminal['env']): string {
  if (env['MUSTER_ADMIN_TOKEN']) return env['MUSTER_ADMIN_TOKEN'];
  const file = path.join(env['MUSTER_DATA_DIR'] || '.muster', 'admin-token');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new CommandError(
      `${file} does not exist: run npm start in this folder, or set MUSTER_DATA_DIR to its data directory.`,
    );
  }
}
