/** `npx muster` as it is installed in a clone: a process for each command. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeBlocks, pageText } from '../support/markdown';
import { type RunningMuster, runMuster } from '../support/start-muster';

const LAUNCHER = fileURLToPath(new URL('../../cli/muster.mjs', import.meta.url));
const NEXT_BLOCK = '=== next block ===';

let muster: RunningMuster;
let environment: Record<string, string>;
const folder = mkdtempSync(path.join(tmpdir(), 'muster-cli-'));

beforeAll(async () => {
  muster = await runMuster();
  const program = path.join(folder, 'muster');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${LAUNCHER}" "$@"\n`);
  chmodSync(program, 0o755);
  environment = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    MUSTER_URL: muster.url,
    MUSTER_PORT: new URL(muster.url).port,
    MUSTER_ADMIN_TOKEN: muster.adminToken,
  };
});

afterAll(() => muster.stop());

test('the commands of docs/cli.md, run in one shell, print what it shows', () => {
  const blocks = codeBlocks(pageText('docs/cli.md'));
  const commands = blocks.filter(({ language }) => language === 'bash').map(({ code }) => code);
  const expected = blocks.flatMap((block, index) => {
    const next = blocks[index + 1];
    if (block.language !== 'bash') return [];
    return [next === undefined || next.language === 'bash' ? '' : next.code];
  });
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail'], {
    input: commands.join(`\necho '${NEXT_BLOCK}'\n`),
    encoding: 'utf8',
    cwd: folder,
    env: environment,
    timeout: 170_000,
  });
  // What login and use say is for the eye. What was sent a moment ago may not be listed yet.
  const said = stderr.split('\n').filter((line) => !/^(You are|From now on|They are kept|There are none|$)/.test(line));
  expect({ status, said }).toEqual({ status: 0, said: [] });
  expect(stdout.split(`${NEXT_BLOCK}\n`).slice(1)).toEqual(expected.slice(1));
  expect(stdout).toMatch(/^ok, version /);
});

test.each([
  { args: ['--help'], unused: /node_modules|(commands|all)-\w+\.js/ },
  { args: ['sync-points', 'list', '--help'], unused: /node_modules|commands-\w+\.js/ },
])('$args loads no AWS SDK, no CDK, no compiler and no other command', ({ args, unused }) => {
  // The lines that Node writes of the modules it loads name their files.
  const { status, stderr } = spawnSync(process.execPath, [LAUNCHER, ...args], {
    encoding: 'utf8',
    env: { ...environment, NODE_DEBUG: 'esm,module' },
  });
  expect(status).toBe(0);
  expect(stderr).toContain('cli/dist/muster.js');
  expect(stderr).not.toMatch(unused);
});

test('a reader that has seen enough is no error', () => {
  const { status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', 'muster completion bash | head -n 1'], {
    encoding: 'utf8',
    env: environment,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a reader of errors that has left changes no exit code', () => {
  // The reader ends while the command still starts.
  const { stdout } = spawnSync('bash', ['-c', 'muster sync-points show 2>&1 | true; echo "${PIPESTATUS[0]}"'], {
    encoding: 'utf8',
    env: environment,
  });
  expect(stdout).toBe('2\n');
});
