import { setTimeout as delay } from 'node:timers/promises';

/** Looks until the check passes, and fails with its last error when it doesn't within the limit. */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = 10_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}
