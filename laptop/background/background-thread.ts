/**
 * The main thread's side of messages.ts. It is a thread rather than a process because it always ends with this process,
 * and its standard output and error arrive here automatically.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { LocalError, messageOf } from '../local-error';
import type { BackgroundEndpoints, BackgroundSettings, FromBackground, ToBackground } from './messages';

export interface BackgroundThread {
  /** Resolves when its endpoints are listening; functions need them to be loaded. */
  start(settings: BackgroundSettings): Promise<StartingBackground>;
  /** Looks for changes at once, because something may have been written. */
  readonly nudge: () => void;
  /** Resolves when the thread has ended without having been stopped. */
  readonly broken: Promise<LocalError>;
  /** Finishes work in progress within the limit, or leaves it to the next start. */
  stop(limitMs: number): Promise<void>;
}

interface StartingBackground {
  readonly endpoints: BackgroundEndpoints;
  /** Resolves when changes are being processed. */
  readonly started: Promise<unknown>;
}

interface BackgroundThreadOptions {
  readonly warn: (line: string) => void;
  readonly debug: (line: string) => void;
}

/** Imports its code at once, while the caller can do other work. */
export function openBackgroundThread({ warn, debug }: BackgroundThreadOptions): BackgroundThread {
  const worker = new Worker(new URL('./thread.mjs', import.meta.url));
  const send = (message: ToBackground): void => {
    worker.postMessage(message);
  };
  let stopping = false;

  const ended = new Promise<LocalError>((resolve) => {
    worker.once('error', (error) => {
      if (error instanceof Error) debug(error.stack ?? error.message);
      resolve(endedBy(messageOf(error)));
    });
    worker.once('exit', (code) => {
      resolve(endedBy(`exit code ${code}`));
    });
  });
  const failed = new Promise<Error>((resolve) => {
    worker.on('message', (message: FromBackground) => {
      if (message.type === 'warning') warn(message.line);
      if (message.type === 'failed') {
        debug(message.stack);
        resolve(message.isLocalError ? new LocalError(message.message) : new Error(message.message));
      }
    });
  });

  /** @throws the error that made the thread fail or end first */
  async function received<Type extends FromBackground['type']>(
    type: Type,
  ): Promise<Extract<FromBackground, { readonly type: Type }>> {
    return await new Promise((resolve, reject) => {
      worker.on('message', (message: FromBackground) => {
        if (message.type === type) resolve(message as Extract<FromBackground, { readonly type: Type }>);
      });
      void Promise.race([failed, ended]).then(reject);
    });
  }

  return {
    start: async (settings) => {
      const started = received('started');
      started.catch(() => undefined); // the caller may have failed before it asks
      const listening = received('listening');
      send({ type: 'start', settings });
      return { endpoints: (await listening).endpoints, started };
    },
    nudge: () => {
      send({ type: 'written' });
    },
    broken: ended.then((error) => (stopping ? new Promise<never>(() => undefined) : error)),
    stop: async (limitMs) => {
      stopping = true;
      send({ type: 'stop' });
      // It ends by itself: ended from here while it compiles or imports, Node 20 can abort the whole process
      // (https://github.com/nodejs/node/issues/38418).
      await Promise.race([ended, delay(limitMs, undefined, { ref: false })]);
      await worker.terminate();
    },
  };
}

function endedBy(why: string): LocalError {
  return new LocalError(
    `The background thread, which processes changes, has stopped unexpectedly (${why}): start Muster again; it resumes the remaining work.`,
  );
}
