import { createLogger } from '../lib/common/log';
import { serve } from '../lib/http/app';
import { syncPointApi } from '../lib/sync-points/api';
import { syncPointRoutes } from '../lib/sync-points/routes';
import { openService } from '../lib/table/service';

const service = { ...openService(), rosters: new Map() };

export const handler = serve(syncPointRoutes, syncPointApi(service), createLogger());
