/** Sends requests, with retries, time limits and idempotency keys, and turns answers into values or errors. */
import { ApiPromise, type WithResponse } from './api-promise.ts';
import type { Clock } from './clock.ts';
import { apiErrorOf, ConnectionError, MusterError, TimeoutError } from './errors.ts';
import { OPERATIONS } from './generated/operations.ts';
import type { AnswerOf, BodyOf, Operation, PathOf, Problem, QueryOf } from './types.ts';

/** Of one call; each overrides what `new Muster` was given. */
export interface RequestOptions {
  /** Aborts the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt. A long poll gets its `wait` on top. */
  readonly timeout?: number | undefined;
  /** How often a request is repeated that may succeed the next time. */
  readonly maxRetries?: number | undefined;
  /** Makes a creating call safe to repeat also from another process; without it, each call gets one of its own. */
  readonly idempotencyKey?: string | undefined;
}

/** Told of what goes on: `console` is one. Tokens, bodies and headers are never logged. */
export interface Logger {
  readonly debug: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface TransportSettings {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | undefined;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly fetch: typeof globalThis.fetch;
  readonly logger: Logger | undefined;
  readonly clock: Clock;
}

export interface Call<O extends Operation> {
  readonly path?: PathOf<O> | undefined;
  readonly query?: QueryOf<O> | undefined;
  readonly body?: BodyOf<O> | undefined;
}

/** A moment by which a call must have ended, with all its retries; milliseconds since 1970. */
export interface Limit {
  readonly endsAtMs?: number | undefined;
}

/**
 * Pauses between attempts: from the first on they double, and each is shortened at random by up to a half. What
 * `Retry-After` says comes on top, so that those who were told the same don't all return at once.
 */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** An attempt so shortly before the limit would hardly get an answer. */
const SHORTEST_REST_MS = 100;
/** What a pause leaves of the time before the limit. */
const LAST_ATTEMPT_MS = 1_000;

/** Of `Retry-After`: it may be a date, and one of the clocks may be wrong. */
const LONGEST_RETRY_AFTER_MS = 60_000;

type Simple = string | number | boolean | undefined;

/** The parts of a request that every attempt repeats. */
interface Prepared {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly waitMs: number;
  /** For errors and logs: method, path and query. */
  readonly asked: string;
}

export class Transport {
  readonly settings: TransportSettings;

  constructor(settings: TransportSettings) {
    this.settings = settings;
  }

  get clock(): Clock {
    return this.settings.clock;
  }

  call<O extends Operation>(
    operation: O,
    call: Call<O> = {},
    options: RequestOptions & Limit = {},
  ): ApiPromise<AnswerOf<O>> {
    const caller = callerOf();
    const answer = this.#answer<AnswerOf<O>>(operation, call, options);
    return new ApiPromise(answer.catch((error: unknown) => rethrow(error, caller)));
  }

  async #answer<T>(
    operation: Operation,
    call: Call<Operation>,
    options: RequestOptions & Limit,
  ): Promise<WithResponse<T>> {
    const request = this.#prepare(operation, call, options);
    const { maxRetries = this.settings.maxRetries, signal } = options;
    for (let attempts = 1; ; attempts += 1) {
      const { logger, clock } = this.settings;
      const outcome = await this.#attempt<T>(request, attempts, options);
      if ('data' in outcome) {
        logger?.debug('Muster answered', { asked: request.asked, status: outcome.response.status, attempts });
        return outcome;
      }
      const { error, retryAfterMs = 0, retryable } = outcome;
      if (!retryable || attempts > maxRetries) throw error;
      const leftMs = (options.endsAtMs ?? Infinity) - clock.now();
      if (leftMs < SHORTEST_REST_MS) {
        throw new TimeoutError(`${request.asked}: no time is left for another attempt.`, { cause: error });
      }
      // Never so long that the limit passes without a last attempt, whatever the service said.
      const longestMs = Math.max(leftMs / 2, leftMs - LAST_ATTEMPT_MS);
      const pauseMs = Math.min(retryAfterMs + this.#pauseMs(attempts), longestMs);
      logger?.warn('Muster is asked again', { asked: request.asked, attempts, pauseMs, reason: error.message });
      await clock.sleep(pauseMs, signal);
    }
  }

  #prepare(operation: Operation, { path, query, body }: Call<Operation>, options: RequestOptions): Prepared {
    const [method, template, keyed] = OPERATIONS[operation] as readonly [string, string, 'keyed'?];
    const { url: base, token } = this.settings;
    const values = path as Readonly<Record<string, string>> | undefined;
    const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, values?.[name]));
    const url = new URL(base + filled);
    for (const [name, value] of Object.entries(query ?? {})) {
      for (const each of Array.isArray(value) ? (value as Simple[]) : [value as Simple]) {
        if (each !== undefined) url.searchParams.append(name, String(each));
      }
    }
    const headers = new Headers({ accept: 'application/json' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (keyed) headers.set('idempotency-key', checkedKey(options.idempotencyKey ?? globalThis.crypto.randomUUID()));
    return {
      method,
      url,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      waitMs: ((query as { readonly wait?: number } | undefined)?.wait ?? 0) * 1_000,
      asked: `${method} ${filled}${url.search}`,
    };
  }

  /** One request. What may be repeated comes back as an outcome, what may not is thrown. */
  async #attempt<T>(request: Prepared, attempts: number, options: RequestOptions & Limit): Promise<Outcome<T>> {
    const { clock, timeout: usual } = this.settings;
    const { signal, endsAtMs = Infinity } = options;
    signal?.throwIfAborted();
    const ownMs = (options.timeout ?? usual) + request.waitMs;
    const leftMs = endsAtMs - clock.now();
    if (leftMs <= 0) throw new TimeoutError(`${request.asked}: the time limit has passed.`);
    const limitMs = Math.min(ownMs, leftMs);
    const limit = new AbortController();
    const cancel = clock.after(limitMs, () => {
      limit.abort();
    });
    const abort = (): void => {
      limit.abort();
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await this.#exchange<T>(request, attempts, limit.signal);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof MusterError) throw error;
      if (limit.signal.aborted) {
        const sentence = `${request.asked}: no answer within ${limitMs} ms (attempt ${attempts}).`;
        return { error: new TimeoutError(sentence, { cause: error }), retryable: leftMs > ownMs };
      }
      const { origin } = request.url;
      const sentence = `${request.asked}: no connection to ${origin}, or it was lost: ${causeOf(error)} (attempt ${attempts}). Does Muster run there?`;
      return { error: new ConnectionError(sentence, { cause: error }), retryable: true };
    } finally {
      cancel();
      signal?.removeEventListener('abort', abort);
    }
  }

  async #exchange<T>(request: Prepared, attempts: number, signal: AbortSignal): Promise<Outcome<T>> {
    const { method, url, headers, body, asked } = request;
    // A redirect would take the token to wherever the answer says.
    const init: RequestInit = { method, headers, signal, redirect: 'manual', ...(body !== undefined && { body }) };
    const response = await this.settings.fetch(url, init);
    const { status, headers: answered } = response;
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
      await response.body?.cancel();
      throw notMuster(asked, url, `it redirects to ${answered.get('location') ?? 'elsewhere'}`);
    }
    const text = await response.text();
    const object = parse(text);
    const requestId = answered.get('x-request-id') ?? answered.get('apigw-requestid') ?? undefined;
    if (response.ok) {
      if (object === null && status !== 204) {
        const type = answered.get('content-type') ?? 'no content type';
        throw notMuster(asked, url, text === '' ? 'it answered with an empty body' : `it answered with ${type}`);
      }
      return { data: (object ?? undefined) as T, response: { status, headers: answered, requestId, attempts } };
    }
    const hasToken = this.settings.token !== undefined;
    const hint = hasToken || status !== 401 ? '' : ' without a token (pass { token } or set MUSTER_TOKEN)';
    const error = apiErrorOf(asked + hint, {
      status,
      headers: answered,
      requestId,
      problem: object as Problem | null,
      attempts,
    });
    const retryable = object?.['retryable'] === true || status === 429 || status >= 500;
    return { error, retryable, retryAfterMs: this.#retryAfterMs(answered) };
  }

  #pauseMs(attempts: number): number {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
    return longest * (0.5 + this.clock.random() / 2);
  }

  /** Seconds, or a date (RFC 9110), which is compared with the date of the response: by one clock. */
  #retryAfterMs(headers: Headers): number {
    const header = headers.get('retry-after');
    if (header === null) return 0;
    const sentAtMs = Date.parse(headers.get('date') ?? '');
    const nowMs = Number.isNaN(sentAtMs) ? this.clock.now() : sentAtMs;
    const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
    return ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : 0;
  }
}

type Outcome<T> =
  | WithResponse<T>
  | { readonly error: MusterError; readonly retryable: boolean; readonly retryAfterMs?: number | undefined };

interface Caller {
  readonly stack?: string;
}

/** Where the call was made, which V8 no longer knows after the first response. Elsewhere it isn't known. */
function callerOf(): Caller {
  const caller: Caller = {};
  (Error as { captureStackTrace?: (target: object) => void }).captureStackTrace?.(caller);
  return caller;
}

function rethrow(error: unknown, { stack }: Caller): never {
  if (error instanceof MusterError && stack !== undefined) error.stack = `${error.stack}\n${framesOf(stack)}`;
  throw error;
}

const framesOf = (stack: string): string => stack.slice(stack.indexOf('\n') + 1);

/** An empty segment, or one of dots, would lead to another operation. */
function segmentOf(name: string, value: string | undefined): string {
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) {
    throw new MusterError(`${name} is ${JSON.stringify(value)}; it must be an id, like "nightly".`);
  }
  return encodeURIComponent(value);
}

const notMuster = (asked: string, { origin }: URL, what: string): ConnectionError =>
  new ConnectionError(`${asked}: ${origin} doesn't seem to be Muster: ${what}. Check the url of the client.`);

/** In visible ASCII, or `fetch` would refuse it with an error of its own. */
function checkedKey(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new MusterError(`idempotencyKey is ${JSON.stringify(key)}; it must be visible ASCII characters.`);
  }
  return key;
}

/** Every answer of Muster that has a body is a JSON object. */
function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

/**
 * `fetch` says only that it failed; why is in the cause. Its errors aren't told by `instanceof`: in a realm of its own,
 * like one of jest or node:vm, a program has another `Error`.
 */
function causeOf(error: unknown): string {
  const { cause = error } = Object(error) as { readonly cause?: unknown };
  const { message, code } = Object(cause) as { readonly message?: string; readonly code?: string };
  return message || code || String(cause);
}
