import type { RequestOptions } from './transport.ts';

/** Once the caller has aborted, nothing may hold it up for longer. */
export const LAST_TRY = { maxRetries: 0, timeout: 5_000 } as const;

/**
 * Sends what is to be recorded, with as many retries as it takes. Once the caller has aborted, there is one more try:
 * what has been done should not be done again only because the program is being stopped.
 */
export async function insist<T>(
  signal: AbortSignal | undefined,
  send: (options: RequestOptions) => PromiseLike<T>,
): Promise<T> {
  if (!signal?.aborted) {
    try {
      return await send({ signal, maxRetries: Infinity });
    } catch (error) {
      if (!isAborted(signal)) throw error;
    }
  }
  return send(LAST_TRY);
}

/** In a function, because it changes while a request is under way, which the compiler doesn't expect. */
export const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
