/** Speaks HTTP with the stack as agents do on a bad day: now and then one drops the connection, and asks again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ListPage } from '../support/http-client';
import type { Outcome } from './ledger';
import type { Statistics } from './statistics';

export interface Agent {
  readonly id: string;
  readonly token: string;
}

export interface Request {
  /** What it is counted as. */
  readonly operation: string;
  readonly as: Agent;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

export interface Told<Body> {
  readonly outcome: Outcome;
  /** 0: no answer. */
  readonly status: number;
  /** Only if accepted. */
  readonly body?: Body;
  /** Only if refused. */
  readonly code?: string;
}

export interface ClientOptions {
  readonly baseUrl: string;
  readonly random: () => number;
  readonly statistics: Statistics;
  /** Resolves when there is a stack to ask. */
  readonly whenUp: () => Promise<void>;
}

/** Who drops the connection does so within this time, which is where most answers come. */
const DROPPED_WITHIN_MS = 60;
/** A long poll takes 20 s at most, the gateway gives up after 30. */
const PATIENCE_MS = 45_000;
/** How the gateway answers when a function or the authorizer fails or takes too long; API Gateway says 500, too. */
const OF_THE_GATEWAY = 'The gateway failed to serve the request.';
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

export class SoakClient {
  /** Of a hundred requests, how many are dropped before the answer. */
  droppedPercent = 0;
  /** Answers with 500 that a function gave itself, by its request. */
  readonly internalErrors: string[] = [];
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** One attempt. Never throws. */
  async send<Body = unknown>({ operation, as, method, path, body, idempotencyKey }: Request): Promise<Told<Body>> {
    const { baseUrl, random, statistics, whenUp } = this.#options;
    await whenUp();
    const drops = random() * 100 < this.droppedPercent;
    const abort = new AbortController();
    const limit = setTimeout(
      () => {
        abort.abort();
      },
      drops ? random() * DROPPED_WITHIN_MS : PATIENCE_MS,
    );
    const began = performance.now();
    try {
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${as.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: abort.signal,
      });
      const text = await response.text();
      statistics.record(operation, response.status, performance.now() - began);
      const content = (text === '' ? {} : JSON.parse(text)) as Body & {
        readonly code?: string;
        readonly detail?: string;
      };
      if (response.status === 500 && content.detail !== OF_THE_GATEWAY) this.internalErrors.push(`${method} ${path}`);
      if (response.ok) return { outcome: 'accepted', status: response.status, body: content };
      // Throttled, or sent too slowly, is not refused: the same request may be taken a moment later.
      const passing = response.status >= 500 || response.status === 429 || response.status === 408;
      return {
        outcome: passing ? 'unknown' : 'refused',
        status: response.status,
        ...(content.code !== undefined && { code: content.code }),
      };
    } catch {
      statistics.record(operation, drops ? 'dropped' : 'broken', performance.now() - began);
      return { outcome: 'unknown', status: 0 };
    } finally {
      clearTimeout(limit);
    }
  }

  /** Until the answer says what happened, `attempts` times at most. Each attempt is told to `note`. */
  async insist<Body = unknown>(
    request: Request,
    attempts: number,
    note: (told: Told<Body>) => void = () => undefined,
  ): Promise<Told<Body>> {
    for (let attempt = 1; ; attempt += 1) {
      const told = await this.send<Body>(request);
      note(told);
      if (told.outcome !== 'unknown' || attempt >= attempts) return told;
      await delay(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
    }
  }

  /** Every item of a list. @throws Error if a page is not answered with 200 */
  async all<Item>(operation: string, as: Agent, path: string, limit = 100): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `${path.includes('?') ? '&' : '?'}limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: Told<ListPage<Item>> = await this.insist({ operation, as, method: 'GET', path: path + query }, 5);
      if (page.body === undefined) throw new Error(`GET ${path} was answered with ${page.status} ${page.code ?? ''}`);
      items.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    return items;
  }
}
