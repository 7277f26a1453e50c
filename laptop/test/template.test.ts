import { describe, expect, test } from '@jest/globals';
import { createResolver } from '../template/resolve';
import { ignoredTypes, type Json, type Template } from '../template/template';
import { mergeEnvironments } from '../lambda/functions';
import type { FunctionModel } from '../template/function-model';
import { functionsOfBackground, functionsOfRequests } from '../template/function-sides';
import type { StreamSourceModel } from '../template/source-model';

const template: Template = {
  Parameters: { Given: { Default: 'x' }, Asked: {} },
  Resources: {
    Table1: { Type: 'AWS::DynamoDB::Table' },
    Topic1: { Type: 'AWS::SNS::Topic' },
    Queue1: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
    Function1: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'Muster-dev-serve' } },
    Alarm1: { Type: 'AWS::CloudWatch::Alarm' },
    Archive1: { Type: 'AWS::Events::Archive' },
  },
};
const resolve = createResolver(template, 'Muster-dev');

describe('intrinsic functions', () => {
  test.each<[string, Json, Json]>([
    ['Ref of a table is its name', { Ref: 'Table1' }, 'Muster-dev-Table1'],
    ['Ref of a topic is its ARN', { Ref: 'Topic1' }, 'arn:aws:sns:us-east-1:000000000000:Muster-dev-Topic1'],
    ['Ref of a parameter is its default', { Ref: 'Given' }, 'x'],
    ['a name given in the template is used', { 'Fn::GetAtt': ['Queue1', 'QueueName'] }, 'work'],
    ['GetAtt can be a single string', { 'Fn::GetAtt': 'Queue1.Arn' }, 'arn:aws:sqs:us-east-1:000000000000:work'],
    [
      'Sub replaces resources and variables',
      { 'Fn::Sub': ['${v}-${Queue1.Arn}-${!x}', { v: { Ref: 'Given' } }] },
      'x-arn:aws:sqs:us-east-1:000000000000:work-${x}',
    ],
    ['Join joins resolved parts', { 'Fn::Join': [':', ['a', { Ref: 'AWS::Region' }]] }, 'a:us-east-1'],
    ['NoValue leaves a property out', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['a value without functions is unchanged', { a: [1, true, null, { b: 'c' }] }, { a: [1, true, null, { b: 'c' }] }],
  ])('%s', (_name, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test.each<[string, Json, string]>([
    ['an unknown function', { 'Fn::Base64': 'x' }, 'Fn::Base64 is not supported on a laptop'],
    ['an unknown attribute', { 'Fn::GetAtt': ['Table1', 'Nope'] }, 'attribute Nope of AWS::DynamoDB::Table'],
    ['a missing resource', { Ref: 'Nothing' }, 'Nothing'],
    ['a resource without a name here', { Ref: 'Alarm1' }, 'AWS::CloudWatch::Alarm'],
    ['a parameter without a default', { Ref: 'Asked' }, 'Asked has no default'],
  ])('%s is an error that names it', (_name, value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});

test('resource types without effect on a laptop are listed, and unsupported ones are an error', () => {
  expect(ignoredTypes(template)).toEqual(['AWS::CloudWatch::Alarm', 'AWS::Events::Archive']);
  const bucket = { ...template, Resources: { Bucket1: { Type: 'AWS::S3::Bucket' } } };
  expect(() => ignoredTypes(bucket)).toThrow('AWS::S3::Bucket (resource Bucket1)');
});

const model = (name: string, environment: Record<string, string> = {}): FunctionModel => ({
  name,
  environment,
  arn: '',
  moduleFile: '',
  exportName: 'handler',
  timeoutMs: 1,
  memoryMb: 1,
});

test('functions run on the main thread for requests, on the background thread, or on both', () => {
  const authorizer = { functionName: 'authorizer', identitySources: [], cacheMs: 0 };
  const stack = {
    functions: ['authorizer', 'serve', 'both', 'of-stream', 'of-queue', 'of-schedules'].map((name) => model(name)),
    httpApi: {
      routes: [
        { routeKey: 'GET /a', functionName: 'serve', authorizer },
        { routeKey: 'GET /b', functionName: 'both' },
      ],
    },
    streamSources: ['of-stream', 'both'].map((functionName) => ({ functionName }) as StreamSourceModel),
    queueSources: [{ functionName: 'of-queue', queueArn: '', batchSize: 1, reportsItemFailures: false }],
  };
  expect([...functionsOfRequests(stack.httpApi)].sort()).toEqual(['authorizer', 'both', 'serve']);
  expect([...functionsOfBackground(stack)].sort()).toEqual(['both', 'of-queue', 'of-schedules', 'of-stream']);
});

test('a variable with two values is an error because functions share one environment', () => {
  expect(mergeEnvironments([model('a', { X: '1', NODE_OPTIONS: '-a' }), model('b', { X: '1', Y: '2' })])).toEqual({
    X: '1',
    Y: '2',
  });
  expect(() => mergeEnvironments([model('a', { X: '1' }), model('b', { X: '2' })])).toThrow(
    "X is '1' in a and '2' in b",
  );
});
