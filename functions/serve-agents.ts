import { agentApi } from '../lib/agents/api';
import { agentRoutes } from '../lib/agents/routes';
import { createLogger } from '../lib/common/log';
import { requiredBoolean } from '../lib/common/settings';
import { serve } from '../lib/http/app';
import { openService } from '../lib/table/service';

const service = { ...openService(), agentDirectory: requiredBoolean('AGENT_DIRECTORY') };

export const handler = serve(agentRoutes, agentApi(service), createLogger());
