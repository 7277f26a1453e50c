import { createLogger } from '../lib/common/log';
import { serve } from '../lib/http/app';
import { inboxApi } from '../lib/messages/inbox-api';
import { inboxRoutes } from '../lib/messages/inbox-routes';
import { openService } from '../lib/table/service';

export const handler = serve(inboxRoutes, inboxApi(openService()), createLogger());
