import { describe, expect, test } from '@jest/globals';
import { functionDefinitions, type FunctionName, functionNames } from '../../infra/functions';
import { createTemplate, functionsOf, resourcesOf, STAGE_VARIANTS, targetOf } from './stack-under-test';

/** Every wildcard in a permission of a role, with why it can't be narrower. */
const WILDCARDS: readonly { action: string; resource: RegExp; reason: string }[] = [
  {
    action: 'dynamodb:ListStreams',
    resource: /"Fn::GetAtt":\["Table\w+","Arn"\]\},"\/stream\/\*"/,
    reason: 'Streams of our table only; DynamoDB makes the name of a stream.',
  },
  ...['CreateSchedule', 'DeleteSchedule', 'UpdateSchedule'].map((action) => ({
    action: `scheduler:${action}`,
    resource: /":schedule\/Muster-\w+-deadlines\/\*"/,
    reason: 'Schedules of our group only, named at run time.',
  })),
];

const SCHEDULING = ['iam:PassRole', 'scheduler:CreateSchedule', 'scheduler:UpdateSchedule'] as const;

/** What a function may do besides writing its log and what `infra/functions.ts` says about the table. */
const OTHER_ACTIONS: Readonly<Partial<Record<FunctionName, readonly string[]>>> = {
  'dispatch-changes': [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'events:PutEvents',
    ...SCHEDULING,
    'scheduler:DeleteSchedule',
    'sns:Publish',
    'sqs:SendMessage',
  ],
  'deliver-to-inbox': ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  'expire-deadline': [...SCHEDULING, 'sqs:SendMessage'],
  'send-reminder': [...SCHEDULING, 'sns:Publish', 'sqs:SendMessage'],
};

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

interface Role {
  readonly AssumeRolePolicyDocument: {
    readonly Statement: readonly { Principal: { Service: string }; Condition?: unknown }[];
  };
  readonly ManagedPolicyArns?: unknown;
  readonly Policies?: unknown;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Roles: readonly unknown[];
}

/** What a function may do with the key of one's own that encrypts what it uses. */
const KEY_ACTIONS: Readonly<Record<FunctionName, readonly string[]>> = {
  'authorize-request': ['kms:Decrypt', 'kms:DescribeKey'],
  'serve-public': [],
  'serve-console': [],
  'serve-agents': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'serve-sync-points': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'serve-progress-trackers': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'serve-inbox': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'serve-messages': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'serve-events': ['kms:Decrypt', 'kms:DescribeKey'],
  'serve-mcp': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'deliver-to-inbox': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  // These also send: to the topic, to a dead-letter queue.
  'dispatch-changes': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'expire-deadline': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  'send-reminder': ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
};

describe.each(STAGE_VARIANTS)('roles of stage %s', (_name, stageName, settings) => {
  const template = createTemplate(stageName, settings);
  const hasKey = settings.customerManagedKey === 'true';
  const functions = functionsOf(template, stageName);
  const roles = resourcesOf<Role>(template, 'AWS::IAM::Role');

  /** Every permission, taken apart: one action on one resource. */
  const permissions = resourcesOf<Policy>(template, 'AWS::IAM::Policy').flatMap(({ properties }) =>
    properties.Roles.flatMap((role) =>
      properties.PolicyDocument.Statement.flatMap((statement) =>
        [statement.Action ?? []].flat().flatMap((action) =>
          [statement.Resource ?? []].flat().map((resource: unknown) => ({
            role: targetOf(role),
            action,
            resource,
            resourceText: JSON.stringify(resource),
            statement,
          })),
        ),
      ),
    ),
  );
  const permissionsOf = (name: FunctionName) => {
    const role = targetOf(functions.get(name)?.properties.Role);
    return permissions.filter((permission) => permission.role === role);
  };

  test('there are no managed or inline policies beside the ones looked at here', () => {
    expect(roles.filter(({ properties }) => properties.ManagedPolicyArns ?? properties.Policies)).toEqual([]);
    expect(template.findResources('AWS::IAM::ManagedPolicy')).toEqual({});
  });

  test('all statements allow named actions on named resources', () => {
    const odd = permissions.filter(
      ({ statement }) => statement.Effect !== 'Allow' || 'NotAction' in statement || 'NotResource' in statement,
    );

    expect(odd).toEqual([]);
    expect(permissions.length).toBeGreaterThan(functionNames.length);
  });

  test('no action has a wildcard', () => {
    expect(permissions.filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  test('no resource has a wildcard but those listed with their reason', () => {
    const wild = permissions.filter(({ resourceText }) => resourceText.includes('*'));
    const unlisted = wild.filter(
      ({ action, resourceText }) =>
        !WILDCARDS.some((listed) => listed.action === action && listed.resource.test(resourceText)),
    );

    expect(unlisted).toEqual([]);
    expect(new Set(wild.map(({ action }) => action))).toEqual(new Set(WILDCARDS.map(({ action }) => action)));
  });

  test('every function has a role of its own, which only Lambda can take', () => {
    const ids = [...functions.values()].map(({ properties }) => targetOf(properties.Role));
    const principals = roles
      .filter(({ logicalId }) => ids.includes(logicalId))
      .flatMap(({ properties }) => properties.AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal));

    expect(new Set(ids).size).toBe(functionNames.length);
    expect(principals).toEqual(functionNames.map(() => ({ Service: 'lambda.amazonaws.com' })));
  });

  test.each(functionNames)('%s has the permissions it needs and no more', (name) => {
    const expected = [
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      ...functionDefinitions[name].tableActions.map((action) => `dynamodb:${action}`),
      ...(OTHER_ACTIONS[name] ?? []),
      ...(hasKey ? KEY_ACTIONS[name] : []),
    ];

    expect([...new Set(permissionsOf(name).map(({ action }) => action))].sort()).toEqual(expected.sort());
  });

  test.each(functionNames)('%s writes to its own log group only', (name) => {
    const own = targetOf(functions.get(name)?.properties.LoggingConfig?.LogGroup);
    const logs = permissionsOf(name).filter(({ action }) => action.startsWith('logs:'));

    expect(logs.map(({ resource }) => targetOf(resource))).toEqual([own, own]);
  });

  test('items are reached only in our table, and nobody can scan it or change the table itself', () => {
    const [table] = resourcesOf(template, 'AWS::DynamoDB::Table');
    const onTable = permissions.filter(
      ({ action }) => action.startsWith('dynamodb:') && !/Stream|GetRecords|GetShardIterator/.test(action),
    );

    const arn = { 'Fn::GetAtt': [table?.logicalId, 'Arn'] };
    const index = { 'Fn::Join': ['', [arn, '/index/unacknowledged']] };
    expect(new Set(onTable.map(({ resourceText }) => resourceText))).toEqual(
      new Set([JSON.stringify(arn), JSON.stringify(index)]),
    );
    expect(onTable.filter(({ action }) => !/:(Batch)?(Get|Put|Update|Delete|Write)Item$|:Query$/.test(action))).toEqual(
      [],
    );
  });

  test('the role for Scheduler can be passed only to Scheduler and taken only by schedules of our group', () => {
    const [scheduler] = roles.filter(({ properties }) =>
      properties.AssumeRolePolicyDocument.Statement.some(
        ({ Principal }) => Principal.Service === 'scheduler.amazonaws.com',
      ),
    );
    const passing = permissions.filter(({ action }) => action === 'iam:PassRole');

    expect(new Set(passing.map(({ resource }) => targetOf(resource)))).toEqual(new Set([scheduler?.logicalId]));
    expect(passing.map(({ statement }) => statement.Condition)).toEqual(
      passing.map(() => ({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } })),
    );
    expect(scheduler?.properties.AssumeRolePolicyDocument.Statement.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/ScheduleGroup/), 'Arn'] } },
      },
    ]);
    expect(
      permissions
        .filter(({ role }) => role === scheduler?.logicalId)
        .map(({ action }) => action)
        .sort(),
    ).toEqual([
      ...(hasKey ? ['kms:Decrypt', 'kms:GenerateDataKey'] : []),
      'lambda:InvokeFunction',
      'lambda:InvokeFunction',
      'sqs:SendMessage',
    ]);
  });
});
