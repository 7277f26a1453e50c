import { type CodeBlock, codeBlocks, pageText } from './markdown';

/**
 * Code blocks whose commands test/e2e/readme-walk.test.ts runs in order, in one shell per page: the README's example,
 * all of the walk, and all of the patterns.
 */
export const WALKED: readonly { readonly page: string; readonly blocks: readonly CodeBlock[] }[] = [
  { page: 'README.md', blocks: exampleOf(codeBlocks(pageText('README.md'))) },
  { page: 'docs/walk.md', blocks: codeBlocks(pageText('docs/walk.md')) },
  { page: 'docs/patterns.md', blocks: codeBlocks(pageText('docs/patterns.md')) },
];

/** The first block of commands that speaks to the API, and the output behind it. */
function exampleOf(blocks: readonly CodeBlock[]): readonly CodeBlock[] {
  const first = blocks.findIndex(({ language, code }) => language === 'bash' && code.includes('curl '));
  return first < 0 ? [] : blocks.slice(first, first + 2);
}
