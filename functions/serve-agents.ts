import { agentApi } from '../lib/agents/api';
import { agentRoutes } from '../lib/agents/routes';
import { createLogger } from '../lib/common/log';
import { serve } from '../lib/http/app';
import { openService } from '../lib/table/service';

export const handler = serve(agentRoutes, agentApi(openService()), createLogger());
