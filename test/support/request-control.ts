import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-dynamodb';
import type { FinalizeHandler } from '@smithy/types';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Table } from '../../lib/table/table';

/**
 * Decides in which order the requests of concurrent work reach DynamoDB, and which of them fail.
 *
 * Left to themselves, two racers in one process nearly always finish in the same order, so that one outcome of a race
 * is never seen. Here each request waits for its turn; one is let through at a time, chosen by the test's own
 * randomness, and the next is chosen only when all racers stand still again. The same choices give the same history.
 */
export interface RequestControl {
  /** Runs all at once, one request at a time in the order that `turns` says. */
  interleave<T>(turns: Turns, works: readonly (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]>;
  /** Lets so many requests through and fails all later ones, as if the process had died before it sent them. */
  dyingAfter<T>(requests: number, work: () => Promise<T>): Promise<PromiseSettledResult<T>>;
  /**
   * Loses the answer of the n-th request that `matches` (from 0), after it took effect. A retryable loss is repeated by
   * the SDK; another is thrown to the caller.
   */
  losingAnswer<T>(loss: Loss, work: () => Promise<T>): Promise<PromiseSettledResult<T>>;
}

interface Loss {
  readonly nth?: number;
  readonly command: string;
  readonly retryable: boolean;
}

/** Requests that wait, and who of them goes next. */
export interface Turns {
  readonly waiting: number;
  wait(label: string): Promise<void>;
  releaseOne(): Promise<void> | void;
}

export function seededTurns(seed: number): Turns {
  const random = randomFrom(seed);
  const waiting: (() => void)[] = [];
  return {
    get waiting() {
      return waiting.length;
    },
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    releaseOne: () => {
      const [release] = waiting.splice(Math.floor(random() * waiting.length), 1);
      release?.();
    },
  };
}

/** mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How the SDK reports a connection that broke before the answer came. */
function brokenConnection(retryable: boolean): Error {
  return retryable
    ? Object.assign(new Error('read ECONNRESET'), { name: 'TimeoutError', code: 'ECONNRESET' })
    : Object.assign(new Error('the process was told to stop'), { name: 'AbortError' });
}

type Next = FinalizeHandler<ServiceInputTypes, ServiceOutputTypes>;

interface Actor {
  /** Whose requests are controlled. */
  readonly table: Table;
  readonly turns?: Turns;
  readonly inFlight?: Set<Promise<unknown>>;
  requestsLeft?: number;
  loss?: Loss & { matchesLeft: number };
}

/** One for all tables: Node copies the store of each into every promise, also of tables that are no longer used. */
const actors = new AsyncLocalStorage<Actor>();

export function controlRequests(table: Table): RequestControl {
  const actorHere = (): Actor | undefined => {
    const actor = actors.getStore();
    return actor?.table === table ? actor : undefined;
  };

  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      const actor = actorHere();
      if (!actor) return next(args);
      if (actor.requestsLeft !== undefined && actor.requestsLeft-- <= 0) {
        throw Object.assign(new Error('the process died'), { name: 'AbortError' });
      }
      await actor.turns?.wait(context.commandName ?? 'unknown');
      const answer = next(args);
      actor.inFlight?.add(answer);
      return answer.finally(() => actor.inFlight?.delete(answer));
    },
    { step: 'initialize', priority: 'high' },
  );
  // Behind the SDK's own retries, so that a loss is met by them as a broken connection would be.
  table.client.middlewareStack.addRelativeTo(
    (next: Next, context: { commandName?: string }) => async (args: Parameters<Next>[0]) => {
      const answer = await next(args);
      const loss = actorHere()?.loss;
      if (loss && loss.command === context.commandName && loss.matchesLeft-- === 0) {
        throw brokenConnection(loss.retryable);
      }
      return answer;
    },
    { relation: 'after', toMiddleware: 'retryMiddleware' },
  );

  const settled = async <T>(actor: Actor, work: () => Promise<T>): Promise<PromiseSettledResult<T>> => {
    const [result] = await Promise.allSettled([actors.run(actor, work)]);
    return result;
  };

  return {
    dyingAfter: (requests, work) => settled({ table, requestsLeft: requests }, work),
    losingAnswer: (loss, work) => settled({ table, loss: { ...loss, matchesLeft: loss.nth ?? 0 } }, work),
    async interleave(turns, works) {
      const inFlight = new Set<Promise<unknown>>();
      let running = works.length;
      const results = works.map(async (work) => {
        const result = await settled({ table, turns, inFlight }, work);
        running--;
        return result;
      });
      for (let idle = 0; idle < 1_000;) {
        while (inFlight.size > 0) await Promise.allSettled([...inFlight]);
        // What an answer sets going has reached its next request, or its end, a turn of the event loop later.
        await nextTurn();
        await nextTurn();
        if (running === 0) return Promise.all(results);
        if (inFlight.size > 0) continue;
        if (turns.waiting > 0) {
          idle = 0;
          await turns.releaseOne();
        } else {
          idle++;
          await delay(1);
        }
      }
      throw new Error('a racer neither asks DynamoDB nor ends');
    },
  };
}
