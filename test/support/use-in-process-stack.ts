/** Set-up of a test file that is written for HTTP: gives it a stack in its own process, see in-process-stack.ts. */
import { afterAll, expect } from '@jest/globals';
import { stopsFirst } from './stops-first';
import { startInProcessStack } from './in-process-stack';

const stack = await startInProcessStack();
process.env['MUSTER_URL'] = stack.url;
process.env['MUSTER_ADMIN_TOKEN'] = stack.adminToken;
globalThis.__MUSTER_CLOCK__ = stack.clock;

stopsFirst.push(stack.stop);

afterAll(() => {
  // Each belongs into `errors` of the operation, in infra/reference.
  expect([...stack.undeclaredErrors]).toEqual([]);
});
