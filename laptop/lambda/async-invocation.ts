/**
 * Asynchronous calls of functions (by Scheduler): retried as the template says, then sent to the failure destination.
 * Unlike in AWS, the caller can wait for the outcome, so it drops a call only afterwards.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../local-error';
import type { Queues } from '../queues/queues';
import { DEFAULT_ASYNC_SETTINGS, type AsyncSettings } from '../template/function-model';
import { failureRecord } from './failure-record';
import { FunctionError, type Functions } from './functions';

export interface AsyncInvoker {
  /** Resolves when the call has succeeded or its retries are over; rejects only if this host stops first. */
  invoke(functionName: string, event: unknown): Promise<void>;
}

export interface AsyncInvokerOptions {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly settings: ReadonlyMap<string, AsyncSettings>;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
  /** AWS waits one minute before the first retry and two before the second, too long for a laptop. @default 1000 */
  readonly firstRetryMs?: number;
}

export function createAsyncInvoker(options: AsyncInvokerOptions): AsyncInvoker {
  const { functions, settings, warn, signal, firstRetryMs = 1_000 } = options;
  return {
    invoke: async (functionName, event) => {
      const { maxRetries, maxAgeMs, failureDestinationArn } = settings.get(functionName) ?? DEFAULT_ASYNC_SETTINGS;
      const startedAt = Date.now();
      for (let calls = 1; ; calls += 1) {
        try {
          await functions.invoke(functionName, event);
          return;
        } catch (error) {
          warn(`${functionName} failed: ${messageOf(error)}`);
          const waitMs = firstRetryMs * calls;
          const tooOld = Date.now() + waitMs - startedAt > maxAgeMs;
          if (calls <= maxRetries && !tooOld) {
            await delay(waitMs, undefined, { signal });
            continue;
          }
          if (failureDestinationArn !== undefined) {
            const condition = tooOld ? 'EventAgeExceeded' : 'RetriesExhausted';
            const errorType = error instanceof FunctionError ? error.errorType : 'Error';
            const record = failureRecord(
              { functionArn: `${functionName}:$LATEST`, condition, calls },
              { requestPayload: event, responsePayload: { errorType, errorMessage: messageOf(error) } },
            );
            await options.queues.sendMessage(failureDestinationArn, record);
          }
          return;
        }
      }
    },
  };
}
