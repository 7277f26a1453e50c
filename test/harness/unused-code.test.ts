/**
 * That knip, as knip.jsonc has it, finds what it is there for: in a copy of this repository with one thing of each kind
 * added that nothing uses. A pattern or an exception that is too wide would hide them without a word.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NOT_SOURCES = /^(node_modules|cdk\.out|coverage|\.git|\.venv|\.muster.*)$/;

const FOLDERS = ['bench', 'cli', 'infra', 'laptop', 'lib', 'scripts', 'test'];

/** A file of each folder that others import. */
const ADDED_TO = [
  'bench/ids.ts',
  'infra/stages.ts',
  'lib/common/limits.ts',
  'laptop/loopback.ts',
  'test/support/world.ts',
];

type Kind = 'files' | 'exports' | 'types' | 'dependencies' | 'devDependencies' | 'unlisted';
type Report = { readonly issues: readonly ({ readonly file: string } & Partial<Record<Kind, { name: string }[]>>)[] };

const directory = mkdtempSync(path.join(tmpdir(), 'muster-unused-test-'));
let exitCode: number | string;
let report: Report;

beforeAll(async () => {
  const filter = (source: string): boolean => !NOT_SOURCES.test(path.relative(ROOT, source));
  cpSync(ROOT, directory, { recursive: true, filter });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'dir');
  addWhatNothingUses();
  ({ exitCode, report } = await knip());
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function addWhatNothingUses(): void {
  for (const folder of FOLDERS) writeFileSync(path.join(directory, folder, 'nobodys-file.ts'), 'export {};\n');
  for (const file of ADDED_TO) {
    appendFileSync(path.join(directory, file), 'export const nobodysValue = 1;\nexport type NobodysType = 1;\n');
  }
  appendFileSync(path.join(directory, 'lib/common/limits.ts'), `import 'nobody-listed-this';\n`);

  const packageFile = path.join(directory, 'package.json');
  const manifest = JSON.parse(readFileSync(packageFile, 'utf8')) as Record<string, Record<string, string>>;
  manifest['dependencies'] = { ...manifest['dependencies'], 'nobodys-dependency': '1.0.0' };
  manifest['devDependencies'] = { ...manifest['devDependencies'], 'nobodys-tool': '1.0.0' };
  writeFileSync(packageFile, JSON.stringify(manifest));
}

function knip(): Promise<{ exitCode: number | string; report: Report }> {
  const args = [path.join(ROOT, 'node_modules/knip/bin/knip.js'), '--reporter', 'json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: directory }, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve({ exitCode: error?.code ?? 0, report: JSON.parse(stdout) as Report });
      else reject(new Error(`knip printed no report: ${stdout}${stderr}`));
    });
  });
}

/** What was found of a kind, as `file: name`. */
function foundOf(kind: Kind): readonly string[] {
  return report.issues.flatMap((issue) => (issue[kind] ?? []).map(({ name }) => `${issue.file}: ${name}`));
}

// What else is unused here is for `npm run check` to say.
test('files that nothing imports are found in every folder', () => {
  const added = FOLDERS.map((folder) => `${folder}/nobodys-file.ts: ${folder}/nobodys-file.ts`);

  expect(foundOf('files')).toEqual(expect.arrayContaining(added));
});

test('exports that nothing imports are found', () => {
  expect(foundOf('exports')).toEqual(expect.arrayContaining(ADDED_TO.map((file) => `${file}: nobodysValue`)));
  expect(foundOf('types')).toEqual(expect.arrayContaining(ADDED_TO.map((file) => `${file}: NobodysType`)));
});

test('dependencies that nothing imports are found, and imports that are no dependency', () => {
  expect(foundOf('dependencies')).toContain('package.json: nobodys-dependency');
  expect(foundOf('devDependencies')).toContain('package.json: nobodys-tool');
  expect(foundOf('unlisted')).toContain('lib/common/limits.ts: nobody-listed-this');
});

test('a finding fails npm run check, which runs ESLint too', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };

  expect(exitCode).toBe(1);
  expect(scripts['check']?.split(' && ')).toEqual(expect.arrayContaining(['knip', 'eslint .']));
});
