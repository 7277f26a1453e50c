import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { systemClock as now } from '../lib/clock';
import { requiredDays, requiredSetting } from '../lib/configuration';
import { createLogger } from '../lib/logging/create-logger';
import { deliverToAll, measureDelivery } from '../lib/messages/deliver-to-all';
import type { Message } from '../lib/messages/message';
import { createMetricRecorder } from '../lib/metrics/metric-recorder';
import { expiryAfter } from '../lib/retention';
import { openTable } from '../lib/table/table';
import { inScope } from '../lib/tracing/scope';
import { parseTraceparent } from '../lib/tracing/trace-context';

const logger = createLogger();
const metrics = createMetricRecorder();
const table = openTable(requiredSetting('TABLE_NAME'));
const messageDays = requiredDays('MESSAGE_RETENTION_DAYS');
const processor = new BatchProcessor(EventType.SQS);

/** Queue behind the topic → inboxes. The body is a CloudEvent with the message under `data`. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const answer = await processPartialResponse(event, deliverRecord, processor, {
    context,
    throwOnFullBatchFailure: false,
  });
  metrics.flush();
  return answer;
}

async function deliverRecord({ messageId: queueMessageId, body }: SQSRecord): Promise<void> {
  try {
    const { data, subject, traceparent } = JSON.parse(body) as Envelope;
    const trace = parseTraceparent(traceparent);
    await inScope({ trace, fields: { messageId: data.id, type: data.content.type, subject } }, async () => {
      const expiresAtSeconds = expiryAfter(Date.parse(data.timestamp), messageDays);
      const delivered = await deliverToAll(table, data, expiresAtSeconds);
      metrics.record(measureDelivery(data, delivered, now()));
      logger.info('A message is in the inboxes', { recipients: data.recipients.length, delivered });
    });
  } catch (error) {
    logger.error('A message could not be delivered', { queueMessageId, error: error as Error });
    throw error;
  }
}

interface Envelope {
  readonly data: Message;
  readonly subject: string;
  readonly traceparent?: string;
}
