import { type Api, created, noContent, ok, type RequestOf } from '../http/app';
import { bearerTokenOf } from '../http/bearer-token';
import type { Caller } from '../http/caller';
import type { Route } from '../http/route';
import type { Service } from '../table/service';
import { type Agent, displayName, viewAgent, viewCard } from './agent';
import { checkIn, checkOut, findPresence, findPresences } from './check-in';
import { deactivateAgent, type Directory, lookUpAgent, patchAgent, readAgentList, seesAll } from './manage';
import { type Presence, viewPresence } from './presence';
import { registerAgent } from './register';
import type { agentRoutes } from './routes';
import { findAgent } from './store';
import { createToken, reactivateAgent, revokeToken } from './tokens';

export function agentApi(service: Service & Directory): Api<typeof agentRoutes> {
  const { table, now } = service;
  const viewAll = async (agent: Agent) => viewAgent(agent, await findPresence(table, agent.id), now());
  const viewFor = (caller: Caller, agent: Agent, presence: Presence | null | undefined) =>
    seesAll(caller, agent.id) ? viewAgent(agent, presence, now()) : viewCard(agent, presence, now());
  return {
    register: async ({ caller, body, headers, event }) => {
      const repeat = { key: headers['idempotency-key'], callersToken: callersTokenOf(event) };
      const { agent, token } = await registerAgent(service, caller, body, repeat);
      return created({ agent: await viewAll(agent), token }, `/v1/agents/${agent.id}`);
    },
    list: async ({ caller, query }) => {
      const { items, nextCursor } = await readAgentList(service, caller, query);
      const presences = await findPresences(
        table,
        items.map(({ id }) => id),
      );
      return ok({ items: items.map((agent) => viewFor(caller, agent, presences.get(agent.id))), nextCursor });
    },
    get: async ({ caller, params: { agentId } }) => {
      const agent = await lookUpAgent(service, caller, agentId);
      return ok(viewFor(caller, agent, await findPresence(table, agentId)));
    },
    patch: async ({ caller, params, body }) =>
      ok(await viewAll(await patchAgent(service, caller, params.agentId, body))),
    deactivate: async ({ caller, params }) => {
      await deactivateAgent(service, caller, params.agentId);
      return noContent();
    },
    reactivate: async ({ caller, params, headers, event }) => {
      const repeat = { key: headers['idempotency-key'], callersToken: callersTokenOf(event) };
      const { agent, token } = await reactivateAgent(service, caller, params.agentId, repeat);
      return created({ agent: await viewAll(agent), token }, `/v1/agents/${agent.id}`);
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
    checkIn: async ({ caller, body: { ttlSeconds } }) => {
      const presence = viewPresence(await checkIn(service, caller.agentId, ttlSeconds), now());
      if (!presence) throw new Error('unreachable: it has checked in');
      return ok(presence);
    },
    checkOut: async ({ caller }) => {
      await checkOut(service, caller.agentId);
      return noContent();
    },
  };
}

/** Present, because the authorizer accepted the request. */
const callersTokenOf = ({ headers }: RequestOf<Route>['event']): string =>
  bearerTokenOf(headers['authorization']) ?? '';
