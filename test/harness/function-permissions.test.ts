import { expect, test } from '@jest/globals';
import type { RecordedCall } from '../../laptop/lambda/record-calls';
import type { Json, Template } from '../../laptop/template/template';
import { comparePermissions } from '../support/function-permissions';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Stack-Table';

/** One function that has one role with these statements. */
const templateWith = (...statements: readonly Json[]): Template => ({
  Resources: {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'Stack-serve',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        LoggingConfig: { LogGroup: { Ref: 'Log' } },
      },
    },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/Stack-serve' } },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: { 'Fn::GetAtt': ['Log', 'Arn'] },
            },
            ...statements,
          ],
        },
      },
    },
  },
});

const allow = (Action: Json, Resource: Json = TABLE): Json => ({ Effect: 'Allow', Action, Resource });
const call = (action: string, resource = TABLE): RecordedCall => ({ functionName: 'Stack-serve', action, resource });

test('a role that permits what is called, and no more, is right', () => {
  const template = templateWith(allow(['dynamodb:GetItem', 'dynamodb:Query']));

  expect(comparePermissions(template, 'Stack', [call('dynamodb:GetItem'), call('dynamodb:Query')], [])).toEqual({
    notPermitted: [],
    notUsed: [],
    unneeded: [],
  });
});

test.each<[string, RecordedCall]>([
  ['another action', call('dynamodb:PutItem')],
  ['another table', call('dynamodb:GetItem', `${TABLE}-2`)],
  ['an index, without a star', call('dynamodb:GetItem', `${TABLE}/index/a`)],
  ['another function', { ...call('dynamodb:GetItem'), functionName: 'Stack-other' }],
])('a call with %s is not permitted', (_what, made) => {
  const template = templateWith(allow('dynamodb:GetItem'));

  const { notPermitted } = comparePermissions(template, 'Stack', [call('dynamodb:GetItem'), made], []);

  expect(notPermitted).toEqual([made]);
});

test('a star stands for anything there, and a dot for a dot only', () => {
  const topics = 'arn:aws:sns:us-east-1:000000000000:';
  const template = templateWith(allow('sns:Publish', `${topics}v1.*`));
  const calls = [call('sns:Publish', `${topics}v1.a`), call('sns:Publish', `${topics}v1xa`)];

  const { notPermitted, notUsed } = comparePermissions(template, 'Stack', calls, []);

  expect({ notPermitted, notUsed }).toEqual({ notPermitted: [calls[1]], notUsed: [] });
});

test('a permission that nothing uses is found, unless there is a reason for it', () => {
  const template = templateWith(allow(['dynamodb:GetItem', 'dynamodb:DeleteItem']));
  const calls = [call('dynamodb:GetItem')];
  const reason = { functionName: 'serve', action: 'dynamodb:DeleteItem', reason: 'at night' };

  expect(comparePermissions(template, 'Stack', calls, []).notUsed).toEqual([call('dynamodb:DeleteItem')]);
  expect(comparePermissions(template, 'Stack', calls, [reason])).toEqual({
    notPermitted: [],
    notUsed: [],
    unneeded: [],
  });
});

test('a reason for a permission that is not there is found', () => {
  const reason = { functionName: 'serve', action: 'dynamodb:DeleteItem', reason: 'at night' };

  const { unneeded } = comparePermissions(templateWith(allow('dynamodb:GetItem')), 'Stack', [], [reason]);

  expect(unneeded).toEqual([reason]);
});

test.each<[string, Json]>([
  ['denies', { Effect: 'Deny', Action: 'dynamodb:GetItem', Resource: TABLE }],
  [
    'has a condition of its own',
    {
      ...(allow('dynamodb:GetItem') as object),
      Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
    },
  ],
])('a statement that %s stops the comparison, which would not know what it means', (_what, statement) => {
  expect(() => comparePermissions(templateWith(statement), 'Stack', [], [])).toThrow(
    /A statement that this comparison doesn't know: .*dynamodb:GetItem/,
  );
});
