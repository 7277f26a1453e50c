import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { systemClock as now } from '../lib/common/clock';
import { createLogger } from '../lib/common/log';
import { scopedHandler } from '../lib/common/scoped-handler';
import { reminderSettings, requiredSetting } from '../lib/common/settings';
import { parseTraceparent } from '../lib/common/trace';
import { sendNotice } from '../lib/dispatcher/notices';
import { snsPublisher } from '../lib/messages/publish';
import type { NoticePayload, Traced } from '../lib/schedules/payloads';
import { scheduleSetterFromEnvironment } from '../lib/schedules/schedules';
import { openTable } from '../lib/table/table';

const logger = createLogger();
const context = {
  now,
  table: openTable(requiredSetting('TABLE_NAME')),
  publish: snsPublisher(new SNSClient({}), requiredSetting('TOPIC_ARN')),
  schedules: scheduleSetterFromEnvironment(new SchedulerClient({}), now),
  reminders: reminderSettings(),
};

/**
 * Target of the schedules of reminders, warnings, stalls and presence. A second run does the same, which changes
 * nothing.
 */
export const handler = scopedHandler(
  logger,
  ({ traceparent, ...fields }: Traced<NoticePayload>) => ({
    trace: parseTraceparent(traceparent),
    fields: 'messageId' in fields ? { messageId: fields.messageId, number: fields.number } : fields,
  }),
  async (payload) => {
    const outcome = await sendNotice(context, payload);
    logger.info('Schedule of a notice fired', { outcome });
  },
);
