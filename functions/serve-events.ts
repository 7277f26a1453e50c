import { eventApi } from '../lib/events/api';
import { eventRoutes } from '../lib/events/routes';
import { createLogger } from '../lib/common/log';
import { serve } from '../lib/http/app';
import { openService } from '../lib/table/service';

export const handler = serve(eventRoutes, eventApi(openService()), createLogger());
