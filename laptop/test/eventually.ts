import { setTimeout as delay } from 'node:timers/promises';

/** Repeats the check until it passes. Fails with the last error if it doesn't pass within the limit. */
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
