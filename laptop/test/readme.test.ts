import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { codeBlocks, pageText, section } from '../../test/support/markdown';
import { ignoredTypes } from '../template/template';

const README = 'laptop/README.md';
const source = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const ignoredOf = (type: string): readonly string[] => ignoredTypes({ Resources: { One: { Type: type } } });

test('the example in the README matches the compiled one', () => {
  const examples = codeBlocks(pageText(README)).filter(({ language }) => language === 'ts');
  expect(examples.map(({ code }) => code)).toEqual([source('test/start-example.ts')]);
});

test('the README lists every option', () => {
  const [, options = ''] = /interface LocalStackOptions \{\n([\s\S]*?)\n\}/.exec(source('local-stack.ts')) ?? [];
  const declared = [...options.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name);
  const listed = [...section(README, 'Starting it from code').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(declared.sort());
});

test('the README lists the resource types that run and those that are ignored', () => {
  const [table = '', ignored = ''] = section(README, 'What it does with a template').split('These types');
  // `AWS::SNS::Topic`, `Subscription` are two types of one service.
  const cells = [...table.matchAll(/^\| (`AWS.*?) +\|/gm)].map(([, cell = '']) => cell.replaceAll('`', '').split(', '));
  const supported = cells.flatMap(([first = '', ...more]) => [
    first,
    ...more.map((name) => first.replace(/\w+$/, name)),
  ]);
  expect(supported).toHaveLength(14);
  for (const type of supported) expect(ignoredOf(type)).toEqual([]);
  for (const [, name = ''] of ignored.matchAll(/`(AWS::[^`]+)`/g)) {
    const type = name.replace('*', 'Any');
    expect(ignoredOf(type)).toEqual([type]);
  }
});
