import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { codeBlocks, readmeSection, WALK } from '../support/readme';

const NEXT_BLOCK = '=== next block ===';

/** What differs from walk to walk. */
const masked = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replace(/[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g, 'UUID')
    .replace(/\b(builder|tester)-\d{10}\b/g, '$1-RUN');

/** JSON says the same in any layout. */
function shown(output: string): unknown {
  const text = masked(output.trim());
  return text.startsWith('{') ? JSON.parse(text) : text;
}

test('the walk and what follows it in the README, run in one shell, print what the README shows', () => {
  const blocks = WALK.flatMap((title) => codeBlocks(readmeSection(title)));
  const commands = blocks.filter(({ language }) => language === 'bash').map(({ code }) => code);
  // What a block prints is shown right after it; a block without that prints nothing.
  const expected = blocks.flatMap((block, index) => {
    if (block.language !== 'bash') return [];
    const next = blocks[index + 1];
    return [next === undefined || next.language === 'bash' ? '' : next.code];
  });
  expect(commands.length).toBeGreaterThan(5);

  const walk = spawnSync('bash', ['-euo', 'pipefail'], {
    input: commands.join(`\necho '${NEXT_BLOCK}'\n`),
    encoding: 'utf8',
    env: process.env,
    timeout: 60_000,
  });

  expect({ status: walk.status, stderr: walk.stderr }).toEqual({ status: 0, stderr: '' });
  expect(walk.stdout.split(`${NEXT_BLOCK}\n`).map(shown)).toEqual(expected.map(shown));
});
