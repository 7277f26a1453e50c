/**
 * The names and ARNs of resources on the laptop, where CloudFormation would generate them.
 *
 * They derive from the stack's name and the logical id, so every start has the same names and finds its data.
 */
import { LocalError } from '../local-error';
import { LOCAL_ACCOUNT, LOCAL_REGION, localArn, type Template, type TemplateResource } from './template';

interface Naming {
  /** Property that holds a name given in the template. */
  readonly nameProperty?: string;
  /** The value of `Ref`; the name if not set. */
  readonly ref?: (name: string) => string;
  readonly attributes?: Readonly<Record<string, (name: string) => string>>;
}

const arn =
  (service: string, prefix = '') =>
  (name: string): string =>
    localArn(service, `${prefix}${name}`);
const self = (name: string): string => name;

/** As in AWS. Nothing listens there; the laptop's SQS (laptop/queues/queues.ts) uses only the name. */
const queueUrl = (name: string): string => `https://sqs.${LOCAL_REGION}.amazonaws.com/${LOCAL_ACCOUNT}/${name}`;

const NAMING: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    attributes: {
      Arn: arn('dynamodb', 'table/'),
      StreamArn: (name) => `${arn('dynamodb', 'table/')(name)}/stream/local`,
    },
  },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', attributes: { Arn: arn('lambda', 'function:') } },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    ref: queueUrl,
    attributes: { Arn: arn('sqs'), QueueName: self, QueueUrl: queueUrl },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    ref: arn('sns'),
    attributes: { TopicArn: arn('sns'), TopicName: self },
  },
  'AWS::Events::EventBus': { nameProperty: 'Name', attributes: { Arn: arn('events', 'event-bus/'), Name: self } },
  'AWS::Scheduler::ScheduleGroup': { nameProperty: 'Name', attributes: { Arn: arn('scheduler', 'schedule-group/') } },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    attributes: { Arn: (name) => `arn:aws:iam::${LOCAL_ACCOUNT}:role/${name}` },
  },
  'AWS::KMS::Key': { attributes: { Arn: arn('kms', 'key/') } },
  'AWS::ApiGatewayV2::Api': {},
  'AWS::ApiGatewayV2::Authorizer': {},
  'AWS::ApiGatewayV2::Integration': {},
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', attributes: { Arn: arn('logs', 'log-group:') } },
};

/** The value of `Ref`. */
export function nameOf(template: Template, stackName: string, logicalId: string): string {
  const { naming, name } = find(template, stackName, logicalId);
  return (naming.ref ?? self)(name);
}

/** The name itself, even if `Ref` returns something else. */
export function physicalNameOf(template: Template, stackName: string, logicalId: string): string {
  return find(template, stackName, logicalId).name;
}

/** The value of `Fn::GetAtt`. */
export function attributeOf(template: Template, stackName: string, logicalId: string, attribute: string): string {
  const { naming, name, resource } = find(template, stackName, logicalId);
  const make = naming.attributes?.[attribute];
  if (make === undefined) {
    throw new LocalError(`The attribute ${attribute} of ${resource.Type} (${logicalId}) is not supported on a laptop.`);
  }
  return make(name);
}

/** The function that an ARN or a name refers to. */
export function functionNameOfArn(arn: string): string {
  const name = /^(?:arn:aws:lambda:[^:]*:[^:]*:function:)?([^:]+)(?::\$LATEST)?$/.exec(arn)?.[1];
  if (name === undefined) throw new LocalError(`'${arn}' is not the ARN of a function.`);
  return name;
}

function find(
  template: Template,
  stackName: string,
  logicalId: string,
): { readonly naming: Naming; readonly name: string; readonly resource: TemplateResource } {
  const resource = template.Resources[logicalId];
  if (resource === undefined) throw new LocalError(`The template refers to ${logicalId}, which it does not contain.`);
  const naming = NAMING[resource.Type];
  if (naming === undefined) {
    throw new LocalError(`References to a ${resource.Type} (${logicalId}) are not supported on a laptop.`);
  }
  const given = naming.nameProperty === undefined ? undefined : resource.Properties?.[naming.nameProperty];
  return { naming, resource, name: typeof given === 'string' ? given : `${stackName}-${logicalId}`.slice(0, MAX_NAME) };
}

/** The shortest limit among the services: a queue's name. */
const MAX_NAME = 80;
