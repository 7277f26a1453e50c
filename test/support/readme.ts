import { type CodeBlock, codeBlocks, pageText, section } from './markdown';

/**
 * Code blocks whose commands test/e2e/readme-walk.test.ts runs in order, in one shell per page: those that the README
 * begins with, all of the walk, and all of the patterns.
 */
export const WALKED: readonly { readonly page: string; readonly blocks: readonly CodeBlock[] }[] = [
  { page: 'README.md', blocks: exampleOf(codeBlocks(section('README.md', 'Try it'))) },
  { page: 'docs/walk.md', blocks: codeBlocks(pageText('docs/walk.md')) },
  { page: 'docs/patterns.md', blocks: codeBlocks(pageText('docs/patterns.md')) },
];

/** After the start, which the test has done: the blocks of a section that the README begins with. */
function exampleOf(blocks: readonly CodeBlock[]): readonly CodeBlock[] {
  return blocks.filter(({ language, code }) => language !== 'js' && !/^npm \w+\n$/.test(code));
}
