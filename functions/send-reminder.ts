import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { systemClock as now } from '../lib/clock';
import { reminderSettings, requiredSetting } from '../lib/configuration';
import { scheduleSetterFromEnvironment, type Traced } from '../lib/deadlines/schedules';
import { createLogger } from '../lib/logging/create-logger';
import { scopedHandler } from '../lib/logging/scoped-handler';
import { snsPublisher } from '../lib/messages/publish-notification';
import { type ReminderPayload, sendReminder } from '../lib/messages/reminders';
import { openTable } from '../lib/table/table';
import { parseTraceparent } from '../lib/tracing/trace-context';

const logger = createLogger();
const context = {
  table: openTable(requiredSetting('TABLE_NAME')),
  publish: snsPublisher(new SNSClient({}), requiredSetting('TOPIC_ARN')),
  schedules: scheduleSetterFromEnvironment(new SchedulerClient({}), now),
  reminders: reminderSettings(),
};

/** Target of the schedules of reminders. Fired twice, it sends the same reminder again, which changes nothing. */
export const handler = scopedHandler(
  logger,
  ({ messageId, number, traceparent }: Traced<ReminderPayload>) => ({
    trace: parseTraceparent(traceparent),
    fields: { messageId, number },
  }),
  async (payload) => {
    const outcome = await sendReminder(context, payload);
    logger.info('A reminder schedule fired', { outcome });
  },
);
