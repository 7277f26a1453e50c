/**
 * A Lambda authorizer with simple responses and its cache.
 *
 * As in API Gateway the identity sources are the key of the cache, for all routes of the authorizer (unless one of them is
 * `$context.routeKey`), and a request that lacks one of them is refused without a call.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import type { Functions } from '../lambda/functions';
import { LocalError } from '../local-error';
import type { AuthorizerModel } from '../template/http-api-model';
import { authorizerEvent, type GatewayRequest } from './request-event';
import type { RouteMatch } from './routes';

export type Authorization =
  | { readonly outcome: 'allowed'; readonly context: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'no identity' };

export type Authorizer = (request: GatewayRequest, match: RouteMatch) => Promise<Authorization>;

interface CacheEntry {
  readonly answer: Promise<Authorization>;
  readonly expiresAtMs: number;
}

/** Above this many, entries that have expired are thrown away. */
const SWEEP_ABOVE = 10_000;

export function createAuthorizer(
  model: AuthorizerModel,
  functions: Functions,
  now: () => number = Date.now,
): Authorizer {
  const sources = model.identitySources.map(parseIdentitySource);
  const cache = new Map<string, CacheEntry>();

  async function ask(request: GatewayRequest, match: RouteMatch, identity: readonly string[]): Promise<Authorization> {
    const answer = await functions.invoke(model.functionName, authorizerEvent(request, match, identity));
    const { isAuthorized, context } = answer as { readonly isAuthorized?: unknown; readonly context?: object };
    if (isAuthorized !== true) return { outcome: 'refused' };
    return { outcome: 'allowed', context: { ...context } };
  }

  return async (request, match) => {
    const identity: string[] = [];
    for (const read of sources) {
      const value = read(request, match);
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
    // The promise is kept, so that requests that come together are one call; a failure is not kept.
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

type IdentitySource = (request: GatewayRequest, match: RouteMatch) => string | undefined;

function parseIdentitySource(source: string): IdentitySource {
  const header = /^\$request\.header\.(.+)$/.exec(source)?.[1]?.toLowerCase();
  if (header !== undefined) return (request) => request.headers[header];
  const parameter = /^\$request\.querystring\.(.+)$/.exec(source)?.[1];
  if (parameter !== undefined) {
    return (request) => new URLSearchParams(request.rawQueryString).get(parameter) ?? undefined;
  }
  if (source === '$context.routeKey') return (_request, { route }) => route.routeKey;
  throw new LocalError(`The laptop stack doesn't know the identity source ${source} of an authorizer.`);
}
