/** A synthesized CloudFormation template, and the names of its resources on the laptop. */
import { readFileSync } from 'node:fs';
import { LocalError } from '../local-error';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: Json };
  readonly Metadata?: { readonly [key: string]: Json };
}

export interface Template {
  readonly Parameters?: { readonly [name: string]: { readonly Default?: Json } };
  readonly Resources: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [name: string]: { readonly Value: Json } };
}

/** The account and region of everything here; fauxqs builds its ARNs with the same. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';

export const localArn = (service: string, resource: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;

export function loadTemplate(file: string): Template {
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as Partial<Template>;
  if (parsed.Resources === undefined) throw new LocalError(`${file} is not a CloudFormation template: no Resources.`);
  return { ...parsed, Resources: parsed.Resources };
}

/** Types that change nothing about what the stack does on a laptop: permissions, logs, alarms. */
const WITHOUT_EFFECT_HERE = [
  /^AWS::IAM::/,
  /^AWS::Logs::/,
  /^AWS::CloudWatch::/,
  /^AWS::KMS::/,
  // A domain name and its certificate are for outside access; here the host is 127.0.0.1.
  /^AWS::ApiGatewayV2::(DomainName|ApiMapping)$/,
  /^AWS::CDK::Metadata$/,
  /^AWS::Lambda::Permission$/,
  /^AWS::SQS::QueuePolicy$/,
  /^AWS::SNS::TopicPolicy$/,
  /^AWS::Events::EventBusPolicy$/,
  // Replays are requested from EventBridge itself.
  /^AWS::Events::Archive$/,
];

const SUPPORTED = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/**
 * The types that are left out, sorted.
 *
 * @throws LocalError for a resource that matters but isn't supported here
 */
export function ignoredTypes(template: Template): readonly string[] {
  const ignored = new Set<string>();
  for (const [logicalId, { Type }] of Object.entries(template.Resources)) {
    if (SUPPORTED.has(Type)) continue;
    if (!WITHOUT_EFFECT_HERE.some((pattern) => pattern.test(Type))) {
      throw new LocalError(`${Type} (resource ${logicalId}) is not supported on a laptop: add it under laptop/.`);
    }
    ignored.add(Type);
  }
  return [...ignored].sort();
}
