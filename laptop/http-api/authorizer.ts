/**
 * A Lambda authorizer with simple responses and its cache.
 *
 * As in API Gateway, the identity sources are the cache key, shared by all routes of the authorizer. A request that
 * lacks one of them is refused without a call.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import type { Functions } from '../lambda/functions';
import { LocalError } from '../local-error';
import type { AuthorizerModel } from '../template/http-api-model';
import { authorizerEvent, type GatewayRequest } from './request-event';
import type { RouteMatch } from './routes';

type Authorization =
  | { readonly outcome: 'allowed'; readonly context: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'no identity' };

export type Authorizer = (request: GatewayRequest, match: RouteMatch) => Promise<Authorization>;

interface CacheEntry {
  readonly answer: Promise<Authorization>;
  readonly expiresAtMs: number;
}

/** Expired entries are removed once the cache holds more than this. */
const SWEEP_ABOVE = 10_000;

export function createAuthorizer(
  model: AuthorizerModel,
  functions: Functions,
  now: () => number = Date.now,
): Authorizer {
  const headers = model.identitySources.map(parseIdentitySource);
  const cache = new Map<string, CacheEntry>();

  async function ask(request: GatewayRequest, match: RouteMatch, identity: readonly string[]): Promise<Authorization> {
    const answer = await functions.invoke(model.functionName, authorizerEvent(request, match, identity));
    const { isAuthorized, context } = answer as { readonly isAuthorized?: unknown; readonly context?: object };
    if (isAuthorized !== true) return { outcome: 'refused' };
    return { outcome: 'allowed', context: { ...context } };
  }

  return async (request, match) => {
    const identity: string[] = [];
    for (const header of headers) {
      const value = request.headers[header];
      if (value === undefined || value === '') return { outcome: 'no identity' };
      identity.push(value);
    }
    if (model.cacheMs === 0) return await ask(request, match, identity);

    const key = JSON.stringify(identity);
    const known = cache.get(key);
    if (known !== undefined && known.expiresAtMs > now()) return await known.answer;
    if (cache.size > SWEEP_ABOVE) {
      for (const [old, { expiresAtMs }] of cache) if (expiresAtMs <= now()) cache.delete(old);
    }
    // Caching the promise lets concurrent requests share one call. Failures are not cached.
    const answer = ask(request, match, identity);
    const entry = { answer, expiresAtMs: now() + model.cacheMs };
    cache.set(key, entry);
    try {
      return await answer;
    } catch (error) {
      if (cache.get(key) === entry) cache.delete(key);
      throw error;
    }
  };
}

/** The name of the header. */
function parseIdentitySource(source: string): string {
  const header = /^\$request\.header\.(.+)$/.exec(source)?.[1];
  if (header !== undefined) return header.toLowerCase();
  throw new LocalError(`The identity source ${source} of an authorizer is not supported on a laptop.`);
}
