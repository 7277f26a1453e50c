import { asLambdaHandler, createApi } from '../lib/api/api';
import { allowedMethods } from '../lib/api/allowed-methods';
import { docsPage, homePage } from '../lib/api/pages';
import { problemResponse } from '../lib/api/problem';
import { publicRoutes as routes } from '../lib/api/public-routes';
import { serveRoute } from '../lib/api/serve-route';
import { MusterError } from '../lib/errors/muster-error';
import { createLogger } from '../lib/logging/create-logger';
import document from '../openapi.json';

const api = createApi(createLogger());

serveRoute(api, routes.health, (c) => c.json({ status: 'ok' as const, version: document.info.version }, 200));
serveRoute(api, routes.openApi, (c) => c.json(document, 200));
serveRoute(api, routes.docs, (c) => c.html(docsPage(document)));
serveRoute(api, routes.home, (c) => c.html(homePage(document)));

/** Everything that no route of the gateway takes comes here. */
api.notFound((c) => {
  const methods = allowedMethods(document.paths, c.req.path);
  // Also the preflight of a browser: the gateway's default route takes it, and adds the headers that allow origins.
  if (c.req.method === 'OPTIONS' && methods.length > 0) return c.body(null, 204, { allow: methods.join(', ') });
  const error =
    methods.length > 0
      ? new MusterError('route.method-not-allowed', `${c.req.path} takes ${methods.join(', ')}, not ${c.req.method}.`, {
          headers: { allow: methods.join(', ') },
        })
      : new MusterError('route.not-found', `There is no ${c.req.path}.`);
  return problemResponse(c, error, c.env.event.requestContext.requestId);
});

export const handler = asLambdaHandler(api);
