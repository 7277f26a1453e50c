import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  CorsHttpMethod,
  type CorsPreflightOptions,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function';
import type { StorageProps } from './storage';

interface CoordinationApiRoute {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;

  /** Whether the route can be called without a token. */
  readonly public: boolean;

  readonly function: ServiceFunction;
}

export interface CoordinationApiProps extends StorageProps {
  readonly apiName: string;
  readonly routes: readonly CoordinationApiRoute[];

  /** Answers requests that no route matches, without authorizer: 404 or 405. */
  readonly unmatched: ServiceFunction;

  /** Tells who calls from the `Authorization` header. */
  readonly authorizer: ServiceFunction;

  /** How long the authorizer's answer for one header is reused; zero turns the cache off. */
  readonly authorizerCache: Duration;

  /** Requests per second, over all callers, from which on the API answers 429. */
  readonly throttleRatePerSecond: number;

  /** Requests that may come at once above the rate. */
  readonly throttleBurst: number;

  /**
   * Origins of web pages that may call the API; `*` alone for any.
   *
   * @default - none: browsers refuse calls from other origins
   */
  readonly corsOrigins?: readonly string[];

  /**
   * A domain name of one's own, together with `certificateArn`. Its DNS record is for whoever runs the domain: see
   * `domain`.
   *
   * @default - the name that API Gateway makes up
   */
  readonly domainName?: string | undefined;

  /** The certificate of `domainName`, in ACM in the stack's region. */
  readonly certificateArn?: string | undefined;

  readonly logRetention: RetentionDays;
}

/**
 * HTTP API with one explicit route per operation, so that a path is public only if the route table says so.
 *
 * A request without `Authorization` header is refused by API Gateway itself (401) and costs no invocation.
 */
export class CoordinationApi extends Construct {
  readonly url: string;
  readonly httpApi: HttpApi;

  /** What the DNS record of one's own domain name points to. */
  readonly domain: DomainName | undefined;
  readonly #integrations = new Map<ServiceFunction, HttpLambdaIntegration>();

  constructor(scope: Construct, id: string, props: CoordinationApiProps) {
    super(scope, id);
    this.httpApi = new HttpApi(this, 'HttpApi', {
      apiName: props.apiName,
      createDefaultStage: false,
      ...corsPreflight(props.corsOrigins ?? []),
    });

    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey.key }),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.throttleRatePerSecond, burstLimit: props.throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });

    if (props.domainName !== undefined && props.certificateArn !== undefined) {
      this.domain = new DomainName(this, 'Domain', {
        domainName: props.domainName,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', props.certificateArn),
        securityPolicy: SecurityPolicy.TLS_1_2,
      });
      new ApiMapping(this, 'DomainMapping', { api: this.httpApi, domainName: this.domain, stage });
    }
    this.url = this.domain === undefined ? this.httpApi.apiEndpoint : `https://${this.domain.name}`;

    const authorizer = new HttpLambdaAuthorizer('Authorizer', props.authorizer.function, {
      authorizerName: 'authorize-request',
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      resultsCacheTtl: props.authorizerCache,
    });
    for (const route of props.routes) {
      const created = this.httpApi.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: this.#integrationOf(route.function),
        authorizer: route.public ? new HttpNoneAuthorizer() : authorizer,
      });
      if (route.public) created.forEach(acknowledgePublic);
    }
    const unmatched = new HttpRoute(this, 'Unmatched', {
      httpApi: this.httpApi,
      routeKey: HttpRouteKey.DEFAULT,
      integration: this.#integrationOf(props.unmatched),
      authorizer: new HttpNoneAuthorizer(),
    });
    acknowledgePublic(unmatched);
  }

  /** One integration and one permission per function, not per route: a function's policy holds 20 KB at most. */
  #integrationOf(target: ServiceFunction): HttpLambdaIntegration {
    const known = this.#integrations.get(target);
    if (known !== undefined) return known;
    const integration = new HttpLambdaIntegration(`${target.node.id}Integration`, target.function, {
      scopePermissionToRoute: false,
    });
    this.#integrations.set(target, integration);
    return integration;
  }
}

/** Tokens travel in a header of their own, never in cookies, so credentials stay off. */
function corsPreflight(origins: readonly string[]): { readonly corsPreflight?: CorsPreflightOptions } {
  if (origins.length === 0) return {};
  const { GET, POST, PUT, PATCH, DELETE } = CorsHttpMethod;
  return {
    corsPreflight: {
      allowOrigins: [...origins],
      allowMethods: [GET, POST, PUT, PATCH, DELETE],
      allowHeaders: [
        ...['authorization', 'content-type', 'idempotency-key', 'traceparent'],
        // Of the Model Context Protocol.
        ...['mcp-method', 'mcp-name', 'mcp-protocol-version'],
      ],
      // What a client acts on or shows beyond the body; the gateway names the request in `apigw-requestid`.
      exposeHeaders: ['allow', 'apigw-requestid', 'location', 'retry-after', 'traceparent', 'www-authenticate'],
      maxAge: Duration.hours(1),
    },
  };
}

function acknowledgePublic(route: HttpRoute): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'Public by design: health, API description, console and the answer to unknown paths show no data of agents.',
  });
}

/**
 * Who asked for what and how it went. Never headers or bodies: tokens and agents' data have no place in a log. Nor the
 * path, into which some put a token by mistake, and which can't be cleared of it here; the function's log has it
 * cleared.
 */
const ACCESS_LOG_FIELDS = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  agentId: '$context.authorizer.agentId',
  method: '$context.httpMethod',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
} as const;
