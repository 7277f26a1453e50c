import { readFileSync } from 'node:fs';

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

/** A page of this repository. */
export const pageText = (page: string): string => readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');

export const codeBlocks = (text: string): CodeBlock[] =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({ language, code }));

const headed = (text: string, marks: string): { heading: string; text: string }[] =>
  text
    .split(new RegExp(`^(?=${marks} )`, 'm'))
    .filter((part) => part.startsWith(`${marks} `))
    .map((part) => ({ heading: part.slice(marks.length + 1, part.indexOf('\n')).replaceAll('`', ''), text: part }));

/** The text of a section of a page, from its heading to the next of the same level. */
export function section(page: string, heading: string): string {
  const found = headed(pageText(page), '##').find((one) => one.heading === heading);
  if (!found) throw new Error(`${page} has no section "${heading}".`);
  return found.text;
}

/** The parts of a section below the headings of the next level. */
export const subsections = (text: string): { heading: string; text: string }[] => headed(text, '###');
