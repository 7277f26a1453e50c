/**
 * What must stop before the store does. Jest runs hooks in the order in which they were registered, and the store's is
 * registered when its module is loaded: so this module has to be imported before that one.
 */
import { afterAll } from '@jest/globals';

export const stopsFirst: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const stop of stopsFirst) await stop();
});
