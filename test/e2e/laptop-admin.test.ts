/** `muster admin --laptop` finds the stack of `npm start` without any settings for AWS. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CommandRun } from '../support/aws-access';
import { HttpClient, stackUrl } from '../support/http-client';

const dataDirectory = path.dirname(process.env['MUSTER_AWS_ENVIRONMENT'] ?? '');

/** For somebody whose own account is another one. */
const muster = (args: readonly string[], directory: string): Promise<CommandRun> =>
  new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      MUSTER_DATA_DIR: directory,
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'of another account',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
    };
    execFile(process.execPath, ['cli/muster.mjs', 'admin', ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

test('a token made with it is an admin of that stack', async () => {
  const { code, out } = await muster(['create-token', '--laptop'], dataDirectory);

  expect(code).toBe(0);
  const me = await new HttpClient(stackUrl(), 'muster:operator', out.trim()).get('/v1/me');
  expect([me.status, me.body['role']]).toEqual([200, 'admin']);
});

test('where nothing runs it says so, and goes nowhere else', async () => {
  const nothing = mkdtempSync(path.join(tmpdir(), 'muster-nothing-'));
  try {
    expect(await muster(['redrive', '--laptop', '--dry-run'], nothing)).toEqual({
      code: 1,
      out: '',
      err: `muster: ${nothing}/aws-environment does not exist, so npm start is not running: start it, or set MUSTER_DATA_DIR to its data directory.\n`,
    });
  } finally {
    rmSync(nothing, { recursive: true });
  }
});
