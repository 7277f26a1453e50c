import { asLambdaHandler, createAuthenticatedApi } from '../lib/api/api';
import { inboxRoutes as routes } from '../lib/api/inbox-routes';
import { serveRoute } from '../lib/api/serve-route';
import { systemClock as now } from '../lib/clock';
import { requiredSetting } from '../lib/configuration';
import { createLogger } from '../lib/logging/create-logger';
import { acknowledge, waitForInbox } from '../lib/messages/inbox-repository';
import { viewInboxMessage } from '../lib/messages/message';
import { openTable } from '../lib/table/table';

const table = openTable(requiredSetting('TABLE_NAME'));
const api = createAuthenticatedApi(createLogger());

serveRoute(api, routes.list, async (c) => {
  const { wait = 0, unacknowledged, ...rest } = c.req.valid('query');
  const filter = { ...rest, unacknowledged: unacknowledged === 'true' };
  const { items, nextCursor } = await waitForInbox(table, now, c.var.caller.agentId, filter, wait * 1_000);
  return c.json({ items: items.map(viewInboxMessage), nextCursor }, 200);
});

serveRoute(api, routes.acknowledge, async (c) => {
  const message = await acknowledge(table, now, c.var.caller.agentId, c.req.valid('param').messageId);
  return c.json(viewInboxMessage(message), 200);
});

export const handler = asLambdaHandler(api);
