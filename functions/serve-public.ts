import { explainedErrors } from '../lib/common/error-explanations';
import { createLogger } from '../lib/common/log';
import { consolePathItems } from '../lib/console/paths';
import { serve } from '../lib/http/app';
import { publicApi, unknownRoute } from '../lib/http/public-api';
import { publicRoutes } from '../lib/http/public-routes';
import document from '../openapi.json' with { type: 'json' };

export const handler = serve(
  publicRoutes,
  publicApi(document, explainedErrors()),
  createLogger(),
  unknownRoute({ ...document.paths, ...consolePathItems }),
);
