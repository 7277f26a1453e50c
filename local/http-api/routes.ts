/**
 * Which route of an HTTP API serves a request. As in API Gateway the most specific wins: a fixed segment before a
 * parameter before a greedy `{proxy+}`, an exact method before ANY, and `$default` for what is left.
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
  readonly segments: readonly Segment[];
}

type Segment = { readonly kind: 'fixed' | 'parameter' | 'greedy'; readonly text: string };

const RANK = { fixed: 0, parameter: 1, greedy: 2 } as const;

export function createRouteFinder(models: readonly HttpRouteModel[]): RouteFinder {
  const fallback = models.find(({ routeKey }) => routeKey === '$default');
  const parsed = models.filter((model) => model !== fallback).map(parseRoute);
  parsed.sort(bySpecificity);
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const route of parsed) {
      if (route.method !== method && route.method !== 'ANY') continue;
      const pathParameters = matchSegments(route.segments, segments);
      if (pathParameters === undefined) continue;
      return { route: route.model, ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }) };
    }
    return fallback === undefined ? undefined : { route: fallback };
  };
}

function parseRoute(model: HttpRouteModel): ParsedRoute {
  const [method = '', path = ''] = model.routeKey.split(' ');
  if (!path.startsWith('/')) throw new LocalError(`'${model.routeKey}' is not the key of a route.`);
  const segments = path
    .slice(1)
    .split('/')
    .map((text): Segment => {
      const parameter = /^\{([^}+]+)(\+?)\}$/.exec(text);
      if (parameter === null) return { kind: 'fixed', text };
      return { kind: parameter[2] === '+' ? 'greedy' : 'parameter', text: parameter[1] ?? '' };
    });
  return { model, method, segments };
}

function bySpecificity(a: ParsedRoute, b: ParsedRoute): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const [one, other] = [a.segments[index], b.segments[index]];
    // The shorter of two equal beginnings can only tie with a greedy rest, which is less specific.
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    if (one.kind !== other.kind) return RANK[one.kind] - RANK[other.kind];
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function matchSegments(
  segments: readonly Segment[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, { kind, text }] of segments.entries()) {
    const part = path[index];
    if (part === undefined) return undefined;
    if (kind === 'greedy') {
      parameters[text] = path.slice(index).join('/');
      return parameters[text] === '' ? undefined : parameters;
    }
    if (kind === 'fixed' ? part !== text : part === '') return undefined;
    if (kind === 'parameter') parameters[text] = part;
  }
  return path.length === segments.length ? parameters : undefined;
}
