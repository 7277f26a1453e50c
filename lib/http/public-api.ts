import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MusterError } from '../common/errors';
import { allowedMethods } from './allowed-methods';
import { type Api, type GatewayEvent, htmlPage, ok, plainText } from './app';
import { llmsText } from './llms';
import { type Document, errorsPage, type ExplainedErrors, notFoundPage, PAGE_HEADERS } from './pages';
import { instanceOf } from './problem';
import type { publicRoutes } from './public-routes';

/** @param document the OpenAPI document */
export const publicApi = (document: Document, errors: ExplainedErrors): Api<typeof publicRoutes> => ({
  health: () => ok({ status: 'ok', version: document.info.version }),
  openApi: () => ok({ ...document }),
  errors: () => htmlPage(errorsPage(errors), PAGE_HEADERS),
  llms: () => plainText(llmsText(document)),
});

/**
 * Responds to requests that match no route of the gateway: to browsers with a page.
 *
 * @param paths path items of all routes, as in an OpenAPI document
 * @throws MusterError `route.not-found`, `route.method-not-allowed`.
 */
export const unknownRoute =
  (paths: Document['paths']) =>
  (event: GatewayEvent): APIGatewayProxyStructuredResultV2 => {
    const { rawPath, requestContext } = event;
    const { method } = requestContext.http;
    const allow = allowedMethods(paths, rawPath).join(', ');
    if (allow === '') {
      if (isForPeople(event)) return withoutSlash(paths, event) ?? notFound(instanceOf(event));
      throw new MusterError('route.not-found', `No operation has the path ${rawPath}; /docs lists all operations.`);
    }
    // This includes the preflight of a browser: the gateway passes it to its default route, and adds the CORS headers.
    if (method === 'OPTIONS') return { statusCode: 204, headers: { allow } };
    throw new MusterError('route.method-not-allowed', `${rawPath} does not allow ${method}; allowed: ${allow}.`, {
      headers: { allow },
    });
  };

/** A browser shows what it gets; programs, and whoever looks at the API, get a problem document. */
const isForPeople = ({ rawPath, headers, requestContext: { http } }: GatewayEvent): boolean =>
  (http.method === 'GET' || http.method === 'HEAD') &&
  !/^\/v\d+(?:\/|$)/.test(rawPath) &&
  (headers['accept'] ?? '').includes('text/html');

/** A program that asks the same gets a problem document. */
const OF_BROWSERS = { 'cache-control': 'no-store', vary: 'accept' } as const;

/**
 * Whoever types an address may end it with a slash. No path begins with a parameter, so it can't lead to another host.
 */
function withoutSlash(paths: Document['paths'], event: GatewayEvent): APIGatewayProxyStructuredResultV2 | undefined {
  const rawPath = event.rawPath.replace(/\/$/, '');
  if (!allowedMethods(paths, rawPath).includes('GET')) return undefined;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  return { statusCode: 308, headers: { ...OF_BROWSERS, location: `${instanceOf({ rawPath })}${query}` } };
}

function notFound(path: string): APIGatewayProxyStructuredResultV2 {
  const { body, headers } = htmlPage(notFoundPage(path), { ...OF_BROWSERS, ...PAGE_HEADERS });
  return { statusCode: 404, headers, body };
}
