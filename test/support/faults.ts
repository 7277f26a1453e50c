import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import type { FinalizeHandler, RetryStrategyV2 } from '@smithy/types';
import { setTimeout as delay } from 'node:timers/promises';
import type { Table } from '../../lib/table/table';

/**
 * What can go wrong between a function and DynamoDB, by lot. The lots are drawn from the seed of the plan, so the same
 * seed and the same requests meet the same faults.
 */
export const FAULTS = [
  'throttled',
  'lost before it took effect',
  'lost after it took effect',
  'internal error',
  'conflict',
  'slow',
  'died',
] as const;
type Fault = (typeof FAULTS)[number];

export interface FaultPlan {
  /** Whether faults happen now. */
  active: boolean;
  /** How many of each have happened. */
  readonly met: Map<Fault, number>;
  /** Ends the death of whoever died: it is as a new process. */
  revive(): void;
}

/** A fault in this many of a hundred requests. */
const PERCENT = 25;
const SLOW_MS = 3;

type Next = FinalizeHandler<ServiceInputTypes, ServiceOutputTypes>;

const failures: Partial<Record<Fault, () => Error>> = {
  throttled: () => new ProvisionedThroughputExceededException({ message: 'throttled', $metadata: {} }),
  'lost before it took effect': lost,
  'lost after it took effect': lost,
  'internal error': () => new InternalServerError({ message: 'internal', $metadata: { httpStatusCode: 500 } }),
  conflict: () => new TransactionConflictException({ message: 'a transaction is under way', $metadata: {} }),
};

/** How the SDK reports a connection that broke before the answer came. */
function lost(): Error {
  return Object.assign(new Error('read ECONNRESET'), { name: 'TimeoutError', code: 'ECONNRESET' });
}

/** Of a process that was told to stop; the SDK repeats nothing after it. */
const death = (): Error => Object.assign(new Error('the process died'), { name: 'AbortError' });

const WRITES = /^(Put|Update|Delete|BatchWrite)/;

function canMeet(fault: Fault, command: string): boolean {
  // What a single write meets while the transaction of a creation is under way.
  if (fault === 'conflict') return /^(Put|Update|Delete)Item/.test(command);
  return fault !== 'lost after it took effect' || WRITES.test(command);
}

/** @param random from 0 to below 1. */
export function injectFaults(table: Table, random: () => number): FaultPlan {
  let dead = false;
  const met = new Map<Fault, number>();
  const plan: FaultPlan = {
    active: true,
    met,
    revive: () => {
      dead = false;
    },
  };
  const draw = (command: string): Fault | undefined => {
    if (!plan.active) return undefined;
    if (random() * 100 >= PERCENT) return undefined;
    const possible = FAULTS.filter((fault) => canMeet(fault, command));
    return possible[Math.floor(random() * possible.length)];
  };
  // Behind the SDK's own retries, so that they meet the faults as they would meet real ones.
  table.client.middlewareStack.addRelativeTo(
    (next: Next, context: { commandName?: string }) => async (args: Parameters<Next>[0]) => {
      if (dead) throw death();
      const fault = draw(context.commandName ?? '');
      if (!fault) return next(args);
      met.set(fault, (met.get(fault) ?? 0) + 1);
      if (fault === 'slow') {
        await delay(SLOW_MS);
        return next(args);
      }
      if (fault === 'died') {
        dead = true;
        throw death();
      }
      if (fault === 'lost after it took effect') await next(args);
      throw failures[fault]?.() ?? new Error(`unreachable: ${fault} has no error`);
    },
    { relation: 'after', toMiddleware: 'retryMiddleware' },
  );
  table.client.config.retryStrategy = () => Promise.resolve(retryAtOnce);
  return plan;
}

const MOST_ATTEMPTS = 3;

/** As the SDK's standard strategy, whose waits would be most of the time of a test. */
const retryAtOnce: RetryStrategyV2 = {
  acquireInitialRetryToken: () => Promise.resolve({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
  refreshRetryTokenForRetry: (token, { errorType }) => {
    const count = token.getRetryCount() + 1;
    if (count >= MOST_ATTEMPTS || (errorType !== 'THROTTLING' && errorType !== 'TRANSIENT')) {
      return Promise.reject(new Error('not retried'));
    }
    return Promise.resolve({ getRetryCount: () => count, getRetryDelay: () => 0 });
  },
  recordSuccess: () => undefined,
};
