import { displayName, viewAgent } from '../lib/agents/agent';
import { findAgent } from '../lib/agents/agent-repository';
import {
  createToken,
  deactivateAgent,
  patchAgent,
  readAgent,
  readAgentList,
  registerAgent,
  revokeToken,
} from '../lib/agents/agent-service';
import { bearerTokenOf } from '../lib/agents/token';
import { agentRoutes as routes } from '../lib/api/agent-routes';
import { asLambdaHandler, createAuthenticatedApi } from '../lib/api/api';
import { serveRoute } from '../lib/api/serve-route';
import { systemClock as now } from '../lib/clock';
import { requiredSetting } from '../lib/configuration';
import { createLogger } from '../lib/logging/create-logger';
import { openTable } from '../lib/table/table';

const table = openTable(requiredSetting('TABLE_NAME'));
const api = createAuthenticatedApi(createLogger());

/** The authorizer let the request through, so there is one. */
const tokenOf = (authorization: string | undefined): string => bearerTokenOf(authorization) ?? '';

serveRoute(api, routes.register, async (c) => {
  const { 'idempotency-key': key } = c.req.valid('header');
  const callersToken = tokenOf(c.req.header('authorization'));
  const { agent, token } = await registerAgent(table, now, c.var.caller, callersToken, c.req.valid('json'), key);
  return c.json({ agent: viewAgent(agent), token }, 201, { location: `/v1/agents/${agent.id}` });
});

serveRoute(api, routes.list, async (c) => {
  const { agents, nextCursor } = await readAgentList(table, c.var.caller, c.req.valid('query'));
  return c.json({ items: agents.map(viewAgent), nextCursor }, 200);
});

serveRoute(api, routes.get, async (c) =>
  c.json(viewAgent(await readAgent(table, c.var.caller, c.req.valid('param').agentId)), 200),
);

serveRoute(api, routes.patch, async (c) =>
  c.json(viewAgent(await patchAgent(table, c.var.caller, c.req.valid('param').agentId, c.req.valid('json'))), 200),
);

serveRoute(api, routes.deactivate, async (c) => {
  await deactivateAgent(table, now, c.var.caller, c.req.valid('param').agentId);
  return c.body(null, 204);
});

serveRoute(api, routes.createToken, async (c) => {
  const { agentId } = c.req.valid('param');
  const { 'idempotency-key': key } = c.req.valid('header');
  const callersToken = tokenOf(c.req.header('authorization'));
  const created = await createToken(table, now, c.var.caller, callersToken, agentId, key);
  return c.json(created, 201, { location: `/v1/agents/${agentId}/tokens/${created.tokenId}` });
});

serveRoute(api, routes.revokeToken, async (c) => {
  const { agentId, tokenId } = c.req.valid('param');
  await revokeToken(table, c.var.caller, agentId, tokenId);
  return c.body(null, 204);
});

serveRoute(api, routes.me, async (c) => {
  const { agentId, role, tokenId } = c.var.caller;
  const name = displayName(agentId, await findAgent(table, agentId));
  return c.json({ id: agentId, name, role, tokenId }, 200);
});

export const handler = asLambdaHandler(api);
