/**
 * That each rule of eslint.config.mjs that we chose finds what it is there for. A rule that is misconfigured finds
 * nothing and says nothing, as no-cycle did for months. Each made file breaks one rule; ESLint runs once over all.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LONG = 'word '.repeat(24).trim();

interface MadeFile {
  readonly text: string;
  /**
   * The rules that it breaks, one for each complaint; none for a file that is there to be imported or to be in order.
   */
  readonly breaks?: readonly string[];
}

const importOfTheLaptop: MadeFile = {
  text: `import { port } from '../laptop/port';\nexport const next = port + 1;\n`,
  breaks: ['import-x/no-restricted-paths'],
};

const testFile = (body: string): string => `import { expect, test } from '@jest/globals';\n\n${body}\n`;

const FILES: Readonly<Record<string, MadeFile>> = {
  'lib/kinds.ts': { text: `export type Kind = 'one' | 'two';\nexport const firstKind: Kind = 'one';\n` },
  'lib/floating-promise.ts': {
    text: `async function later(): Promise<void> {\n  await Promise.resolve();\n}\nlater();\n`,
    breaks: ['@typescript-eslint/no-floating-promises'],
  },
  'lib/type-import.ts': {
    text: `import { Kind } from './kinds';\nexport const kinds: readonly Kind[] = ['two'];\n`,
    breaks: ['@typescript-eslint/consistent-type-imports'],
  },
  'lib/missing-case.ts': {
    text: [
      `import type { Kind } from './kinds';`,
      `export function numberOf(kind: Kind): number | undefined {`,
      `  switch (kind) {`,
      `    case 'one':`,
      `      return 1;`,
      `  }`,
      `  return undefined;`,
      `}\n`,
    ].join('\n'),
    breaks: ['@typescript-eslint/switch-exhaustiveness-check'],
  },
  'lib/object-in-text.ts': {
    text: 'export const textOf = (value: { a: number }): string => `${value}`;\n',
    breaks: ['@typescript-eslint/no-base-to-string', '@typescript-eslint/restrict-template-expressions'],
  },
  'lib/unused-variable.ts': {
    text: `const unused = 1;\nconst _meantToBe = 2;\nexport {};\n`,
    breaks: ['@typescript-eslint/no-unused-vars'],
  },
  'scripts/unused-variable.mjs': { text: `const unused = 1;\n`, breaks: ['@typescript-eslint/no-unused-vars'] },

  'lib/circle-a.ts': {
    text: `import { b } from './circle-b';\nexport const a = (): number => b();\n`,
    breaks: ['import-x/no-cycle'],
  },
  'lib/circle-b.ts': {
    text: `import { c } from './circle-c';\nexport const b = (): number => c();\n`,
    breaks: ['import-x/no-cycle'],
  },
  'lib/circle-c.ts': {
    text: `import { a } from './circle-a';\nexport const c = (): number => a();\n`,
    breaks: ['import-x/no-cycle'],
  },
  'lib/leads-to-circle.ts': { text: `import { a } from './circle-a';\nexport const outside = a();\n` },
  'lib/imports-itself.ts': {
    text: `import { itself } from './imports-itself';\nexport const again = (): unknown => itself;\nexport const itself = 1;\n`,
    breaks: ['import-x/no-self-import'],
  },

  'laptop/port.ts': { text: `export const port = 4000;\n` },
  'laptop/next-port.ts': { text: `import { port } from './port';\nexport const next = port + 1;\n` },
  'laptop/http-api/outside.ts': {
    text: `import { firstKind } from '../../lib/kinds';\nexport const kind = firstKind;\n`,
    breaks: ['import-x/no-restricted-paths'],
  },
  'laptop/test/outside.ts': {
    text: `import { firstKind } from '../../lib/kinds';\nexport const kind = firstKind;\n`,
  },
  'cli/import-of-the-laptop.ts': importOfTheLaptop,
  'functions/import-of-the-laptop.ts': importOfTheLaptop,
  'infra/import-of-the-laptop.ts': importOfTheLaptop,
  'lib/import-of-the-laptop.ts': importOfTheLaptop,
  'cli/import-of-the-laptop.mjs': importOfTheLaptop,

  'lib/table/table.ts': { text: `export const table = 'table';\n` },
  'lib/sync-points/in-order.ts': { text: `import { table } from '../table/table';\nexport const name = table;\n` },
  'lib/http/next-door.ts': {
    text: `import { at } from '../schedules/at';\nexport const next = at;\n`,
    breaks: ['import-x/no-restricted-paths'],
  },
  'lib/schedules/at.ts': { text: `export const at = 'at';\n` },
  'lib/table/upwards.ts': {
    text: `import type { at } from '../schedules/at';\nexport type At = typeof at;\n`,
    breaks: ['import-x/no-restricted-paths'],
  },
  'functions/wiring.ts': { text: `export const wiring = 1;\n` },
  'lib/dispatcher/out-of-the-house.ts': {
    text: `import { wiring } from '../../functions/wiring';\nexport const wired = wiring;\n`,
    breaks: ['import-x/no-restricted-paths'],
  },

  'lib/five-parameters.ts': {
    text: 'export const sum = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e;\n',
    breaks: ['max-params'],
  },
  'lib/long-comments.ts': {
    text: `/** ${LONG} */\n\n/**\n * ${LONG}\n */\n// ${LONG}\nexport const list = [1, 2]; // ${LONG}\n`,
    breaks: Array<string>(4).fill('@stylistic/max-len'),
  },
  'scripts/long-comment.mjs': { text: `// ${LONG}\n`, breaks: ['@stylistic/max-len'] },
  'lib/long-literals.ts': {
    text: [
      `// https://example.com/${'x'.repeat(120)}`,
      `export const long = '${LONG}';`,
      `export const template = \`${LONG}\`;`,
      `export const pattern = /${LONG}/;\n`,
    ].join('\n'),
  },

  'test/focused.test.ts': {
    text: testFile(`test.only('one', () => {\n  expect(1).toBe(1);\n});`),
    breaks: ['jest/no-focused-tests'],
  },
  'test/disabled.test.ts': {
    text: testFile(`test.skip('one', () => {\n  expect(1).toBe(1);\n});`),
    breaks: ['jest/no-disabled-tests'],
  },
  'test/expects-nothing.test.ts': {
    text: testFile(`test('one', () => {\n  expect(1);\n});`),
    breaks: ['jest/valid-expect'],
  },
  'test/expects-in-catch.test.ts': {
    text: testFile(
      `test('one', () => {\n  try {\n    JSON.parse('');\n  } catch (error) {\n    expect(error).toBe(1);\n  }\n});`,
    ),
    breaks: ['jest/no-conditional-expect'],
  },
  'test/in-order.test.ts': { text: testFile(`test('one', () => {\n  expect(1).toBe(1);\n});`) },
};

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const directory = mkdtempSync(path.join(tmpdir(), 'muster-lint-test-'));
let found: Readonly<Record<string, readonly string[]>>;

/**
 * In a directory of its own, so that no other command meets the made files; the types that they need are those of here.
 */
beforeAll(async () => {
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'dir');
  cpSync(path.join(ROOT, 'tsconfig.json'), path.join(directory, 'tsconfig.json'));
  for (const [name, { text }] of Object.entries(FILES)) {
    mkdirSync(path.join(directory, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  const reports = await lint();
  found = Object.fromEntries(
    reports.map(({ filePath, messages }) => [
      path.relative(directory, filePath),
      messages.map(({ ruleId, message }) => ruleId ?? message).sort(),
    ]),
  );
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function lint(): Promise<readonly FileReport[]> {
  const eslint = path.join(ROOT, 'node_modules/eslint/bin/eslint.js');
  const args = [eslint, '--config', path.join(ROOT, 'eslint.config.mjs'), '--format', 'json', '.'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: directory }, (_exitCode, stdout, stderr) => {
      if (stdout.startsWith('[')) resolve(JSON.parse(stdout) as FileReport[]);
      else reject(new Error(`ESLint printed no report: ${stdout}${stderr}`));
    });
  });
}

test.each(Object.entries(FILES))(
  'lint finds in %s what is wrong with it, and nothing else',
  (name, { breaks = [] }) => {
    expect(found[name]).toEqual(breaks);
  },
);

test('every rule that eslint.config.mjs chooses is broken by one of them', () => {
  const config = readFileSync(path.join(ROOT, 'eslint.config.mjs'), 'utf8');
  const chosen = [...config.matchAll(/(?:^ +|\{ )'(\S+)': \[?\s*'error'/gm)].map(([, rule]) => rule);

  const broken = Object.values(FILES).flatMap(({ breaks = [] }) => breaks);
  expect(chosen).toContain('import-x/no-cycle');
  expect(chosen.filter((rule) => rule === undefined || !broken.includes(rule))).toEqual([]);
});
