import { agentRoutes } from './agent-routes';
import { eventRoutes } from './event-routes';
import { inboxRoutes } from './inbox-routes';
import { messageRoutes } from './message-routes';
import { progressTrackerRoutes } from './progress-tracker-routes';
import { publicRoutes } from './public-routes';
import type { Route } from './route';
import { syncPointRoutes } from './sync-point-routes';

/** One route of the HTTP API, as the stack needs it. */
export interface ApiRoute extends Pick<Route, 'path' | 'public'> {
  readonly method: Uppercase<Route['method']>;
  /** File in `functions/` that serves it. */
  readonly functionName: string;
}

/** Which function serves which routes: the single source for the gateway, the document and the 405 answers. */
export const routesByFunction = {
  'serve-public': publicRoutes,
  'serve-agents': agentRoutes,
  'serve-sync-points': syncPointRoutes,
  'serve-progress-trackers': progressTrackerRoutes,
  'serve-inbox': inboxRoutes,
  'serve-messages': messageRoutes,
  'serve-events': eventRoutes,
} as const satisfies Record<string, Record<string, Route>>;

export const allRoutes: readonly Route[] = Object.values(routesByFunction).flatMap((routes) =>
  Object.values<Route>(routes),
);

export const apiRoutes: readonly ApiRoute[] = Object.entries(routesByFunction).flatMap(([functionName, routes]) =>
  Object.values<Route>(routes).map((route) => ({
    method: route.method.toUpperCase() as ApiRoute['method'],
    path: route.path,
    public: route.public,
    functionName,
  })),
);
