/** What each function's role permits, by the template, beside what is called in its name. */
import type { RecordedCall } from '../../laptop/lambda/record-calls';
import { createResolver } from '../../laptop/template/resolve';
import type { Json, Template } from '../../laptop/template/template';

/** One action on one resource; the resource may hold `*`. */
interface Permission {
  readonly functionName: string;
  readonly action: string;
  readonly resource: string;
}

/** A permission that no run of the suite makes use of. */
export interface UnreachedPermission {
  /** Without the stack's name. */
  readonly functionName: string;
  readonly action: string;
  readonly reason: string;
}

export interface Comparison {
  /** Calls that the function's role doesn't permit. */
  readonly notPermitted: readonly Permission[];
  /** Permissions that nothing has made use of and no reason is given for. */
  readonly notUsed: readonly Permission[];
  /** Reasons for permissions that don't exist. */
  readonly unneeded: readonly UnreachedPermission[];
}

export function comparePermissions(
  template: Template,
  stackName: string,
  recorded: readonly RecordedCall[],
  unreached: readonly UnreachedPermission[],
): Comparison {
  const stack = readStack(template, stackName);
  const permissions = permissionsOf(stack);
  const calls = [...recorded, ...callsOfLambda(stack)];
  const isPermittedBy = (call: Permission, permission: Permission): boolean =>
    permission.functionName === call.functionName &&
    permission.action === call.action &&
    patternOf(permission.resource).test(call.resource);
  const isExcused = (permission: Permission, excuse: UnreachedPermission): boolean =>
    permission.functionName === `${stackName}-${excuse.functionName}` && permission.action === excuse.action;
  return {
    notPermitted: calls.filter((call) => !permissions.some((permission) => isPermittedBy(call, permission))),
    notUsed: permissions.filter(
      (permission) =>
        !calls.some((call) => isPermittedBy(call, permission)) &&
        !unreached.some((excuse) => isExcused(permission, excuse)),
    ),
    unneeded: unreached.filter((excuse) => !permissions.some((permission) => isExcused(permission, excuse))),
  };
}

type Values = { readonly [name: string]: Json };

interface Stack {
  readonly template: Template;
  readonly resolve: (value: Json | undefined) => Json;
  /** Properties as they stand in the template, by logical id. */
  readonly ofType: (type: string) => readonly (readonly [logicalId: string, properties: Values])[];
}

function readStack(template: Template, stackName: string): Stack {
  const resolve = createResolver(template, stackName);
  return {
    template,
    resolve: (value) => resolve(value ?? null),
    ofType: (type) =>
      Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, { Properties }]) => [logicalId, Properties ?? {}]),
  };
}

/** The only condition on a permission, which the recorded calls meet: they pass roles to Scheduler and nothing else. */
const KNOWN_CONDITION = JSON.stringify({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });

function permissionsOf({ ofType, resolve }: Stack): readonly Permission[] {
  const policies = ofType('AWS::IAM::Policy');
  return ofType('AWS::Lambda::Function').flatMap(([, { FunctionName, Role }]) => {
    const role = targetOf(Role);
    return policies
      .filter(([, { Roles }]) => listOf(Roles).some((one) => targetOf(one) === role))
      .flatMap(([, { PolicyDocument }]) => listOf((PolicyDocument as Values)['Statement']))
      .flatMap((statement) => {
        const { Effect, Action, Resource, Condition } = statement as Values;
        if (Effect !== 'Allow' || (Condition !== undefined && JSON.stringify(Condition) !== KNOWN_CONDITION)) {
          throw new Error(`A statement that this comparison doesn't know: ${JSON.stringify(statement)}`);
        }
        return listOf(Action).flatMap((action) =>
          listOf(Resource).map((resource) => ({
            functionName: text(FunctionName),
            action: text(action),
            resource: text(resolve(resource)),
          })),
        );
      });
  });
}

/** What Lambda itself does with a function's role: it writes the log, reads the event source and reports failures. */
function callsOfLambda({ ofType, resolve, template }: Stack): readonly Permission[] {
  const calls = (functionName: string, actions: readonly string[], resource: string): Permission[] =>
    actions.map((action) => ({ functionName, action, resource }));
  const failures = (functionName: string, properties: Values): Permission[] => {
    const destination = resolve(properties['DestinationConfig']) as { OnFailure?: { Destination?: string } } | null;
    const queue = destination?.OnFailure?.Destination;
    return queue === undefined ? [] : calls(functionName, ['sqs:SendMessage'], queue);
  };
  const nameOfFunction = (reference: Json | undefined): string =>
    text(template.Resources[targetOf(reference) ?? '']?.Properties?.['FunctionName']);

  const logs = ofType('AWS::Lambda::Function').flatMap(([, { FunctionName, LoggingConfig }]) => {
    const group = targetOf((LoggingConfig as Values)['LogGroup']);
    const arn = text(resolve({ 'Fn::GetAtt': [text(group), 'Arn'] }));
    return calls(text(FunctionName), ['logs:CreateLogStream', 'logs:PutLogEvents'], arn);
  });
  const sources = ofType('AWS::Lambda::EventSourceMapping').flatMap(([, properties]) => {
    const name = nameOfFunction(properties['FunctionName']);
    const source = text(resolve(properties['EventSourceArn']));
    const actions = source.includes(':sqs:')
      ? ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
      : ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'];
    return [...calls(name, actions, source), ...failures(name, properties)];
  });
  const asynchronous = ofType('AWS::Lambda::EventInvokeConfig').flatMap(([, properties]) =>
    failures(nameOfFunction(properties['FunctionName']), properties),
  );
  return [...logs, ...sources, ...asynchronous];
}

const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error(`Text expected in the template, not ${JSON.stringify(value)}`);
  return value;
}

/** Logical id that `{ Ref }` or `{ 'Fn::GetAtt': [id, …] }` points to. */
function targetOf(reference: Json | undefined): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = (reference ?? {}) as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.[0];
}

/** Only `*` is special in a resource of IAM that we use. */
const patternOf = (resource: string): RegExp =>
  new RegExp(`^${resource.replace(/[.$()[\]{}?+|^\\]/g, '\\$&').replaceAll('*', '.*')}$`);
