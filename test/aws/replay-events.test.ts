import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { musterAdmin } from '../support/aws-access';
import {
  agents,
  type CreatedSyncPoint,
  type EventView,
  eventsUpTo,
  freshId,
  idsOf,
  pollUntil,
} from '../support/http-client';
import { STACK_NAME } from './cdk';

interface EventOnBus {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: { readonly id: string; readonly type: string; readonly time: string; readonly traceparent?: string };
}

const eventBridge = new EventBridgeClient({});
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const name = freshId('replay');
let bus: string;
let queueUrl: string;

/** A consumer of the bus, as another team would have it. */
beforeAll(async () => {
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: STACK_NAME }));
  bus = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'EventBusName')?.OutputValue ?? '';
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? '';
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  await eventBridge.send(
    new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: JSON.stringify({ source: ['muster'] }) }),
  );
  const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn ?? '' }];
  await eventBridge.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets }));
});

afterAll(async () => {
  await eventBridge.send(new RemoveTargetsCommand({ Rule: name, EventBusName: bus, Ids: ['queue'] }));
  await eventBridge.send(new DeleteRuleCommand({ Name: name, EventBusName: bus }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
});

/** What the consumer has got since it was asked last, until it is complete. */
async function received(isComplete: (events: readonly EventOnBus[]) => boolean): Promise<readonly EventOnBus[]> {
  const all: EventOnBus[] = [];
  return pollUntil(async () => {
    const request = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
    if (Messages.length > 0) {
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
    all.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '') as EventOnBus));
    return all;
  }, isComplete);
}

const inOrder = (events: readonly EventOnBus[]): EventOnBus[] =>
  [...events].sort((one, other) => (one.detail.id < other.detail.id ? -1 : 1));

test('events replayed are on the bus as they were the first time', async () => {
  const [creator, one, two] = await agents(['creator', 'one', 'two']);
  const body = { name: 'meeting', participants: idsOf([one, two]) };
  const { id } = (await creator.post<CreatedSyncPoint>('/v1/sync-points', body)).body;
  const path = `/v1/sync-points/${id}`;
  for (const agent of [one, two]) await agent.post(`${path}/arrivals`);
  const logged: EventView[] = await eventsUpTo(creator, path, 'SYNC_POINT_COMPLETED');
  const ids = new Set(logged.map((event) => event.id));
  const ours = (events: readonly EventOnBus[]): EventOnBus[] => events.filter(({ detail }) => ids.has(detail.id));
  const first = ours(await received((events) => ours(events).length === logged.length));

  const { code, err } = await musterAdmin('replay-events', '--related-id', id);

  expect({ code, err }).toEqual({ code: 0, err: `${logged.length} events replayed.\n` });
  const again = ours(await received((events) => ours(events).length === logged.length));
  // The trace belongs to what happened then.
  const shown = ({ source, 'detail-type': type, detail: { traceparent: _trace, ...detail } }: EventOnBus) => ({
    source,
    type,
    detail,
  });
  expect(inOrder(again).map(shown)).toEqual(inOrder(first).map(shown));
  expect(again.map((event) => event['detail-type']).sort()).toEqual(logged.map(({ type }) => type).sort());
});
