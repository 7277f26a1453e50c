/**
 * `npm run folders`: draws the imports between the folders of lib/ and functions/ into docs/architecture.md, imports of
 * types included. With `--check`: fails when the drawing is out of date. Both fail when an import doesn't lead down.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import floorsOfLib from './floors.json' with { type: 'json' };

const FILE = 'docs/architecture.md';
const BEGIN = '<!-- folders:begin -->\n';
const END = '<!-- folders:end -->';
const FLOORS: readonly (readonly string[])[] = [...floorsOfLib, ['functions']];

interface FolderImport {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const floorOf = (folder: string): number => FLOORS.findIndex((folders) => folders.includes(folder));

/** `agents` for lib/agents/store.ts, `functions` for functions/deliver-to-inbox.ts; no floor has any other name. */
function folderOf(file: string): string {
  const [top = '', folder = ''] = file.split(path.sep);
  return top === 'lib' ? folder : top;
}

/** All but those within a folder. */
function folderImports(): readonly FolderImport[] {
  const files = ['lib', 'functions'].flatMap((top) =>
    readdirSync(top, { recursive: true, encoding: 'utf8' }).map((name) => path.join(top, name)),
  );
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      ts
        .preProcessFile(readFileSync(file, 'utf8'))
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.') && !fileName.endsWith('.json'))
        .map(({ fileName }) => path.join(path.dirname(file), fileName))
        .map((imported) => ({ file, from: folderOf(file), to: folderOf(imported) })),
    )
    .filter(({ from, to }) => from !== to);
}

/** What each folder imports, without what it also reaches through another folder. */
function arrows(imports: readonly FolderImport[]): readonly string[] {
  const importsOf = (folder: string): readonly string[] => [
    ...new Set(imports.filter(({ from }) => from === folder).map(({ to }) => to)),
  ];
  const reaches = (from: string, to: string): boolean =>
    importsOf(from).some((folder) => folder === to || reaches(folder, to));
  return FLOORS.flat().flatMap((from) =>
    importsOf(from)
      .filter((to) => !importsOf(from).some((other) => reaches(other, to)))
      .sort()
      .map((to) => `  ${from} --> ${to}`),
  );
}

function drawing(imports: readonly FolderImport[]): string {
  const floors = FLOORS.map(
    (folders, index) => `  subgraph floor${index + 1}["${index + 1}"]\n    ${folders.join('\n    ')}\n  end`,
  );
  const lines = ['flowchart TD', ...floors.reverse(), ...arrows(imports).toReversed()];
  return `
An arrow is left out where a chain of other arrows leads to the same folder.

\`\`\`mermaid
${lines.join('\n')}
\`\`\`

`;
}

const imports = folderImports();
const upward = imports.filter(({ from, to }) => floorOf(to) < 0 || floorOf(to) >= floorOf(from));
for (const { file, from, to } of upward) console.error(`${file} imports ${to}, which is not on a floor below ${from}.`);
const text = readFileSync(FILE, 'utf8');
const [before, after] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
const drawn = upward.length > 0 ? text : text.slice(0, before) + drawing(imports) + text.slice(after);
if (upward.length > 0) process.exitCode = 1;
else if (!process.argv.includes('--check')) writeFileSync(FILE, drawn);
else if (drawn !== text) {
  console.error(`${FILE} is out of date: run \`npm run folders\` and commit it.`);
  process.exitCode = 1;
}
