import { LocalError } from '../local-error';
import type { FunctionModel } from './function-model';
import { functionNameOfArn } from './local-names';
import type { Resource, ResourcesOfType } from './resources';

export interface HttpApiModel {
  readonly routes: readonly HttpRouteModel[];
  /** undefined: no page of another origin may read a response. */
  readonly cors?: CorsModel;
}

export interface CorsModel {
  /** `*` means any. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

export interface HttpRouteModel {
  /** `GET /v1/agents/{agentId}`, or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly authorizer?: AuthorizerModel;
}

export interface AuthorizerModel {
  readonly functionName: string;
  readonly identitySources: readonly string[];
  /** 0 turns the cache off. */
  readonly cacheMs: number;
}

/** API Gateway's default for an authorizer. */
const DEFAULT_CACHE_SECONDS = 300;

export function readHttpApi(resources: ResourcesOfType, functions: readonly FunctionModel[]): HttpApiModel {
  const [api, ...others] = resources('AWS::ApiGatewayV2::Api');
  if (api === undefined || others.length > 0) throw new LocalError('The template must have exactly one HTTP API.');
  if (api.properties.text('ProtocolType') !== 'HTTP') throw new LocalError('Only HTTP APIs are supported on a laptop.');
  const [stage] = resources('AWS::ApiGatewayV2::Stage');
  if (stage?.properties.text('StageName') !== '$default') {
    throw new LocalError('Only the $default stage of an HTTP API is supported on a laptop.');
  }

  const integrations = new Map(resources('AWS::ApiGatewayV2::Integration').map(readIntegration));
  const authorizers = new Map(resources('AWS::ApiGatewayV2::Authorizer').map(readAuthorizer));
  const known = new Set(functions.map(({ name }) => name));
  const routes = resources('AWS::ApiGatewayV2::Route').map(({ name, properties }): HttpRouteModel => {
    const target = properties.text('Target').replace(/^integrations\//, '');
    const functionName = integrations.get(target);
    if (functionName === undefined || !known.has(functionName)) {
      throw new LocalError(`The target of route ${name} is not supported on a laptop: ${target}.`);
    }
    return { routeKey: properties.text('RouteKey'), functionName, ...authorizerOf(name, properties, authorizers) };
  });
  return { routes, ...readCors(api.properties) };
}

function readCors(api: Resource['properties']): { readonly cors?: CorsModel } {
  if (!api.has('CorsConfiguration')) return {};
  const cors = api.object('CorsConfiguration');
  if (cors.boolean('AllowCredentials')) throw new LocalError('CORS with credentials is not supported on a laptop.');
  return {
    cors: {
      allowOrigins: cors.list('AllowOrigins').map(String),
      allowMethods: cors.list('AllowMethods').map(String),
      allowHeaders: cors.list('AllowHeaders').map(String),
      exposeHeaders: cors.list('ExposeHeaders').map(String),
      maxAgeSeconds: cors.number('MaxAge', 0),
    },
  };
}

function authorizerOf(
  route: string,
  properties: Resource['properties'],
  authorizers: ReadonlyMap<string, AuthorizerModel>,
): { readonly authorizer?: AuthorizerModel } {
  const type = properties.optionalText('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return {};
  const authorizer = type === 'CUSTOM' ? authorizers.get(properties.text('AuthorizerId')) : undefined;
  // Never serve it without its authorizer: a route protected in AWS must not be open here.
  if (authorizer === undefined)
    throw new LocalError(`The authorization of route ${route} is not supported on a laptop: ${type}.`);
  return { authorizer };
}

function readIntegration({ name, properties }: Resource): [string, string] {
  const type = properties.text('IntegrationType');
  const version = properties.optionalText('PayloadFormatVersion');
  if (type !== 'AWS_PROXY' || version !== '2.0') {
    throw new LocalError(
      `Integration ${name} is ${type} ${version ?? ''}; only AWS_PROXY 2.0 is supported on a laptop.`,
    );
  }
  return [name, functionNameOfArn(properties.text('IntegrationUri'))];
}

function readAuthorizer({ name, properties }: Resource): [string, AuthorizerModel] {
  const type = properties.text('AuthorizerType');
  if (type !== 'REQUEST' || !properties.boolean('EnableSimpleResponses')) {
    throw new LocalError(`Authorizer ${name} must be a Lambda authorizer with simple responses.`);
  }
  // The function's ARN is part of `…:lambda:path/2015-03-31/functions/<arn>/invocations`.
  const arn = /functions\/(.+)\/invocations$/.exec(properties.text('AuthorizerUri'))?.[1];
  if (arn === undefined) throw new LocalError(`Authorizer ${name} calls no function.`);
  return [
    name,
    {
      functionName: functionNameOfArn(arn),
      identitySources: properties.list('IdentitySource').map(String),
      cacheMs: properties.number('AuthorizerResultTtlInSeconds', DEFAULT_CACHE_SECONDS) * 1_000,
    },
  ];
}
