import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { createLogger } from '../lib/common/log';
import { expireDeadline } from '../lib/rosters/deadline';
import type { DeadlinePayload } from '../lib/schedules/payloads';
import { scheduledHandler } from '../lib/schedules/scheduled-handler';
import { scheduleSetterFromEnvironment } from '../lib/schedules/schedules';
import { openService } from '../lib/table/service';

const service = openService();
const context = { ...service, schedules: scheduleSetterFromEnvironment(new SchedulerClient({}), service.now) };

/**
 * Target of the one-time schedules. It decides from the pages, so it may run late, twice or after a move of the
 * deadline.
 */
export const handler = scheduledHandler(createLogger(), 'Deadline schedule fired', ({ kind, id }: DeadlinePayload) =>
  expireDeadline(context, { kind, id }),
);
