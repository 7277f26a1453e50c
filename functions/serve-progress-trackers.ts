import { createLogger } from '../lib/common/log';
import { serve } from '../lib/http/app';
import { trackerApi } from '../lib/trackers/api';
import { trackerRoutes } from '../lib/trackers/routes';
import { openService } from '../lib/table/service';

const service = { ...openService(), rosters: new Map() };

export const handler = serve(trackerRoutes, trackerApi(service), createLogger());
