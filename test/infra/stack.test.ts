import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { parsePattern } from '../../laptop/lambda/event-pattern';
import { REPOSITORY_ROOT } from '../../infra/bundle-functions';
import { functionNames } from '../../infra/functions';
import { STAGE_NAMES, type StageName } from '../../infra/stages';
import { DISPATCHED_PRESENCE_STATES, DISPATCHED_SORT_KEY_PREFIXES, isDispatched } from '../../lib/table/keys';
import { createTemplate, functionsOf, resourcesOf, targetOf } from './stack-under-test';

const templates = new Map<StageName, Template>(STAGE_NAMES.map((stageName) => [stageName, createTemplate(stageName)]));

describe.each([...templates])('stack of stage %s', (stageName, template) => {
  const functions = functionsOf(template, stageName);

  describe('functions', () => {
    test('there is one for each file, and a file for each', () => {
      expect([...functions.keys()].sort()).toEqual([...functionNames].sort());
      expect(functionNames.filter((name) => !existsSync(join(REPOSITORY_ROOT, 'functions', `${name}.ts`)))).toEqual([]);
    });

    test('all run on ARM64 with the current Node runtime', () => {
      const properties = [...functions.values()].map((resource) => resource.properties);

      expect(properties.map(({ Architectures }) => Architectures)).toEqual(functionNames.map(() => ['arm64']));
      expect(new Set(properties.map(({ Runtime }) => Runtime))).toEqual(new Set(['nodejs24.x']));
      expect(new Set(properties.map(({ Handler }) => Handler))).toEqual(new Set(['index.handler']));
    });

    test('a variable has the same value wherever it is set', () => {
      const values = new Map<string, Set<string>>();
      for (const { properties } of functions.values()) {
        for (const [name, value] of Object.entries(properties.Environment.Variables)) {
          values.set(name, (values.get(name) ?? new Set()).add(JSON.stringify(value)));
        }
      }

      expect([...values].filter(([, distinct]) => distinct.size > 1)).toEqual([]);
    });

    test('the dispatcher knows topic, bus and what a schedule must name', () => {
      const variables = functions.get('dispatch-changes')?.properties.Environment.Variables ?? {};

      expect(Object.keys(variables)).toEqual(
        expect.arrayContaining([
          'TABLE_NAME',
          'TOPIC_ARN',
          'EVENT_BUS_NAME',
          'SCHEDULE_GROUP_NAME',
          'SCHEDULE_TARGET_ARN',
          'SCHEDULE_ROLE_ARN',
          'SCHEDULE_DLQ_ARN',
          'ENDED_RETENTION_DAYS',
          'EVENT_RETENTION_DAYS',
          'MESSAGE_RETENTION_DAYS',
        ]),
      );
      expect(JSON.stringify(variables['SCHEDULE_TARGET_ARN'])).toContain(
        `:function:Muster-${stageName}-expire-deadline"`,
      );
    });
  });

  describe('logs', () => {
    test('every log group has a retention', () => {
      const groups = resourcesOf<{ RetentionInDays?: number }>(template, 'AWS::Logs::LogGroup');

      expect(groups.filter(({ properties }) => properties.RetentionInDays === undefined)).toEqual([]);
      expect(groups).toHaveLength(functionNames.length + 1); // and the access log
    });

    test('every function writes to a log group of its own', () => {
      const groups = [...functions.values()].map(({ properties }) => targetOf(properties.LoggingConfig?.LogGroup));

      expect(groups).not.toContain(undefined);
      expect(new Set(groups).size).toBe(functionNames.length);
    });
  });

  describe('data at rest and on the way', () => {
    test('the table is encrypted, on demand, with stream and retention', () => {
      template.hasResourceProperties('AWS::DynamoDB::Table', {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'unacknowledged',
            KeySchema: [
              { AttributeName: 'pk', KeyType: 'HASH' },
              { AttributeName: 'unacknowledged', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expiresAtSeconds', Enabled: true },
      });
    });

    test('every queue and topic is encrypted', () => {
      const queues = resourcesOf<{ SqsManagedSseEnabled?: boolean }>(template, 'AWS::SQS::Queue');
      const topics = resourcesOf<{ KmsMasterKeyId?: unknown }>(template, 'AWS::SNS::Topic');

      expect(queues.filter(({ properties }) => properties.SqsManagedSseEnabled !== true)).toEqual([]);
      expect(topics.filter(({ properties }) => properties.KmsMasterKeyId === undefined)).toEqual([]);
    });

    test('every queue and topic refuses what does not come over TLS', () => {
      const policies = [
        ...resourcesOf<ResourcePolicy>(template, 'AWS::SQS::QueuePolicy'),
        ...resourcesOf<ResourcePolicy>(template, 'AWS::SNS::TopicPolicy'),
      ].map(({ properties }) => properties);
      const guarded = policies
        .filter(({ PolicyDocument }) => PolicyDocument.Statement.some(refusesPlainText))
        .flatMap(({ Queues = [], Topics = [] }) => [...Queues, ...Topics].map(targetOf));
      const all = [...resourcesOf(template, 'AWS::SQS::Queue'), ...resourcesOf(template, 'AWS::SNS::Topic')];

      expect(guarded.sort()).toEqual(all.map(({ logicalId }) => logicalId).sort());
    });
  });

  describe('every asynchronous path has a dead-letter target', () => {
    const queues = resourcesOf<{ RedrivePolicy?: { deadLetterTargetArn: unknown } }>(template, 'AWS::SQS::Queue');
    const queueIds = queues.map(({ logicalId }) => logicalId);

    test('the stream source, whose records are retried until they are 12 h old, while the stream has them for another 12', () => {
      const [table] = resourcesOf(template, 'AWS::DynamoDB::Table');
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: { 'Fn::GetAtt': [table?.logicalId, 'StreamArn'] },
        FunctionName: { Ref: functions.get('dispatch-changes')?.logicalId },
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [Match.anyValue(), 'Arn'] } } },
        BatchSize: 100,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRecordAgeInSeconds: 43_200,
        MaximumRetryAttempts: Match.absent(),
        ParallelizationFactor: 10,
        StartingPosition: 'TRIM_HORIZON',
        FilterCriteria: {
          Filters: [
            {
              Pattern: JSON.stringify({
                dynamodb: { Keys: { sk: { S: DISPATCHED_SORT_KEY_PREFIXES.map((prefix) => ({ prefix })) } } },
              }),
            },
            {
              Pattern: JSON.stringify({
                dynamodb: {
                  Keys: { sk: { S: ['PRESENCE'] } },
                  NewImage: { state: { S: DISPATCHED_PRESENCE_STATES } },
                },
              }),
            },
          ],
        },
      });
    });

    test('the stream source lets through what the dispatcher acts on, and of a presence no check-in in time', () => {
      const sources = resourcesOf<{ FilterCriteria?: { Filters: { Pattern: string }[] } }>(
        template,
        'AWS::Lambda::EventSourceMapping',
      );
      const filters = sources
        .flatMap(({ properties }) => properties.FilterCriteria?.Filters ?? [])
        .map(({ Pattern }) => parsePattern(JSON.parse(Pattern)));
      const changes: [sk: string, state?: string][] = [
        ...['HEADER', 'PAGE#00', 'AGENT', 'SENT', 'TOKEN', 'EVENT#1', 'PRESENCE'].map((sk): [string] => [sk]),
        ...['started', 'renewed', 'lost', 'out'].map((state): [string, string] => ['PRESENCE', state]),
      ];
      const passes = ([sk, state]: [sk: string, state?: string]): boolean => {
        const change = { dynamodb: { Keys: { sk: { S: sk } }, NewImage: state && { state: { S: state } } } };
        return filters.some((matches) => matches(change));
      };

      expect(changes.map(passes)).toEqual(changes.map(([sk, state]) => isDispatched({ sk, after: { state } })));
      expect(passes(['PRESENCE', 'renewed'])).toBe(false);
    });

    test('every event source', () => {
      const sources = resourcesOf<{
        EventSourceArn: unknown;
        DestinationConfig?: { OnFailure: { Destination: unknown } };
      }>(template, 'AWS::Lambda::EventSourceMapping');
      const deadLetterTargets = sources.map(({ properties }) => {
        const source = queues.find(({ logicalId }) => logicalId === targetOf(properties.EventSourceArn));
        return targetOf(
          source?.properties.RedrivePolicy?.deadLetterTargetArn ?? properties.DestinationConfig?.OnFailure.Destination,
        );
      });

      expect(sources).toHaveLength(2);
      expect(deadLetterTargets.filter((target) => target === undefined || !queueIds.includes(target))).toEqual([]);
    });

    test('every subscription', () => {
      const subscriptions = resourcesOf<{
        RedrivePolicy?: { deadLetterTargetArn: unknown };
        RawMessageDelivery?: boolean;
      }>(template, 'AWS::SNS::Subscription');

      expect(subscriptions).toHaveLength(1);
      for (const { properties } of subscriptions) {
        expect(queueIds).toContain(targetOf(properties.RedrivePolicy?.deadLetterTargetArn));
        expect(properties.RawMessageDelivery).toBe(true);
      }
    });

    test('the function that Scheduler calls asynchronously, and the schedules themselves', () => {
      const [config] = resourcesOf<{
        FunctionName: unknown;
        DestinationConfig: { OnFailure: { Destination: unknown } };
      }>(template, 'AWS::Lambda::EventInvokeConfig');
      const variables = functions.get('dispatch-changes')?.properties.Environment.Variables ?? {};

      expect(targetOf(config?.properties.FunctionName)).toBe(functions.get('expire-deadline')?.logicalId);
      expect(queueIds).toContain(targetOf(config?.properties.DestinationConfig.OnFailure.Destination));
      expect(queueIds).toContain(targetOf(variables['SCHEDULE_DLQ_ARN']));
    });

    test('and every dead-letter queue keeps messages for 14 days and has an alarm on the first', () => {
      const alarms = resourcesOf<{ MetricName?: string; Threshold?: number; Dimensions?: { Value: unknown }[] }>(
        template,
        'AWS::CloudWatch::Alarm',
      );
      const watched = alarms
        .filter(({ properties }) => properties.MetricName === 'ApproximateNumberOfMessagesVisible')
        .filter(({ properties }) => properties.Threshold === 0)
        .map(({ properties }) => targetOf(properties.Dimensions?.[0]?.Value));
      const deadLetterQueues = queues.filter(({ properties }) => properties.RedrivePolicy === undefined);

      expect(watched.sort()).toEqual(deadLetterQueues.map(({ logicalId }) => logicalId).sort());
      template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 86_400 });
    });
  });

  test('a message stays hidden for six runs of the function that stores it', () => {
    const timeout = functions.get('deliver-to-inbox')?.properties.Timeout ?? Number.NaN;

    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 6 * timeout,
      RedrivePolicy: Match.anyValue(),
    });
  });

  test('alarms watch errors and throttles of every function, stream lag and 5xx answers', () => {
    const alarms = resourcesOf<{ AlarmName: string; TreatMissingData: string }>(template, 'AWS::CloudWatch::Alarm');
    const names = alarms.map(({ properties }) => properties.AlarmName.replace(`Muster-${stageName}-`, ''));

    expect(names).toEqual(
      expect.arrayContaining([
        ...functionNames.flatMap((name) => [`${name}-errors`, `${name}-throttles`]),
        'stream-lag',
        'api-5xx',
        'schedules-dropped',
        'inbox-lag',
      ]),
    );
    expect(alarms.every(({ properties }) => properties.TreatMissingData === 'notBreaching')).toBe(true);
  });

  test('needs nothing but CloudFormation: no custom resource and no nested stack', () => {
    const resources = template.toJSON()['Resources'] as Record<string, { Type: string }>;
    const types = new Set(Object.values(resources).map(({ Type }) => Type));

    expect([...types].filter((type) => /^Custom::|CustomResource|^AWS::CloudFormation::/.test(type))).toEqual([]);
  });

  test('tells where the API, the table, the topic, the bus and the queues of redrive are', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'ApiUrl',
      'DeadlineDeadLettersUrl',
      'DispatchDeadLettersUrl',
      'EventBusName',
      'InboxDeadLettersUrl',
      'InboxQueueUrl',
      'SubscriptionDeadLettersUrl',
      'TableName',
      'TopicArn',
    ]);
  });
});

describe('what happens when a stack is deleted', () => {
  const stateful = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup', 'AWS::Events::Archive'];

  test.each<[StageName, string]>([
    ['dev', 'Delete'],
    ['prod', 'Retain'],
  ])('stage %s: %s for all that holds data', (stageName, policy) => {
    const template = templates.get(stageName) ?? createTemplate(stageName);
    const resources = stateful.flatMap((type) => resourcesOf(template, type));

    expect(new Set(resources.map(({ deletionPolicy }) => deletionPolicy))).toEqual(new Set([policy]));
  });

  test('prod can be restored to any second and refuses to delete its table', () => {
    templates.get('prod')?.hasResourceProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});

describe('the archive of the bus', () => {
  test('prod keeps what Muster puts on the bus for 30 days, dev keeps nothing', () => {
    templates.get('dev')?.resourceCountIs('AWS::Events::Archive', 0);
    templates.get('prod')?.hasResourceProperties('AWS::Events::Archive', {
      EventPattern: { source: ['muster'] },
      RetentionDays: 30,
    });
  });
});

describe('alarm mail', () => {
  test('none by default: alarms act on nothing', () => {
    templates.get('prod')?.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });

  test('with an address, every alarm mails over an encrypted topic', () => {
    const template = createTemplate('prod', { alarmEmail: 'ops@example.com' });

    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });
});

interface PolicyStatement {
  readonly Effect: string;
  readonly Condition?: { readonly Bool?: Readonly<Record<string, string>> };
}

interface ResourcePolicy {
  readonly PolicyDocument: { readonly Statement: readonly PolicyStatement[] };
  readonly Queues?: readonly unknown[];
  readonly Topics?: readonly unknown[];
}

function refusesPlainText({ Effect, Condition }: PolicyStatement): boolean {
  return Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false';
}
