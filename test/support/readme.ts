import { readFileSync } from 'node:fs';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

/** Sections whose commands are run, in order and in one shell, by test/e2e/readme-walk.test.ts. */
export const WALK = ['A walk in five minutes', 'Progress and messages'];

/** The text of a section of the README, from its heading to the next of the same level. */
export function readmeSection(heading: string): string {
  const section = README.split(/^(?=## )/m).find((text) => text.startsWith(`## ${heading}\n`));
  if (section === undefined) throw new Error(`The README has no section "${heading}".`);
  return section;
}

/** Headings of the README's sections. */
export const readmeHeadings = (): string[] => [...README.matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '');

export const codeBlocks = (text: string): CodeBlock[] =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({ language, code }));
