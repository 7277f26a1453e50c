import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { requiredDays, requiredSetting } from '../lib/configuration';
import { deliver } from '../lib/messages/inbox-repository';
import type { Message } from '../lib/messages/message';
import { expiryAfter } from '../lib/retention';
import { mapConcurrently, openTable } from '../lib/table/table';

const DELIVERIES_IN_FLIGHT = 32;

const logger = new Logger();
const table = openTable(requiredSetting('TABLE_NAME'));
const messageDays = requiredDays('MESSAGE_RETENTION_DAYS');
const processor = new BatchProcessor(EventType.SQS);

/** Queue behind the topic → inboxes. The body is a CloudEvent with the message under `data`. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return processPartialResponse(event, deliverRecord, processor, { context, throwOnFullBatchFailure: false });
}

async function deliverRecord(record: SQSRecord): Promise<void> {
  try {
    const { data: message } = JSON.parse(record.body) as { data: Message };
    const expiresAtSeconds = expiryAfter(Date.parse(message.timestamp), messageDays);
    await mapConcurrently(message.recipients, DELIVERIES_IN_FLIGHT, async (recipient) => {
      await deliver(table, message, recipient.id, expiresAtSeconds);
    });
  } catch (error) {
    logger.error('A message could not be delivered', { messageId: record.messageId, error: error as Error });
    throw error;
  }
}
