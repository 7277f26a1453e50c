import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { readVariables } from '../../cli/admin/admin-command';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Variables that lead an AWS SDK to the stack under test: those of the laptop stack that the suite has started, else
 * the caller's own, such as AWS_PROFILE, or AWS_ENDPOINT_URL with AWS_REGION and any keys.
 */
export function awsEnvironment(file = process.env['MUSTER_AWS_ENVIRONMENT']): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const given = file === undefined ? {} : readVariables(readFileSync(file, 'utf8'));
  return { ...Object.fromEntries(own), ...given, NODE_OPTIONS: '' };
}

/** Configuration of an SDK client for the same. */
export function awsAccess(): { endpoint?: string; region?: string; credentials?: AwsCredentials } {
  const environment = awsEnvironment();
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = environment;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const { AWS_SESSION_TOKEN: sessionToken } = environment;
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
  };
}

interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Of the stack under test. */
export const stageUnderTest = (): string => process.env['MUSTER_STAGE'] ?? 'dev';

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `npx muster admin …` in a process of its own, for the stage under test. */
export const musterAdmin = (command: string, ...args: string[]): Promise<CommandRun> =>
  new Promise((resolve) => {
    const launcher = path.join(repository, 'cli/muster.mjs');
    const all = [launcher, 'admin', command, '--stage', stageUnderTest(), ...args];
    execFile(process.execPath, all, { env: awsEnvironment() }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
