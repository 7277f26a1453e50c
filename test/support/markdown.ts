import { readFileSync } from 'node:fs';
import { codeBlocks } from './readme';

export { codeBlocks };

const headed = (text: string, marks: string): { heading: string; text: string }[] =>
  text
    .split(new RegExp(`^(?=${marks} )`, 'm'))
    .filter((part) => part.startsWith(`${marks} `))
    .map((part) => ({ heading: part.slice(marks.length + 1, part.indexOf('\n')).replaceAll('`', ''), text: part }));

/** The text of a section of a page of this repository, from its heading to the next of the same level. */
export function section(page: string, heading: string): string {
  const found = headed(readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8'), '##').find(
    (one) => one.heading === heading,
  );
  if (!found) throw new Error(`${page} has no section "${heading}".`);
  return found.text;
}

/** What stands below the headings of the next level in a section. */
export const subsections = (text: string): { heading: string; text: string }[] => headed(text, '###');
