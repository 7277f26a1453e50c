/**
 * Where MiniStack (the version that requirements.txt pins) is known not to do what AWS does, as far as Muster relies on
 * it. Each has a test in differences.test.ts that fails when a later version mends it. None of them is met by the e2e
 * suite, so no test of it is left out.
 */
export interface Difference {
  readonly aws: string;
  readonly seen: string;
  /** What it means for what `npm run verify:aws` shows. */
  readonly unshown: string;
}

export const DIFFERENCES = {
  'stream batch failures': {
    aws: 'records that a function reports in batchItemFailures are delivered again',
    seen: 'the report is ignored: they count as processed',
    unshown: 'that a change whose dispatching failed is dispatched again',
  },
  'stream retries': {
    aws: 'a batch that fails is bisected, retried as often as the event source says and then set aside',
    seen: 'the whole batch is retried for ever; nothing behind it is processed, nothing is set aside',
    unshown: 'that a record which can’t be processed goes to the dead letters and the rest goes on',
  },
  'errors of functions': {
    aws: 'a function behind an HTTP API that throws makes it answer 500, Internal Server Error',
    seen: 'it answers 502 with the message of the error',
    unshown: 'that no message of an error gets out',
  },
  'slashes at the end': {
    aws: 'a path with a slash at its end is no path of a route without one',
    seen: 'it is that path',
    unshown: 'that a browser is led from such an address to the page; the integration tests do',
  },
  runtime: {
    aws: 'the function’s runtime runs it',
    seen: 'the Node on PATH does',
    unshown: 'that the bundles run on the runtime of the template',
  },
  credentials: {
    aws: 'credentials have to exist, and roles permit what they permit',
    seen: 'any credentials may do anything',
    unshown: 'that the roles permit enough; the infra tests do',
  },
} as const satisfies Readonly<Record<string, Difference>>;
