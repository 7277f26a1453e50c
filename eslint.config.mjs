import { readFileSync } from 'node:fs';
import stylistic from '@stylistic/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import jestPlugin from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

/** Comments wrap here. Code is Prettier's: where it leaves a longer line, it holds a literal that can't be broken. */
const LINE_LENGTH = {
  code: 120,
  comments: 120,
  ignoreUrls: true,
  ignoreStrings: true,
  ignoreTemplateLiterals: true,
  ignoreRegExpLiterals: true,
};

/**
 * The floors of the product, from the ground up: a folder imports from those before it. Folders of one floor don't
 * import each other. `npm run folders` draws them.
 */
const FLOORS = JSON.parse(readFileSync(new URL('./scripts/floors.json', import.meta.url), 'utf8'));

const FLOOR_ZONES = [
  ...FLOORS.flatMap((folders, floor) =>
    folders.map((folder) => ({
      target: `./lib/${folder}`,
      from: './lib',
      except: [...FLOORS.slice(0, floor).flat(), folder].map((allowed) => `./${allowed}`),
      message: 'A folder of lib/ imports only from the floors below it.',
    })),
  ),
  {
    target: './lib',
    from: ['./functions', './infra', './cli', './bench', './scripts', './test'],
    message: 'lib/ knows nothing of what is built on it.',
  },
  {
    target: ['./laptop/*', './laptop/!(test)/**'],
    from: '.',
    except: ['./laptop', './node_modules'],
    message: 'laptop/ knows a template and nothing of Muster.',
  },
  {
    target: ['./client/*', './client/!(test)/**'],
    from: '.',
    except: ['./client', './node_modules'],
    message: 'client/ is published by itself, and imports nothing.',
  },
  {
    target: ['./web/src'],
    from: '.',
    except: ['./web/src', './client', './node_modules'],
    message: 'The console knows the client and nothing of the service behind it.',
  },
  {
    target: ['./cli', './functions', './infra', './lib'],
    from: './laptop',
    message: 'What runs against AWS knows nothing of the laptop.',
  },
];

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', '.muster*', '.venv', 'coverage', '**/dist', 'client/src/generated'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.strict] },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { 'import-x': importX, '@stylistic': stylistic },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      // The plugin parses the files that it follows with this; without it no-cycle sees no imports in any of them.
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx', '.mjs'] },
      // No package imports our files, and parsing the SDK's declarations takes a minute.
      'import-x/ignore': ['/node_modules/'],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-self-import': 'error',
      'import-x/no-restricted-paths': ['error', { zones: FLOOR_ZONES }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      '@stylistic/max-len': ['error', LINE_LENGTH],
    },
  },
  {
    files: ['client/src/**', 'cli/**', 'functions/**', 'infra/**', 'lib/**', 'laptop/**', 'web/**'],
    ignores: ['laptop/test/**'],
    rules: { 'max-params': ['error', 4] },
  },
  {
    files: ['test/**/*.ts', '*/test/**/*.ts'],
    plugins: { jest: jestPlugin },
    rules: {
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/valid-expect': 'error',
      'jest/no-conditional-expect': 'error',
    },
  },
);
