import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MetricRecorder } from '../common/metric-recorder';
import { expiryAfter } from '../common/retention';
import { inScope } from '../common/scope';
import { parseTraceparent } from '../common/trace';
import type { Service } from '../table/service';
import { mapConcurrently } from '../common/concurrency';
import type { Measurement } from '../common/metric';
import { type Table } from '../table/table';
import { deliver } from './inbox-store';
import { isExpired, type Message } from './message';

const DELIVERIES_IN_FLIGHT = 32;

/**
 * Puts a message into every recipient's inbox, once, for the cost of each delivery. Returns the number of changed
 * inboxes.
 */
async function deliverToAll(table: Table, message: Message, keepUntilSeconds: number): Promise<number> {
  const failures: unknown[] = [];
  const changed = await mapConcurrently(message.recipients, DELIVERIES_IN_FLIGHT, (recipient) =>
    deliver(table, message, recipient.id, keepUntilSeconds).catch((error: unknown) => {
      failures.push(error);
      return false;
    }),
  );
  // All others have it by then: one inbox that takes nothing more must not stand in their way.
  if (failures.length > 0) throw failures[0];
  return changed.filter(Boolean).length;
}

/** Neither a redelivery nor a reminder puts a new message into an inbox. */
export function measureDelivery(message: Message, delivered: number, nowMs: number): Measurement[] {
  if (delivered === 0 || message.reminder !== undefined) return [];
  const counted: Measurement = { metric: 'MessagesDelivered', value: delivered };
  // The time of this message is that of the last arrival, or of the manual completion.
  return message.content.type === 'SYNC_POINT_COMPLETED'
    ? [counted, { metric: 'ArrivalToInbox', value: Math.max(0, nowMs - Date.parse(message.timestamp)) }]
    : [counted];
}

export interface QueueConsumer {
  readonly service: Service;
  /** How long an inbox keeps a message. */
  readonly messageDays: number;
  readonly metrics: MetricRecorder;
  readonly log: Readonly<Record<'info' | 'error', (message: string, fields: Record<string, unknown>) => void>>;
}

/** The function behind the queue: reports the records to be redelivered. Each body is a CloudEvent of a message. */
export const consumeQueue =
  (consumer: QueueConsumer) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const outcomes = await Promise.allSettled(Records.map((record) => deliverRecord(consumer, record)));
    consumer.metrics.flush();
    const failed = Records.filter((_record, index) => outcomes[index]?.status === 'rejected');
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

interface Envelope {
  readonly data: Message;
  readonly subject: string;
  readonly traceparent?: string;
}

async function deliverRecord({ service, messageDays, metrics, log }: QueueConsumer, record: SQSRecord): Promise<void> {
  try {
    const { data, subject, traceparent } = JSON.parse(record.body) as Envelope;
    const fields = { messageId: data.id, type: data.content.type, subject };
    await inScope({ trace: parseTraceparent(traceparent), fields }, async () => {
      const { table, now } = service;
      const keepUntilSeconds = expiryAfter(Date.parse(data.timestamp), messageDays);
      const delivered = isExpired(data, now()) ? 0 : await deliverToAll(table, data, keepUntilSeconds);
      metrics.record(measureDelivery(data, delivered, service.now()));
      log.info('Message delivered', { recipients: data.recipients.length, delivered });
    });
  } catch (error) {
    log.error('Message delivery failed', { queueMessageId: record.messageId, error });
    throw error;
  }
}
