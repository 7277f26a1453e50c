import { requireAdmin } from '../lib/agents/agent-service';
import { asLambdaHandler, createAuthenticatedApi } from '../lib/api/api';
import { eventRoutes as routes } from '../lib/api/event-routes';
import { serveRoute } from '../lib/api/serve-route';
import { requiredSetting } from '../lib/configuration';
import { viewEvent } from '../lib/events/event';
import { readFeed } from '../lib/events/event-feed';
import { createLogger } from '../lib/logging/create-logger';
import { openTable } from '../lib/table/table';

const table = openTable(requiredSetting('TABLE_NAME'));
const api = createAuthenticatedApi(createLogger());

serveRoute(api, routes.list, async (c) => {
  requireAdmin(c.var.caller);
  const { since, order, ...filter } = c.req.valid('query');
  const { items, nextCursor } = await readFeed(table, {
    ...filter,
    sinceMs: since === undefined ? undefined : Date.parse(since),
    newestFirst: order === 'newest',
  });
  return c.json({ items: items.map(viewEvent), nextCursor }, 200);
});

export const handler = asLambdaHandler(api);
