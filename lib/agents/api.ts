import { type Api, created, noContent, ok, type RequestOf } from '../http/app';
import { bearerTokenOf } from '../http/bearer-token';
import type { Route } from '../http/route';
import type { Service } from '../table/service';
import { displayName, viewAgent } from './agent';
import { deactivateAgent, patchAgent, readAgent, readAgentList } from './manage';
import { registerAgent } from './register';
import type { agentRoutes } from './routes';
import { findAgent } from './store';
import { createToken, revokeToken } from './tokens';

export const agentApi = (service: Service): Api<typeof agentRoutes> => ({
  register: async ({ caller, body, headers, event }) => {
    const repeat = { key: headers['idempotency-key'], callersToken: callersTokenOf(event) };
    const { agent, token } = await registerAgent(service, caller, body, repeat);
    return created({ agent: viewAgent(agent), token }, `/v1/agents/${agent.id}`);
  },
  list: async ({ caller, query }) => {
    const { items, nextCursor } = await readAgentList(service, caller, query);
    return ok({ items: items.map(viewAgent), nextCursor });
  },
  get: async ({ caller, params }) => ok(viewAgent(await readAgent(service, caller, params.agentId))),
  patch: async ({ caller, params, body }) => ok(viewAgent(await patchAgent(service, caller, params.agentId, body))),
  deactivate: async ({ caller, params }) => {
    await deactivateAgent(service, caller, params.agentId);
    return noContent();
  },
  createToken: async ({ caller, params: { agentId }, headers, event }) => {
    const repeat = { key: headers['idempotency-key'], callersToken: callersTokenOf(event) };
    const token = await createToken(service, caller, agentId, repeat);
    return created(token, `/v1/agents/${agentId}/tokens/${token.tokenId}`);
  },
  revokeToken: async ({ caller, params: { agentId, tokenId } }) => {
    await revokeToken(service, caller, agentId, tokenId);
    return noContent();
  },
  me: async ({ caller: { agentId, role, tokenId } }) => {
    const name = displayName(agentId, await findAgent(service.table, agentId));
    return ok({ id: agentId, name, role, tokenId });
  },
});

/** Present, because the authorizer accepted the request. */
const callersTokenOf = ({ headers }: RequestOf<Route>['event']): string =>
  bearerTokenOf(headers['authorization']) ?? '';
