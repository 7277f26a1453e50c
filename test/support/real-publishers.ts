import type { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { PublishCommand, PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { eventBridgeBus } from '../../lib/events/bus';
import { snsPublisher } from '../../lib/messages/publish';
import type { World } from './world';

/** What was sent to AWS, repeats included. */
export interface Sent {
  readonly entries: PutEventsRequestEntry[];
  readonly publishes: PublishCommandInput[];
}

/** Puts the publishers of the functions, with clients that keep what they are given, in place of those of the world. */
export function sendThroughTheRealPublishers(world: World): Sent {
  const entries: PutEventsRequestEntry[] = [];
  const publishes: PublishCommandInput[] = [];
  const eventBridge = {
    send: ({ input }: PutEventsCommand) => {
      entries.push(...(input.Entries ?? []));
      return Promise.resolve({});
    },
  } as unknown as EventBridgeClient;
  const sns = {
    send: ({ input }: PublishCommand) => {
      publishes.push(input);
      return Promise.resolve({});
    },
  } as unknown as SNSClient;
  const { publish: toInboxes } = world.dispatcher;
  const toTopic = snsPublisher(sns, 'arn:aws:sns:eu-central-1:123456789012:Muster-prod-Topic');
  Object.assign(world.dispatcher, {
    bus: eventBridgeBus(eventBridge, 'Muster-prod'),
    publish: async (...published: Parameters<typeof toTopic>) => {
      await toTopic(...published);
      await toInboxes(...published);
    },
  });
  return { entries, publishes };
}
