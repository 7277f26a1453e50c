import { describe, expect, test } from '@jest/globals';
import { apiRoutes } from '../../infra/routes';
import { createTemplate, functionsOf, resourcesOf, targetOf } from './stack-under-test';

/** All that may be called without a token. A path that isn't here must have the authorizer. */
const PUBLIC_ROUTES = [
  'GET /v1/health',
  'GET /openapi.json',
  'GET /docs/errors',
  'GET /llms.txt',
  ...[
    '/',
    '/sync-points/{id}',
    '/progress-trackers/{id}',
    '/agents',
    '/agents/{agentId}',
    '/activity',
    '/docs',
    '/guides/{file}',
    '/assets/{file}',
  ].flatMap((path) => [`GET ${path}`, `HEAD ${path}`]),
  '$default',
];

const template = createTemplate('dev');
const functions = functionsOf(template, 'dev');
const functionNameOf = (reference: unknown): string | undefined =>
  [...functions].find(([, { logicalId }]) => logicalId === targetOf(reference))?.[0];

const routes = resourcesOf<{
  RouteKey: string;
  AuthorizationType: string;
  AuthorizerId?: unknown;
  Target: { 'Fn::Join': [string, [string, unknown]] };
}>(template, 'AWS::ApiGatewayV2::Route').map(({ properties }) => properties);

const integrations = new Map(
  resourcesOf<{ IntegrationUri: unknown; PayloadFormatVersion: string; TimeoutInMillis?: number }>(
    template,
    'AWS::ApiGatewayV2::Integration',
  ).map(({ logicalId, properties }) => [logicalId, properties]),
);

describe('HTTP API', () => {
  test('has exactly the routes of the API and the default one', () => {
    const expected = [...apiRoutes.map(({ method, path }) => `${method} ${path}`), '$default'];

    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(expected.sort());
  });

  test('every route has the authorizer except the public ones', () => {
    const [authorizer] = resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer');
    const open = routes.filter(({ AuthorizationType }) => AuthorizationType === 'NONE');
    const guarded = routes.filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM');

    expect(open.map(({ RouteKey }) => RouteKey).sort()).toEqual([...PUBLIC_ROUTES].sort());
    expect(guarded).toHaveLength(routes.length - PUBLIC_ROUTES.length);
    expect(new Set(guarded.map(({ AuthorizerId }) => targetOf(AuthorizerId)))).toEqual(
      new Set([authorizer?.logicalId]),
    );
  });

  test.each(routes.map((route) => [route.RouteKey, route] as const))('%s reaches its function', (routeKey, route) => {
    const declared = apiRoutes.find(({ method, path }) => `${method} ${path}` === routeKey);
    const integration = integrations.get(targetOf(route.Target['Fn::Join'][1][1]) ?? '');

    expect(functionNameOf(integration?.IntegrationUri)).toBe(declared?.functionName ?? 'serve-public');
    expect(integration?.PayloadFormatVersion).toBe('2.0');
  });

  test('the authorizer answers simply, is cached for the seconds of the stage and asked with the Authorization header', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerPayloadFormatVersion: '2.0',
      AuthorizerResultTtlInSeconds: 5,
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
    });
  });

  test('API Gateway may call the functions that it has, and no other function', () => {
    const permissions = resourcesOf<{ FunctionName: unknown; Principal: string; SourceArn: unknown }>(
      template,
      'AWS::Lambda::Permission',
    ).map(({ properties }) => properties);
    const served = new Set(apiRoutes.map(({ functionName }) => functionName));

    expect(permissions.map(({ FunctionName }) => functionNameOf(FunctionName)).sort()).toEqual(
      [...served, 'authorize-request'].sort(),
    );
    expect(permissions.every(({ Principal }) => Principal === 'apigateway.amazonaws.com')).toBe(true);
    expect(permissions.every(({ SourceArn }) => SourceArn !== undefined)).toBe(true);
  });

  test('is throttled and logs who asked for what, never a token', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
    });
    const [stage] = resourcesOf<{ AccessLogSettings: { Format: string; DestinationArn: unknown } }>(
      template,
      'AWS::ApiGatewayV2::Stage',
    );
    const format = stage?.properties.AccessLogSettings.Format ?? '';

    expect(Object.keys(JSON.parse(format) as object)).toEqual(
      expect.arrayContaining(['routeKey', 'status', 'agentId']),
    );
    expect(format).not.toMatch(/authorization|header|querystring|context\.path/i);
  });

  test('a request that waits ends before API Gateway gives up on it', () => {
    const served = new Set<string>(apiRoutes.map(({ functionName }) => functionName));
    const timeouts = [...functions]
      .filter(([name]) => served.has(name))
      .map(([, { properties }]) => properties.Timeout);

    expect(Math.max(...timeouts)).toBeLessThan(30);
  });
});
