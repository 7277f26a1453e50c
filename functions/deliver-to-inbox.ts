import { createLogger } from '../lib/common/log';
import { createMetricRecorder } from '../lib/common/metric-recorder';
import { requiredDays } from '../lib/common/settings';
import { consumeQueue } from '../lib/messages/deliver';
import { openService } from '../lib/table/service';

/** Queue behind the topic → inboxes. */
export const handler = consumeQueue({
  service: openService(),
  messageDays: requiredDays('MESSAGE_RETENTION_DAYS'),
  metrics: createMetricRecorder(),
  log: createLogger(),
});
