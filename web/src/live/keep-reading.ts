import { ApiError, AuthenticationError, ConnectionError, TimeoutError } from '@muster/client';
import { signOut } from '../session';
import { noteFailing, noteLost } from './connection';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/** Of `Retry-After`, which may be wrong. */
const LONGEST_TOLD_MS = 60_000;

/** After so many in a row, the page says that something is wrong. */
const TOLD_AFTER_FAILURES = 3;

/** The attempts are counted here, so that an outage shows at once and a hidden page sends nothing. */
export const once = (signal: AbortSignal) => ({ signal, maxRetries: 0 });

/**
 * Reads again and again while the page is looked at, and goes on by itself after an outage.
 *
 * @param read one round; returns the milliseconds until the next, or null for no other
 * @returns stops it
 */
export function keepReading(read: (signal: AbortSignal) => Promise<number | null>): () => void {
  const stopping = new AbortController();
  void run(read, stopping.signal);
  return () => {
    stopping.abort();
  };
}

async function run(read: (signal: AbortSignal) => Promise<number | null>, stopped: AbortSignal): Promise<void> {
  const reader = {};
  stopped.addEventListener('abort', () => {
    noteFailing(reader, false);
  });
  let failures = 0;
  while (!stopped.aborted) {
    await untilVisible(stopped);
    const round = abortedWhenHidden(stopped);
    let pauseMs: number | null;
    try {
      pauseMs = await read(round.signal);
      failures = 0;
      noteFailing(reader, false);
    } catch (error) {
      pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);
      // A round that the page itself gave up says nothing.
      if (!round.signal.aborted) {
        if (error instanceof AuthenticationError) {
          signOut('Your token is no longer valid: it was revoked, or its agent was deactivated.');
          return;
        }
        if (error instanceof ConnectionError || error instanceof TimeoutError) noteLost();
        failures += 1;
        if (failures >= TOLD_AFTER_FAILURES) noteFailing(reader, true);
        pauseMs += toldToWaitMs(error);
      }
    }
    if (pauseMs === null) return;
    await pause(pauseMs, round.signal);
    round.release();
  }
}

function toldToWaitMs(error: unknown): number {
  const seconds = error instanceof ApiError ? Number(error.headers.get('retry-after')) : 0;
  return seconds > 0 ? Math.min(LONGEST_TOLD_MS, seconds * 1_000) : 0;
}

function abortedWhenHidden(stopped: AbortSignal): { readonly signal: AbortSignal; readonly release: () => void } {
  const hidden = new AbortController();
  const onChange = (): void => {
    if (document.hidden) hidden.abort();
  };
  document.addEventListener('visibilitychange', onChange);
  return {
    signal: AbortSignal.any([stopped, hidden.signal]),
    release: () => {
      document.removeEventListener('visibilitychange', onChange);
    },
  };
}

/** Ends early when the page is hidden, left, or back online. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    addEventListener('online', end);
  });
}

function untilVisible(stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (document.hidden && !stopped.aborted) return;
      document.removeEventListener('visibilitychange', check);
      stopped.removeEventListener('abort', check);
      resolve();
    };
    document.addEventListener('visibilitychange', check);
    stopped.addEventListener('abort', check);
    check();
  });
}
