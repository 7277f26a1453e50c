/** examples/aws-events, held against what the service publishes. */
import type { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { PublishCommand, PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { ConsumersStack } from '../../examples/aws-events/consumers-stack';
import { parsePattern } from '../../laptop/lambda/event-pattern';
import { eventBridgeBus } from '../../lib/events/bus';
import type { EventType, MusterEvent } from '../../lib/events/event';
import { snsPublisher } from '../../lib/messages/publish';

const TOPIC_ARN = 'arn:aws:sns:eu-central-1:123456789012:muster-dev-Topic';
const template = Template.fromStack(
  new ConsumersStack(new App({ analyticsReporting: false }), 'consumers', {
    eventBusName: 'muster-dev',
    topicArn: TOPIC_ARN,
    agentId: 'builder',
  }),
);

/** The properties of the only resource of a type. */
function onlyOne(type: string): unknown {
  const found = Object.values(template.findResources(type)) as { readonly Properties: unknown }[];
  expect(found).toHaveLength(1);
  return found[0]?.Properties;
}

/** As a rule sees an event of Muster's. */
async function onTheBus(type: EventType, relatedId: string): Promise<Record<string, unknown>> {
  const entries: PutEventsRequestEntry[] = [];
  const send = ({ input }: PutEventsCommand) =>
    Promise.resolve(entries.push(...(input.Entries ?? []))).then(() => ({}));
  const details = { name: 'Nightly', reason: 'the disk is full', arrivedCount: 1 };
  const event = { id: 'e-1', type, relatedId, agentId: 'system', timestampMs: 0, details } as unknown as MusterEvent;
  await eventBridgeBus({ send } as unknown as EventBridgeClient, 'muster-dev')([event]);
  const [entry] = entries;
  return {
    source: entry?.Source,
    'detail-type': entry?.DetailType,
    detail: JSON.parse(entry?.Detail ?? '') as unknown,
  };
}

test('the rule is on the bus and picks the nightly sync points that went wrong', async () => {
  const rule = onlyOne('AWS::Events::Rule') as { EventPattern: unknown; EventBusName: string };
  const picks = parsePattern(rule.EventPattern);

  expect(rule.EventBusName).toBe('muster-dev');
  expect(picks(await onTheBus('SYNC_POINT_FAILED', 'nightly-2026-03-01'))).toBe(true);
  expect(picks(await onTheBus('SYNC_POINT_EXPIRED', 'nightly-2026-03-01'))).toBe(true);
  expect(picks(await onTheBus('SYNC_POINT_COMPLETED', 'nightly-2026-03-01'))).toBe(false);
  expect(picks(await onTheBus('SYNC_POINT_FAILED', 'release'))).toBe(false);
});

test('the function logs one line for an event', async () => {
  const alert = onlyOne('AWS::Lambda::Function') as { Code: { ZipFile: string } };
  const printed: string[] = [];
  const exports: { handler?: (event: unknown) => Promise<void> } = {};
  runInNewContext(alert.Code.ZipFile, {
    exports,
    console: { log: (line: string) => printed.push(line) },
  });

  await exports.handler?.(await onTheBus('SYNC_POINT_FAILED', 'nightly-1'));

  expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual([
    { type: 'SYNC_POINT_FAILED', id: 'nightly-1', name: 'Nightly', reason: 'the disk is full', arrivedCount: 1 },
  ]);
});

test('the queue is subscribed to the topic for its agent alone, by an attribute that every message has', async () => {
  const published: PublishCommandInput[] = [];
  const send = ({ input }: PublishCommand) => Promise.resolve(published.push(input)).then(() => ({}));
  const message = {
    id: 'm-1',
    sender: { id: 'boss', name: 'Boss' },
    recipients: [{ id: 'builder', name: 'Builder' }],
    timestamp: '2026-03-01T12:00:00.000Z',
    priority: 'HIGH' as const,
    content: { type: 'BUILD' },
    requiresAcknowledgment: false,
  };
  await snsPublisher({ send } as unknown as SNSClient, TOPIC_ARN)(message, message.id, message.id);

  template.hasResourceProperties('AWS::SNS::Subscription', {
    TopicArn: TOPIC_ARN,
    Protocol: 'sqs',
    RawMessageDelivery: true,
    FilterPolicy: { recipients: ['builder'] },
  });
  expect(published[0]?.MessageAttributes?.['recipients']).toEqual({
    DataType: 'String.Array',
    StringValue: '["builder"]',
  });
});

test('the topic may send to that queue and nobody else, and what fails is set aside', () => {
  const queue = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Messages'), 'Arn'] };
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Principal: { Service: 'sns.amazonaws.com' },
          Resource: queue,
          Condition: { ArnEquals: { 'aws:SourceArn': TOPIC_ARN } },
        }),
      ]),
    },
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    SqsManagedSseEnabled: true,
    RedrivePolicy: {
      maxReceiveCount: 5,
      deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SetAside'), 'Arn'] },
    },
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    Targets: [Match.objectLike({ DeadLetterConfig: { Arn: Match.anyValue() } })],
  });
});
