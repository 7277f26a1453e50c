import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { createLogger } from '../lib/common/log';
import { reminderSettings, requiredSetting } from '../lib/common/settings';
import { sendNotice } from '../lib/dispatcher/notices';
import { snsPublisher } from '../lib/messages/publish';
import type { NoticePayload } from '../lib/schedules/payloads';
import { scheduledHandler } from '../lib/schedules/scheduled-handler';
import { scheduleSetterFromEnvironment } from '../lib/schedules/schedules';
import { openService } from '../lib/table/service';

const service = openService();
const context = {
  ...service,
  publish: snsPublisher(new SNSClient({}), requiredSetting('TOPIC_ARN')),
  schedules: scheduleSetterFromEnvironment(new SchedulerClient({}), service.now),
  reminders: reminderSettings(),
};

/**
 * Target of the schedules of reminders, warnings, stalls and presence. A second run does the same, which changes
 * nothing.
 */
export const handler = scheduledHandler(createLogger(), 'Schedule of a notice fired', (payload: NoticePayload) =>
  sendNotice(context, payload),
);
