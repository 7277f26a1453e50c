/** What a reader of the pages for language models and of the examples needs, and would look for in vain. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { toolNames } from '../../lib/mcp/tools';
import { codeBlocks, pageText } from '../support/markdown';

test('a file that a command of docs/mcp.md reads is made by a command before it', () => {
  const made = new Set<string>();
  const read: [string, boolean][] = [];
  for (const line of codeBlocks(pageText('docs/mcp.md')).flatMap(({ code }) => code.split('\n'))) {
    const [, input] = / < (\S+)/.exec(line) ?? [];
    if (input !== undefined) read.push([input, made.has(input)]);
    const [, output] = / > (\S+)/.exec(line) ?? [];
    if (output !== undefined) made.add(output);
  }
  expect(read).toEqual([['builder.token', true]]);
});

describe('the skill', () => {
  const skill = pageText('skills/muster/SKILL.md');

  test('names tools that exist', () => {
    const named = [...skill.matchAll(/`?\b([a-z]+(?:_[a-z]+)+)\b/g)].map((match) => match[1]);
    expect(named).toContain('who_am_i');
    expect(toolNames).toEqual(expect.arrayContaining([...new Set(named)]));
  });

  test('says what to do without them', () => {
    expect(skill).toContain('$MUSTER_URL/llms.txt');
    expect(skill).toContain('`npx muster --help`');
  });

  test('is said to belong where agents look for skills', () => {
    const text = pageText('docs/mcp.md');
    for (const folder of ['.claude/skills', '.agents/skills'])
      expect(text).toContain(`cp -r /opt/muster/skills/muster ${folder}/`);
  });
});

test('the table of the examples lists each of them', () => {
  const listed = [...pageText('examples/README.md').matchAll(/^\| \[.+?\]\((.+?)\)/gm)].map((match) => match[1]);
  const present = readdirSync(new URL('../../examples', import.meta.url)).filter((name) => name !== 'README.md');
  expect(listed.toSorted()).toEqual(present.toSorted());
});
