import { availableParallelism } from 'node:os';

/**
 * One project per kind of test; docs/testing.md says what each proves and how long it may take.
 *
 * `npm test` runs the kinds that everyone runs all the time. `npm run test:all` sets MUSTER_TESTS=all, which adds the
 * other kinds and the slow files, and makes the drawn tests draw more (test/support/size.ts).
 */
const all = process.env.MUSTER_TESTS === 'all';

/** Files that `npm test` leaves out: they start stacks of their own, wait for real deadlines, or repeat over HTTP. */
const SLOW = [
  'test/e2e/agents',
  'test/e2e/authorization',
  'test/e2e/bad-input',
  'test/e2e/deadline',
  'test/e2e/events',
  'test/e2e/examples',
  'test/e2e/foreign-data',
  'test/e2e/fuzz',
  'test/e2e/herd',
  'test/e2e/laptop-',
  'test/e2e/linearizability',
  'test/e2e/mcp',
  'test/e2e/messages',
  'test/e2e/outcomes',
  'test/e2e/redrive',
  'test/e2e/user-reports',
  'test/infra/cdk-synth',
  'laptop/test/dynamodb-local-folder',
  'laptop/test/held-background',
  'cli/test/run',
  'cli/test/watch-command',
  'client/test/examples',
  'client/test/package',
];

/** Files written for HTTP that run in the test's own process by default, on a clock that they turn. */
const IN_PROCESS = [
  'agents',
  'authorization',
  'bad-input',
  'deadline',
  'events',
  'foreign-data',
  'fuzz',
  'mcp',
  'mcp-fuzz',
  'messages',
  'outcomes',
  'user-reports',
];

const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testPathIgnorePatterns: all ? [] : SLOW.map((file) => `<rootDir>/${file}`),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^@muster/client$': '<rootDir>/client/src/index.ts' },
  injectGlobals: false,
  ...extra,
});

/** Integration tests work for the processor, those over HTTP mostly wait for it: both cores, and one file more. */
const workers = availableParallelism() + 1;

export default {
  maxWorkers: workers,
  testTimeout: 180_000,
  projects: [
    project('unit'),
    project('integration'),
    project('properties'),
    project('api', {
      testMatch: IN_PROCESS.map((file) => `<rootDir>/test/e2e/${file}.test.ts`),
      testPathIgnorePatterns: [],
      setupFilesAfterEnv: ['<rootDir>/test/support/use-in-process-stack.ts'],
    }),
    project('infra'),
    project('client', { testMatch: ['<rootDir>/client/test/**/*.test.ts'] }),
    project('cli', { testMatch: ['<rootDir>/cli/test/**/*.test.ts'] }),
    project('web', { testMatch: ['<rootDir>/web/test/*.test.ts'] }),
    project('laptop', { testMatch: ['<rootDir>/laptop/test/**/*.test.ts'] }),
    project('e2e', {
      globalSetup: '<rootDir>/test/support/start-muster.ts',
      globalTeardown: '<rootDir>/test/support/stop-muster.ts',
    }),
    ...(all ? [project('harness')] : []),
    // Too large for any run but its own: `npm run test:herd`.
    ...(process.env.MUSTER_TESTS === 'herd' ? [project('herd')] : []),
    // Needs a browser: `npm run test:browser`.
    ...(process.env.MUSTER_TESTS === 'browser'
      ? [
          project('browser', {
            testMatch: ['<rootDir>/web/test/browser/*.test.ts'],
            globalSetup: '<rootDir>/test/support/start-muster.ts',
            globalTeardown: '<rootDir>/test/support/stop-muster.ts',
          }),
        ]
      : []),
    // Takes the pictures of docs/images: `npm run screenshots`.
    ...(process.env.MUSTER_TESTS === 'screenshots'
      ? [project('screenshots', { testMatch: ['<rootDir>/web/test/browser/screenshots/*.test.ts'] })]
      : []),
    // Needs what `npm run verify:aws` starts.
    ...(process.env.MUSTER_EMULATOR ? [project('aws')] : []),
  ],
};
