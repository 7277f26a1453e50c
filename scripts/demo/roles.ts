/** The agents that work in the demo and in the pictures of the console, with their names. */
export const ROLES = {
  'release-lead': 'Release lead',
  'build-linux': 'Builds the Linux image',
  'build-macos': 'Builds the macOS package',
  'unit-tests': 'Runs the unit tests',
  'browser-tests': 'Runs the browser tests',
  'security-audit': 'Audits what is released',
  'review-api': 'Reviews the API',
  'review-data': 'Reviews the data model',
  'review-ux': 'Reviews what people see',
  'import-a': 'Imports the archive, A to H',
  'import-b': 'Imports the archive, I to Q',
  'import-c': 'Imports the archive, R to Z',
} as const;

export type Role = keyof typeof ROLES;
