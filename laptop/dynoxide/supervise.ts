/**
 * Keeps Dynoxide running: if it ends by itself, it is restarted on the same port and file. Requests fail in between, as
 * with any unreachable database, and their senders retry them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../local-error';
import type { DynoxideProcess } from './process';

export interface Supervised {
  readonly pid: number;
  /** Resolves with the reason when it is stopped, or when it has ended too often to be restarted. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** More restarts within the window are pointless: each start would end the same way. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 60_000;
/** Before the second restart in a window; doubled before each further one. */
const FIRST_PAUSE_MS = 100;

/** @param run restarts it on the same port and file */
export function keepRunning(
  first: DynoxideProcess,
  run: () => Promise<DynoxideProcess>,
  warn: (line: string) => void,
): Supervised {
  let current = first;
  let starting: Promise<unknown> = Promise.resolve();
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;

  async function start(pauseMs: number): Promise<string | undefined> {
    await delay(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    if (isStopped()) return undefined;
    try {
      current = await run();
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  async function supervise(): Promise<string> {
    let endings: readonly number[] = [];
    let failure: string | undefined;
    for (;;) {
      const reason = failure ?? (await current.ended);
      endings = [...endings.filter((at) => at > Date.now() - WINDOW_MS), Date.now()];
      if (isStopped() || endings.length > MAX_RESTARTS) return reason;
      warn(`Dynoxide stopped unexpectedly (${reason}); restarting it.`);
      const starts = start(endings.length === 1 ? 0 : FIRST_PAUSE_MS * 2 ** (endings.length - 2));
      starting = starts;
      failure = await starts;
    }
  }

  const ended = supervise();
  return {
    get pid() {
      return current.pid;
    },
    ended,
    stop: async () => {
      stopped.abort();
      await starting;
      await current.stop();
      await ended;
    },
  };
}
