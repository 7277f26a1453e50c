import { createLogger } from '../lib/common/log';
import { optionalList, requiredBoolean, requiredDays } from '../lib/common/settings';
import { serve } from '../lib/http/app';
import { mcpApi } from '../lib/mcp/api';
import { mcpRoutes } from '../lib/mcp/routes';
import { openService } from '../lib/table/service';
import packageJson from '../package.json' with { type: 'json' };

const log = createLogger();
const service = {
  ...openService(),
  agentDirectory: requiredBoolean('AGENT_DIRECTORY'),
  messageDays: requiredDays('MESSAGE_RETENTION_DAYS'),
};

export const handler = serve(
  mcpRoutes,
  mcpApi(service, { corsOrigins: optionalList('CORS_ORIGINS'), version: packageJson.version, log }),
  log,
);
