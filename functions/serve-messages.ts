import { createLogger } from '../lib/common/log';
import { requiredDays } from '../lib/common/settings';
import { serve } from '../lib/http/app';
import { messageApi } from '../lib/messages/api';
import { messageRoutes } from '../lib/messages/routes';
import { rosterReader } from '../lib/rosters/recipients';
import { openService } from '../lib/table/service';

const resources = openService();
const service = {
  ...resources,
  messageDays: requiredDays('MESSAGE_RETENTION_DAYS'),
  rosterReader: rosterReader(resources.table),
};

export const handler = serve(messageRoutes, messageApi(service), createLogger());
