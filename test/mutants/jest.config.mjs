import config from '../../jest.config.mjs';
import { fileURLToPath } from 'node:url';

const rootDir = fileURLToPath(new URL('../..', import.meta.url));

/** The projects of the suite, with a source that is changed in one place. */
export default {
  ...config,
  rootDir,
  projects: config.projects.map((project) => ({
    ...project,
    rootDir,
    transform: { '^.+\\.ts$': '<rootDir>/test/mutants/mutating-transform.mjs' },
  })),
};
