import type { DeadlinePayload, Traced } from '../lib/schedules/payloads';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { systemClock as now } from '../lib/common/clock';
import { expireDeadline } from '../lib/rosters/deadline';
import { scheduleSetterFromEnvironment } from '../lib/schedules/schedules';
import { createLogger } from '../lib/common/log';
import { scopedHandler } from '../lib/common/scoped-handler';
import { openService } from '../lib/table/service';
import { parseTraceparent } from '../lib/common/trace';

const logger = createLogger();
const service = { ...openService(), schedules: scheduleSetterFromEnvironment(new SchedulerClient({}), now) };

/**
 * Target of the one-time schedules. It decides from the pages, so it may run late, twice or after a move of the
 * deadline.
 */
export const handler = scopedHandler(
  logger,
  ({ kind, id, traceparent }: Traced<DeadlinePayload>) => ({
    trace: parseTraceparent(traceparent),
    fields: { kind, id },
  }),
  async ({ kind, id }) => {
    const outcome = await expireDeadline(service, { kind, id });
    logger.info('Deadline schedule fired', { outcome });
  },
);
