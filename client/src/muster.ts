import type { ApiPromise } from './api-promise.ts';
import { type Clock, systemClock } from './clock.ts';
import { MusterError } from './errors.ts';
import { bind, type Handle } from './handle.ts';
import { Agents, Tokens } from './resources/agents.ts';
import { Events } from './resources/events.ts';
import { Inbox } from './resources/inbox.ts';
import { Messages } from './resources/messages.ts';
import { Presence } from './resources/presence.ts';
import { SyncPoints } from './resources/sync-points.ts';
import { Trackers } from './resources/trackers.ts';
import { type Logger, type RequestOptions, Transport } from './transport.ts';
import type { Health, Me } from './types.ts';

/** What `new Muster` takes. */
/** Of `new Muster`. */
export interface MusterOptions {
  /** Of the service, like `https://abc.execute-api.eu-west-1.amazonaws.com`. Default: `MUSTER_URL`. */
  readonly url?: string;
  /** Of the agent; null: none. Default: `MUSTER_TOKEN`. */
  readonly token?: string | null;
  /** Milliseconds for each attempt of a request; a long poll gets its `wait` on top. Default: 30,000. */
  readonly timeout?: number;
  /**
   * How often a request is repeated whose connection was lost, or that was answered with 429, 5xx or what the API calls
   * retryable. Default: 4, with pauses that grow from half a second to eight, or of `Retry-After`.
   */
  readonly maxRetries?: number;
  /** Default: that of the platform. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told of answers and retries, like `console`. Default: nobody. */
  readonly logger?: Logger;
}

const DEFAULTS = { timeout: 30_000, maxRetries: 4 };

/**
 * The client of one agent.
 *
 * @example
 * const muster = new Muster({ url: 'http://127.0.0.1:4000', token });
 * const end = await muster.syncPoints.arriveAndWait('nightly', { data: { tests: 212 } });
 */
export class Muster {
  readonly agents: Agents;
  readonly tokens: Tokens;
  readonly presence: Presence;
  readonly syncPoints: SyncPoints;
  readonly trackers: Trackers;
  readonly inbox: Inbox;
  readonly messages: Messages;
  readonly events: Events;
  readonly #transport: Transport;

  /** @throws MusterError if there is no url, or one that can't be used */
  constructor(options: MusterOptions = {}, clock: Clock = systemClock) {
    const { timeout = DEFAULTS.timeout, maxRetries = DEFAULTS.maxRetries, logger } = options;
    this.#transport = new Transport({
      url: checkedUrl(options.url ?? environment('MUSTER_URL')),
      token: checkedToken(options.token === undefined ? environment('MUSTER_TOKEN') : options.token),
      timeout,
      maxRetries,
      fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
      logger,
      clock,
    });
    const transport = this.#transport;
    this.agents = new Agents(transport);
    this.tokens = new Tokens(transport);
    this.presence = new Presence(transport);
    this.syncPoints = new SyncPoints(transport);
    this.trackers = new Trackers(transport);
    this.inbox = new Inbox(transport);
    this.messages = new Messages(transport);
    this.events = new Events(transport);
  }

  /**
   * The methods of `syncPoints` that take an id, for this one.
   *
   * @example
   * const nightly = muster.syncPoint('nightly');
   * await nightly.arrive({ data: { tests: 212 } });
   * const { data } = await nightly.wait();
   */
  syncPoint(id: string): Handle<SyncPoints> {
    return bind(this.syncPoints, id);
  }

  /**
   * The methods of `trackers` that take an id, for this one.
   *
   * @example
   * const tracker = muster.tracker('import');
   * await tracker.report({ step: 1 });
   */
  tracker(id: string): Handle<Trackers> {
    return bind(this.trackers, id);
  }

  /**
   * Who this client's token belongs to.
   *
   * @example
   * const { id, role } = await muster.whoAmI();
   */
  whoAmI(options?: RequestOptions): ApiPromise<Me> {
    return this.#transport.call('whoAmI', {}, options);
  }

  /**
   * Whether the service answers; it needs no token.
   *
   * @example
   * const { status } = await muster.health();
   */
  health(options?: RequestOptions): ApiPromise<Health> {
    return this.#transport.call('getHealth', {}, options);
  }
}

/** Of the process; platforms without one have no variables, and Deno may forbid to read them. */
function environment(name: string): string | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  try {
    return process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}

function checkedUrl(url: string | undefined): string {
  if (url === undefined) {
    throw new MusterError(
      'There is no url: pass { url } or set MUSTER_URL. The stack of npm start has http://127.0.0.1:4000.',
    );
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && (parsed.username !== '' || parsed.password !== '')) {
    throw new MusterError('The url holds a user name or a password; pass the token as { token } or MUSTER_TOKEN.');
  }
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    throw new MusterError(
      `The url is ${JSON.stringify(url)}; it must begin with http:// or https:// and have no query.`,
    );
  }
  return parsed.href.replace(/\/+$/, '');
}

/** A token with a line break or another invisible character would fail in `fetch`, which would show it. */
function checkedToken(token: string | null | undefined): string | undefined {
  if (token === null || token === undefined) return undefined;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new MusterError(
      `The token has ${token.length} characters, and not all of them are visible ASCII; was it read from a file with its line break?`,
    );
  }
  return token;
}
