/** Time as the client sees it, so that tests can turn it. */
export interface Clock {
  /** Milliseconds since 1970, which only grow: the clock of the machine may be set while the program runs. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls back after so many milliseconds, until it is called off. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
}

/** Timers of the platform take no more: about 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

function after(ms: number, callback: () => void): () => void {
  if (ms === Infinity) return () => undefined;
  const timer = setTimeout(callback, Math.min(ms, LONGEST_MS));
  return () => {
    clearTimeout(timer);
  };
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const cancel = after(ms, () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      });
      signal?.addEventListener('abort', stop, { once: true });
    }),
  after,
  random: () => Math.random(),
};
