/**
 * Finds the route of an HTTP API that serves a request. As in API Gateway, the most specific wins: a fixed segment
 * before a parameter, and `$default` last.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
import { LocalError } from '../local-error';
import type { HttpRouteModel } from '../template/http-api-model';

export interface RouteMatch {
  readonly route: HttpRouteModel;
  readonly pathParameters?: Readonly<Record<string, string>>;
}

export type RouteFinder = (method: string, path: string) => RouteMatch | undefined;

interface ParsedRoute {
  readonly model: HttpRouteModel;
  readonly method: string;
  readonly segments: readonly string[];
  /** Sort key of the routes, one digit per segment: 0 for a fixed one, 1 for a parameter. */
  readonly order: string;
}

const DEFAULT = '$default';

export function createRouteFinder(models: readonly HttpRouteModel[]): RouteFinder {
  const fallback = models.find(({ routeKey }) => routeKey === DEFAULT);
  const parsed = models
    .filter(({ routeKey }) => routeKey !== DEFAULT)
    .map(parseRoute)
    .sort((a, b) => a.order.localeCompare(b.order));
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const route of parsed) {
      const pathParameters = route.method === method ? matchSegments(route.segments, segments) : undefined;
      if (pathParameters === undefined) continue;
      return { route: route.model, ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }) };
    }
    return fallback === undefined ? undefined : { route: fallback };
  };
}

const parameterOf = (segment: string): string | undefined => /^\{(.+)\}$/.exec(segment)?.[1];

function parseRoute(model: HttpRouteModel): ParsedRoute {
  const [method = '', path = ''] = model.routeKey.split(' ');
  if (!path.startsWith('/') || path.includes('+}') || method === 'ANY') {
    throw new LocalError(
      `The route key '${model.routeKey}' is not supported on a laptop; it must be like 'GET /path/{parameter}'.`,
    );
  }
  const segments = path.split('/').slice(1);
  const order = segments.map((segment) => (parameterOf(segment) === undefined ? '0' : '1')).join('');
  return { model, method, segments, order };
}

function matchSegments(
  segments: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (path.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = path[index] ?? '';
    const parameter = parameterOf(segment);
    if (parameter === undefined ? part !== segment : part === '') return undefined;
    if (parameter !== undefined) parameters[parameter] = part;
  }
  return parameters;
}
