import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MusterError } from '../common/errors';
import { allowedMethods } from './allowed-methods';
import { type Api, type GatewayEvent, htmlPage, ok, plainText } from './app';
import { llmsText } from './llms';
import { type Document, ERRORS_PAGE_HEADERS, errorsPage, type ExplainedErrors } from './pages';
import type { publicRoutes } from './public-routes';

/** @param document the OpenAPI document */
export const publicApi = (document: Document, errors: ExplainedErrors): Api<typeof publicRoutes> => ({
  health: () => ok({ status: 'ok', version: document.info.version }),
  openApi: () => ok({ ...document }),
  errors: () => htmlPage(errorsPage(errors), ERRORS_PAGE_HEADERS),
  llms: () => plainText(llmsText(document)),
});

/**
 * Responds to requests that match no route of the gateway.
 *
 * @param paths path items of all routes, as in an OpenAPI document
 * @throws MusterError `route.not-found`, `route.method-not-allowed`.
 */
export const unknownRoute =
  (paths: Document['paths']) =>
  ({ rawPath, requestContext: { http } }: GatewayEvent): APIGatewayProxyStructuredResultV2 => {
    const allow = allowedMethods(paths, rawPath).join(', ');
    // This includes the preflight of a browser: the gateway passes it to its default route, and adds the CORS headers.
    if (http.method === 'OPTIONS' && allow !== '') return { statusCode: 204, headers: { allow } };
    throw allow === ''
      ? new MusterError('route.not-found', `No operation has the path ${rawPath}; /docs lists all operations.`)
      : new MusterError('route.method-not-allowed', `${rawPath} does not allow ${http.method}; allowed: ${allow}.`, {
          headers: { allow },
        });
  };
