import { mapConcurrently } from '../common/concurrency';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { displayName } from '../agents/agent';
import { findAgents } from '../agents/store';
import { cloudEventType, toCloudEvent } from '../common/cloud-event';
import { type Table } from '../table/table';
import { currentTrace } from '../common/scope';
import { formatTraceparent } from '../common/trace';
import type { Message, Party } from './message';
import type { Notification } from './notification';

/**
 * One publish for up to this many recipients, so that a filter policy on `recipients` can pick one agent's messages.
 */
const RECIPIENTS_PER_PUBLISH = 500;
/** A message of SNS with its attributes is at most 256 KiB; content and envelope need the rest. */
const RECIPIENT_BYTES_PER_PUBLISH = 160 * 1024;
const PUBLISHES_IN_FLIGHT = 4;

export type MessagePublisher = (message: Message, envelopeId: string, subject: string) => Promise<void>;

/** Publishes a message as a CloudEvent with the attributes that subscriptions filter on. At least once. */
export function snsPublisher(client: SNSClient, topicArn: string): MessagePublisher {
  return async (message, envelopeId, subject) => {
    const trace = currentTrace();
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: toCloudEvent({
          id: envelopeId,
          type: cloudEventType('message', message.content.type),
          subject,
          time: message.timestamp,
          data: message,
        }),
        MessageAttributes: {
          recipients: {
            DataType: 'String.Array',
            StringValue: JSON.stringify(message.recipients.map((recipient) => recipient.id)),
          },
          type: { DataType: 'String', StringValue: message.content.type },
          priority: { DataType: 'String', StringValue: message.priority },
          ...(trace && { traceparent: { DataType: 'String', StringValue: formatTraceparent(trace) } }),
        },
      }),
    );
  };
}

/** Adds names to a notification and publishes it. Cost: half a read unit per recipient, 1 publish per 500. */
export async function publishNotification(
  { table, publish }: { readonly table: Table; readonly publish: MessagePublisher },
  notification: Notification,
  subject: string,
  reminder?: number,
): Promise<void> {
  const { senderId, recipientIds, ...message } = notification;
  const agents = await findAgents(table, [...new Set([senderId, ...recipientIds])]);
  const party = (id: string): Party => ({ id, name: displayName(id, agents.get(id)) });
  const groups = groupRecipients(recipientIds.map(party));
  await mapConcurrently([...groups.entries()], PUBLISHES_IN_FLIGHT, async ([index, recipients]) => {
    // The id of a CloudEvent identifies an occurrence: each reminder, and each part of a large roster, is one.
    const parts = [message.id, reminder && `reminder-${reminder}`, groups.length > 1 && `part-${index}`];
    const envelopeId = parts.filter(Boolean).join('.');
    const sent = { ...message, sender: party(senderId), recipients, ...(reminder !== undefined && { reminder }) };
    await publish(sent, envelopeId, subject);
  });
}

function groupRecipients(recipients: readonly Party[]): Party[][] {
  const groups: Party[][] = [];
  let group: Party[] = [];
  let bytes = 0;
  for (const recipient of recipients) {
    // Each id is in the body and in the attribute.
    const size = Buffer.byteLength(JSON.stringify(recipient)) + recipient.id.length + 3;
    if (group.length === RECIPIENTS_PER_PUBLISH || bytes + size > RECIPIENT_BYTES_PER_PUBLISH) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(recipient);
    bytes += size;
  }
  return group.length > 0 ? [...groups, group] : groups;
}
