import { isoTime } from '../common/clock';
import { busy, MusterError } from '../common/errors';
import { DEFAULT_LIST_LIMIT } from '../common/limits';
import { type Caller, isAdmin, requireAdmin } from '../http/caller';
import { decodeCursor, encodeCursor } from '../table/cursor';
import type { Service } from '../table/service';
import type { Agent } from './agent';
import type { UpdateAgent } from './routes';
import { findAgent, listAgents, replaceAgent } from './store';

/** Each lost round means that another change of the same agent succeeded. */
export const ATTEMPTS = 10;

const notFound = (agentId: string): MusterError =>
  new MusterError('agent.not-found', `Agent "${agentId}" does not exist, or you may not see or change it.`);

/** @throws MusterError `agent.not-found` for all but the agent itself and admins. */
export async function readAgent({ table }: Pick<Service, 'table'>, caller: Caller, agentId: string): Promise<Agent> {
  const agent = seesAll(caller, agentId) ? await findAgent(table, agentId) : null;
  if (!agent) throw notFound(agentId);
  return agent;
}

/** Of the stage: whether any agent may look up another. */
export interface Directory {
  readonly agentDirectory: boolean;
}

/** For those who may look up others. @throws MusterError `agent.not-found`. */
export async function lookUpAgent(
  service: Pick<Service, 'table'> & Directory,
  caller: Caller,
  agentId: string,
): Promise<Agent> {
  if (!service.agentDirectory) return readAgent(service, caller, agentId);
  const agent = await findAgent(service.table, agentId);
  if (!agent) throw notFound(agentId);
  return agent;
}

/** Others see only the card of an agent (see viewCard). */
export const seesAll = (caller: Caller, agentId: string): boolean => caller.agentId === agentId || isAdmin(caller);

export const agentBusy = (id: string): MusterError => busy(`Other requests are changing agent "${id}"; try again.`);

/** @throws MusterError `agent.not-found`, `agent.deactivated`. */
export async function patchAgent(
  service: Service,
  caller: Caller,
  agentId: string,
  patch: UpdateAgent,
): Promise<Agent> {
  const { after } = await changeAgent(service, caller, agentId, (agent) => ({
    ...requireActive(agent),
    ...(patch.name !== undefined && { name: patch.name }),
    ...(patch.metadata !== undefined && { metadata: patch.metadata }),
  }));
  return after;
}

/** Revokes every token; a repeat changes nothing. @throws MusterError `auth.forbidden`, `agent.not-found`. */
export async function deactivateAgent(service: Service, caller: Caller, agentId: string): Promise<void> {
  if (agentId === caller.agentId) requireAdmin(caller);
  await changeAgent(service, caller, agentId, (agent) =>
    agent.active
      ? {
          ...agent,
          active: false,
          // By a clock behind the one of the reactivation, it would come before it.
          deactivatedAtMs: Math.max(service.now(), agent.reactivatedAtMs ?? 0),
          deactivatedBy: caller.agentId,
          tokens: new Map(),
        }
      : agent,
  );
}

/** Ordered by id. @throws MusterError `auth.forbidden` for agents, where they may not look each other up. */
export async function readAgentList(
  { table, agentDirectory }: Service & Directory,
  caller: Caller,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: Agent[]; nextCursor: string | null }> {
  if (!agentDirectory) requireAdmin(caller);
  const { agents, more } = await listAgents(
    table,
    page.limit ?? DEFAULT_LIST_LIMIT,
    decodeCursor('agents', page.cursor),
  );
  const last = agents.at(-1);
  return { items: agents, nextCursor: more && last ? encodeCursor('agents', last.id) : null };
}

export function requireActive(agent: Agent): Agent {
  if (!agent.active) throw deactivated(agent);
  return agent;
}

export const deactivated = ({ id, deactivatedAtMs }: Agent): MusterError =>
  new MusterError(
    'agent.deactivated',
    `Agent "${id}" was deactivated on ${isoTime(deactivatedAtMs ?? 0)}; POST /v1/agents/${id}/reactivate brings it back.`,
  );

/**
 * Reads, decides and replaces; retries if a concurrent change came first. `decide` returns the same object for "no
 * change".
 */
export async function changeAgent(
  service: Service,
  caller: Caller,
  agentId: string,
  decide: (agent: Agent) => Agent,
): Promise<{ after: Agent }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readAgent(service, caller, agentId);
    const after = decide(before);
    if (after === before || (await replaceAgent(service.table, before, after))) return { after };
  }
  throw agentBusy(agentId);
}
