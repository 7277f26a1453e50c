import { agentRoutes } from '../lib/agents/routes';
import { CONSOLE_METHODS, CONSOLE_PATHS } from '../lib/console/paths';
import { eventRoutes } from '../lib/events/routes';
import { inboxRoutes } from '../lib/messages/inbox-routes';
import { mcpRoutes } from '../lib/mcp/routes';
import { messageRoutes } from '../lib/messages/routes';
import { trackerRoutes } from '../lib/trackers/routes';
import { publicRoutes } from '../lib/http/public-routes';
import type { Route } from '../lib/http/route';
import type { FunctionName } from './functions';
import { syncPointRoutes } from '../lib/sync-points/routes';

/** One route of the HTTP API, as the stack needs it. */
export interface ApiRoute extends Pick<Route, 'path' | 'public'> {
  readonly method: Uppercase<Route['method']> | 'HEAD';
  /** File in `functions/` that serves it. */
  readonly functionName: FunctionName;
}

/** Which function serves which operations: the single source for the gateway, the document and the 405 answers. */
const routesByFunction = {
  'serve-public': publicRoutes,
  'serve-agents': agentRoutes,
  'serve-sync-points': syncPointRoutes,
  'serve-progress-trackers': trackerRoutes,
  'serve-inbox': inboxRoutes,
  'serve-messages': messageRoutes,
  'serve-events': eventRoutes,
  'serve-mcp': mcpRoutes,
} as const satisfies Partial<Record<FunctionName, Record<string, Route>>>;

export const allRoutes: readonly Route[] = Object.values(routesByFunction).flatMap((routes) =>
  Object.values<Route>(routes),
);

/** In the OpenAPI document. */
export const operationRoutes: readonly ApiRoute[] = Object.entries(routesByFunction).flatMap(([functionName, routes]) =>
  Object.values<Route>(routes).map((route) => ({
    method: route.method.toUpperCase() as ApiRoute['method'],
    path: route.path,
    public: route.public,
    functionName: functionName as FunctionName,
  })),
);

const consoleRoutes: readonly ApiRoute[] = CONSOLE_PATHS.flatMap((path) =>
  CONSOLE_METHODS.map((method) => ({ method, path, public: true, functionName: 'serve-console' })),
);

export const apiRoutes: readonly ApiRoute[] = [...operationRoutes, ...consoleRoutes];
