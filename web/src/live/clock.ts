/** The time that the page shows; it stands still while nobody looks. */
import { signal } from '@preact/signals';
import { serverNow } from './connection';

const TICK_MS = 1_000;

/** Milliseconds since the epoch, by the clock of Muster. */
export const now = signal(serverNow());

export function startClock(): void {
  const tick = (): void => {
    if (!document.hidden) now.value = serverNow();
  };
  setInterval(tick, TICK_MS);
  document.addEventListener('visibilitychange', tick);
}
