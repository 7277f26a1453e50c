import { asLambdaHandler, createAuthenticatedApi } from '../lib/api/api';
import { messageRoutes as routes } from '../lib/api/message-routes';
import { serveRoute } from '../lib/api/serve-route';
import { systemClock as now } from '../lib/clock';
import { requiredDays, requiredSetting } from '../lib/configuration';
import { createLogger } from '../lib/logging/create-logger';
import { readSentMessage, sendMessage, viewSentMessage } from '../lib/messages/send-message';
import { openTable } from '../lib/table/table';

const table = openTable(requiredSetting('TABLE_NAME'));
const messageDays = requiredDays('MESSAGE_RETENTION_DAYS');
const api = createAuthenticatedApi(createLogger());

serveRoute(api, routes.send, async (c) => {
  const { 'idempotency-key': key } = c.req.valid('header');
  const message = await sendMessage(table, now, c.var.caller, c.req.valid('json'), key, messageDays);
  return c.json(await viewSentMessage(table, message), 201, { location: `/v1/messages/${message.id}` });
});

serveRoute(api, routes.get, async (c) => {
  const message = await readSentMessage(table, c.var.caller, c.req.valid('param').id);
  return c.json(await viewSentMessage(table, message), 200);
});

export const handler = asLambdaHandler(api);
