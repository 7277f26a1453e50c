import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { systemClock as now } from '../lib/clock';
import { requiredSetting } from '../lib/configuration';
import { expireDeadline } from '../lib/deadlines/expire-deadline';
import { type DeadlinePayload, scheduleSetterFromEnvironment, type Traced } from '../lib/deadlines/schedules';
import { createLogger } from '../lib/logging/create-logger';
import { scopedHandler } from '../lib/logging/scoped-handler';
import { openTable } from '../lib/table/table';
import { parseTraceparent } from '../lib/tracing/trace-context';

const logger = createLogger();
const table = openTable(requiredSetting('TABLE_NAME'));
const schedules = scheduleSetterFromEnvironment(new SchedulerClient({}), now);

/** Target of the one-time schedules. Fired late, twice or after the deadline moved, it does what the pages say. */
export const handler = scopedHandler(
  logger,
  ({ kind, id, traceparent }: Traced<DeadlinePayload>) => ({
    trace: parseTraceparent(traceparent),
    fields: { kind, id },
  }),
  async ({ kind, id }) => {
    const outcome = await expireDeadline(table, now, schedules, { kind, id });
    logger.info('A deadline schedule fired', { outcome });
  },
);
