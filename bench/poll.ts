import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 25;

/** @throws Error when it is not so in time */
export async function pollUntil(isSo: () => Promise<boolean>, limitMs = 120_000): Promise<void> {
  const untilMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`Not so within ${limitMs} ms: ${isSo.toString()}`);
    await delay(EVERY_MS);
  }
}
