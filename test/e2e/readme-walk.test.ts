import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { WALKED } from '../support/readme';

const NEXT_BLOCK = '=== next block ===';

/** Replaces what differs from run to run. */
const masked = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replace(/[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g, 'UUID')
    .replace(/\b(builder|tester|release)-\d{10}\b/g, '$1-RUN')
    .replace(/\b(now|\d+ s ago)\b/g, 'AGO')
    // The width of a column.
    .replace(/ +/g, ' ');

/** What the command line says beside its output. */
const SAID = /^Registered \S+\. Its token is shown only once:\n/gm;

/** JSON is compared whatever its layout. */
function shown(output: string): unknown {
  const text = masked(output.trim());
  return text.startsWith('{') ? JSON.parse(text) : text;
}

test.each(WALKED)('the commands of $page, run in one shell, print what it shows', ({ page, blocks }) => {
  const commands = blocks.filter(({ language }) => language === 'bash').map(({ code }) => code);
  // The output of a block is shown right behind it; a block without one prints nothing.
  const expected = blocks.flatMap((block, index) => {
    if (block.language !== 'bash') return [];
    const next = blocks[index + 1];
    return [next === undefined || next.language === 'bash' ? '' : next.code];
  });
  expect(commands.length).toBeGreaterThanOrEqual(page === 'README.md' ? 2 : 10);

  const walk = spawnSync('bash', ['-euo', 'pipefail'], {
    input: commands.join(`\necho '${NEXT_BLOCK}'\n`),
    encoding: 'utf8',
    env: process.env,
    timeout: 60_000,
  });

  expect({ status: walk.status, stderr: walk.stderr.replace(SAID, '') }).toEqual({ status: 0, stderr: '' });
  expect(walk.stdout.split(`${NEXT_BLOCK}\n`).map(shown)).toEqual(expected.map(shown));
});
