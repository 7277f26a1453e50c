/** One project per kind of test; `npx jest --selectProjects unit` runs one of them. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  injectGlobals: false,
};

const project = (name, extra = {}) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...extra,
});

export default {
  testTimeout: 180_000,
  projects: [
    project('unit'),
    project('integration'),
    project('properties'),
    project('infra'),
    project('local'),
    project('e2e', {
      globalSetup: '<rootDir>/test/support/start-muster.ts',
      globalTeardown: '<rootDir>/test/support/stop-muster.ts',
    }),
    // Needs what `npm run verify:aws` starts.
    ...(process.env.MUSTER_EMULATOR ? [project('aws')] : []),
  ],
};
