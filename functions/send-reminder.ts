import { Logger } from '@aws-lambda-powertools/logger';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { systemClock as now } from '../lib/clock';
import { reminderSettings, requiredSetting } from '../lib/configuration';
import { scheduleSetterFromEnvironment } from '../lib/deadlines/schedules';
import { snsPublisher } from '../lib/messages/publish-notification';
import { type ReminderPayload, sendReminder } from '../lib/messages/reminders';
import { openTable } from '../lib/table/table';

const logger = new Logger();
const context = {
  table: openTable(requiredSetting('TABLE_NAME')),
  publish: snsPublisher(new SNSClient({}), requiredSetting('TOPIC_ARN')),
  schedules: scheduleSetterFromEnvironment(new SchedulerClient({}), now),
  reminders: reminderSettings(),
};

/** Target of the schedules of reminders. Fired twice, it sends the same reminder again, which changes nothing. */
export async function handler(payload: ReminderPayload): Promise<void> {
  const outcome = await sendReminder(context, payload);
  logger.info('A reminder schedule fired', { messageId: payload.messageId, number: payload.number, outcome });
}
