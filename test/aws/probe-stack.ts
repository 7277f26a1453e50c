/**
 * A small stack that shows how the emulator treats what Muster relies on. Its functions tell by appending to a file.
 */
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';

/** Every record that a function was given, as a line; a record whose key begins with `poison` is not taken. */
const TAKES_RECORDS = `
const { appendFileSync } = require('node:fs');
exports.handler = async ({ Records }) => {
  const ids = Records.map((record) => record.dynamodb.Keys.id.S);
  appendFileSync(process.env.EVIDENCE, ids.map((id) => process.env.NAME + ' ' + id + '\\n').join(''));
  const poison = Records.filter((record) => record.dynamodb.Keys.id.S.startsWith('poison'));
  if (process.env.NAME === 'throws' && poison.length > 0) throw new Error('poison');
  return { batchItemFailures: poison.map((record) => ({ itemIdentifier: record.dynamodb.SequenceNumber })) };
};`;

const THROWS = `exports.handler = async () => { throw new Error('a secret'); };`;
const TELLS_VERSION = `exports.handler = async () => ({ statusCode: 200, body: process.version });`;

/** Retries of a stream event source; AWS would do them within seconds. */
export const RETRIES = 1;

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  },
};

const lambda = (code: string, runtime: string, variables: Readonly<Record<string, string>> = {}): unknown => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: runtime,
    Handler: 'index.handler',
    Code: { ZipFile: code },
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Environment: { Variables: variables },
  },
});

const route = (name: string): Record<string, unknown> => ({
  [`${name}Integration`]: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': [name, 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  },
  [`${name}Route`]: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey: `GET /${name}`,
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${name}Integration` }]] },
    },
  },
});

/** A table of its own for each way of failing, so that neither holds up the other. */
const failing = (name: 'reports' | 'throws', evidence: string): Record<string, unknown> => ({
  [`${name}Table`]: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  },
  [`${name}Function`]: lambda(TAKES_RECORDS, 'nodejs24.x', { EVIDENCE: evidence, NAME: name }),
  [`${name}Source`]: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      FunctionName: { Ref: `${name}Function` },
      EventSourceArn: { 'Fn::GetAtt': [`${name}Table`, 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: RETRIES,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['SetAside', 'Arn'] } } },
    },
  },
});

const template = (evidence: string): unknown => ({
  Resources: {
    Role: ROLE,
    SetAside: { Type: 'AWS::SQS::Queue' },
    ...failing('reports', evidence),
    ...failing('throws', evidence),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'probe', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
    },
    Throwing: lambda(THROWS, 'nodejs24.x'),
    ...route('Throwing'),
    Node22: lambda(TELLS_VERSION, 'nodejs22.x'),
    ...route('Node22'),
    Node24: lambda(TELLS_VERSION, 'nodejs24.x'),
    ...route('Node24'),
  },
  Outputs: {
    ApiUrl: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
    ReportsTable: { Value: { Ref: 'reportsTable' } },
    ThrowsTable: { Value: { Ref: 'throwsTable' } },
    SetAsideUrl: { Value: { Ref: 'SetAside' } },
  },
});

const STACK_NAME = 'probe';
const cloudFormation = new CloudFormationClient({});
const patience = { client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };

export interface ProbeStack {
  readonly apiUrl: string;
  readonly tables: { readonly reports: string; readonly throws: string };
  /** Of the queue where AWS would put what could not be processed. */
  readonly setAsideUrl: string;
}

/** @param evidence - file that the functions append to */
export async function createProbeStack(evidence: string): Promise<ProbeStack> {
  const body = JSON.stringify(template(evidence));
  await cloudFormation.send(
    new CreateStackCommand({ StackName: STACK_NAME, TemplateBody: body, Capabilities: ['CAPABILITY_IAM'] }),
  );
  const { reason } = (await waitUntilStackCreateComplete(patience, { StackName: STACK_NAME })) as {
    reason: { Stacks: [{ Outputs: { OutputKey: string; OutputValue: string }[] }] };
  };
  const output = (key: string): string =>
    reason.Stacks[0].Outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? `no output ${key}`;
  return {
    apiUrl: output('ApiUrl'),
    tables: { reports: output('ReportsTable'), throws: output('ThrowsTable') },
    setAsideUrl: output('SetAsideUrl'),
  };
}

export async function deleteProbeStack(): Promise<void> {
  await cloudFormation.send(new DeleteStackCommand({ StackName: STACK_NAME }));
  await waitUntilStackDeleteComplete(patience, { StackName: STACK_NAME });
}
