import { Logger } from '@aws-lambda-powertools/logger';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { systemClock as now } from '../lib/clock';
import { requiredSetting } from '../lib/configuration';
import { expireDeadline } from '../lib/deadlines/expire-deadline';
import { type DeadlinePayload, scheduleSetterFromEnvironment } from '../lib/deadlines/schedules';
import { openTable } from '../lib/table/table';

const logger = new Logger();
const table = openTable(requiredSetting('TABLE_NAME'));
const schedules = scheduleSetterFromEnvironment(new SchedulerClient({}), now);

/** Target of the one-time schedules. Fired late, twice or after the deadline moved, it does what the pages say. */
export async function handler(payload: DeadlinePayload): Promise<void> {
  const outcome = await expireDeadline(table, now, schedules, payload);
  logger.info('A deadline schedule fired', { ...payload, outcome });
}
