/**
 * Asynchronous calls of functions (by Scheduler and event rules): retried as the template says, then handed to the
 * failure destination. Unlike in AWS the caller can wait for the outcome, so that it forgets a call only afterwards.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../local-error';
import type { Queues } from '../queues/queues';
import { DEFAULT_ASYNC_SETTINGS, type AsyncSettings } from '../template/function-model';
import type { Functions } from './functions';
import { FunctionError } from './functions';

export interface AsyncInvoker {
  /** Resolves when the call succeeded or was given up on; rejects only when this host stops meanwhile. */
  invoke(functionName: string, event: unknown): Promise<void>;
}

export interface AsyncInvokerOptions {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly settings: ReadonlyMap<string, AsyncSettings>;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
  /** AWS waits a minute before the first retry and two before the second; nobody at a laptop would. @default 1000 */
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
            const record = failureRecord(functionName, event, error, condition, calls);
            await options.queues.sendMessage(failureDestinationArn, JSON.stringify(record));
          }
          return;
        }
      }
    },
  };
}

function failureRecord(functionName: string, event: unknown, error: unknown, condition: string, calls: number): object {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionName}:$LATEST`,
      condition,
      approximateInvokeCount: calls,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: {
      errorType: error instanceof FunctionError ? error.errorType : 'Error',
      errorMessage: messageOf(error),
    },
  };
}
