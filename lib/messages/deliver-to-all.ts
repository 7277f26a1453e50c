import type { Measurement } from '../metrics/metric';
import { mapConcurrently, type Table } from '../table/table';
import { deliver } from './inbox-repository';
import type { Message } from './message';

const DELIVERIES_IN_FLIGHT = 32;

/** Puts a message into every recipient's inbox, once. 1 write unit per KB and recipient. Answers how many changed. */
export async function deliverToAll(table: Table, message: Message, expiresAtSeconds: number): Promise<number> {
  const changed = await mapConcurrently(message.recipients, DELIVERIES_IN_FLIGHT, (recipient) =>
    deliver(table, message, recipient.id, expiresAtSeconds),
  );
  return changed.filter(Boolean).length;
}

/** A redelivery and a reminder put nothing new into an inbox. */
export function measureDelivery(message: Message, delivered: number, nowMs: number): Measurement[] {
  if (delivered === 0 || message.reminder !== undefined) return [];
  const counted: Measurement = { metric: 'MessagesDelivered', value: delivered };
  // The time of this message is that of the last arrival, or of the completion by hand.
  return message.content.type === 'SYNC_POINT_COMPLETED'
    ? [counted, { metric: 'ArrivalToInbox', value: Math.max(0, nowMs - Date.parse(message.timestamp)) }]
    : [counted];
}
