import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { decodeCursor, encodeCursor } from '../api/cursor';
import { type Clock, isoTime } from '../clock';
import { invalid, MusterError } from '../errors/muster-error';
import { DEFAULT_LIST_LIMIT, MAX_TOKENS_PER_AGENT } from '../limits';
import { requestHash } from '../request-hash';
import type { Table } from '../table/table';
import { type Agent, isReservedAgentId } from './agent';
import { findAgent, insertAgent, isRevoked, listAgents, replaceAgent } from './agent-repository';
import { type Caller, isAdmin } from './caller';
import { hashToken, newToken, repeatableToken } from './token';

export interface RegisterAgent {
  readonly id?: string | undefined;
  readonly name: string;
  readonly metadata?: Record<string, unknown> | undefined;
}

/** Ids made from idempotency keys live in a namespace of their own. */
const KEY_NAMESPACE = '0a6a4e0e-52f1-4a52-8f5b-6a1b9a8d7c21';

/** Each round lost means that another change of the same agent went through. */
const ATTEMPTS = 10;

export function requireAdmin(caller: Caller): void {
  if (!isAdmin(caller)) throw new MusterError('auth.forbidden', 'Only an admin may do this.');
}

const notFound = (agentId: string): MusterError =>
  new MusterError('agent.not-found', `There is no agent "${agentId}" that you may see.`);

/** @throws MusterError `agent.not-found` for anyone but the agent itself and admins. */
export async function readAgent(table: Table, caller: Caller, agentId: string): Promise<Agent> {
  const agent = caller.agentId === agentId || isAdmin(caller) ? await findAgent(table, agentId) : null;
  if (!agent) throw notFound(agentId);
  return agent;
}

/**
 * Registers an agent and makes its first token. 6 write units.
 *
 * With an `id` or an idempotency key the token is derived from the admin's own token, so that a repeat whose first
 * answer was lost gets the very same answer, although only the token's hash is stored.
 *
 * @param callersToken the bearer token of the request.
 * @throws MusterError `auth.forbidden`, `agent.exists`, `request.idempotency-key-reused`, `request.invalid`.
 */
export async function registerAgent(
  table: Table,
  now: Clock,
  caller: Caller,
  callersToken: string,
  input: RegisterAgent,
  key: string | undefined,
): Promise<{ agent: Agent; token: string }> {
  requireAdmin(caller);
  if (input.id !== undefined && isReservedAgentId(input.id)) {
    throw invalid('#/id', `"${input.id}" is reserved; "system" and ids that start with "muster:" are`);
  }
  const nowMs = now();
  const hash = requestHash(input);
  const fromKey = key === undefined ? undefined : uuidv5(`agent\n${caller.agentId}\n${key}`, KEY_NAMESPACE);
  const id = input.id ?? fromKey ?? uuidv7({ msecs: nowMs });
  const repeatable = input.id !== undefined || key !== undefined;
  const token = repeatable ? repeatableToken(callersToken, 'register', id, key ?? '', hash) : newToken();
  const agent: Agent = {
    id,
    name: input.name,
    metadata: input.metadata ?? null,
    active: true,
    createdAtMs: nowMs,
    createdBy: caller.agentId,
    deactivatedAtMs: null,
    deactivatedBy: null,
    tokens: new Map([[uuidv7({ msecs: nowMs }), { hash: hashToken(token), createdAtMs: nowMs }]]),
    version: 1,
    requestHash: requestHash({ ...input, key }),
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await insertAgent(table, agent)) return { agent, token };
    const first = await findAgent(table, id);
    if (!first) continue;
    // Tokens made since stand beside it, and a stored map has no order.
    const firstToken = [...first.tokens].find(([, made]) => made.hash === hashToken(token));
    if (first.requestHash === agent.requestHash && firstToken) {
      return { agent: { ...first, tokens: new Map([firstToken]) }, token };
    }
    if (input.id === undefined) {
      throw new MusterError('request.idempotency-key-reused', 'This idempotency key was used with another request.', {
        violations: [{ pointer: '#/idempotency-key', detail: 'was used with another request' }],
      });
    }
    throw new MusterError('agent.exists', `The id "${id}" is taken by another agent.`);
  }
  throw busy(id);
}

const busy = (id: string): MusterError =>
  new MusterError('store.busy', `Agent "${id}" is being changed by others; try again.`, {
    headers: { 'retry-after': '1' },
  });

export interface AgentPatch {
  readonly name?: string | undefined;
  readonly metadata?: Record<string, unknown> | null | undefined;
}

/** @throws MusterError `agent.not-found`, `agent.deactivated`. */
export async function patchAgent(table: Table, caller: Caller, agentId: string, patch: AgentPatch): Promise<Agent> {
  const { after } = await change(table, caller, agentId, (agent) => ({
    ...requireActive(agent),
    ...(patch.name !== undefined && { name: patch.name }),
    ...(patch.metadata !== undefined && { metadata: patch.metadata }),
  }));
  return after;
}

/** Revokes every token; repeating it changes nothing. @throws MusterError `auth.forbidden`, `agent.not-found`. */
export async function deactivateAgent(table: Table, now: Clock, caller: Caller, agentId: string): Promise<void> {
  if (agentId === caller.agentId) requireAdmin(caller);
  await change(table, caller, agentId, (agent) =>
    agent.active
      ? { ...agent, active: false, deactivatedAtMs: now(), deactivatedBy: caller.agentId, tokens: new Map() }
      : agent,
  );
}

export interface CreatedToken {
  readonly tokenId: string;
  readonly agentId: string;
  readonly createdAt: string;
  readonly token: string;
}

/** @throws MusterError `agent.not-found`, `agent.deactivated`, `agent.too-many-tokens`, `token.revoked`. */
export async function createToken(
  table: Table,
  now: Clock,
  caller: Caller,
  callersToken: string,
  agentId: string,
  key: string | undefined,
): Promise<CreatedToken> {
  const nowMs = now();
  const token = key === undefined ? newToken() : repeatableToken(callersToken, 'token', agentId, key);
  const hash = hashToken(token);
  if (key !== undefined && (await isRevoked(table, hash))) {
    throw new MusterError(
      'token.revoked',
      'The token made with this idempotency key has been revoked; use another key.',
    );
  }
  const { after } = await change(table, caller, agentId, (agent) => {
    requireActive(agent);
    if ([...agent.tokens.values()].some((existing) => existing.hash === hash)) return agent;
    if (agent.tokens.size >= MAX_TOKENS_PER_AGENT) {
      throw new MusterError('agent.too-many-tokens', `"${agentId}" has ${agent.tokens.size} tokens; revoke one first.`);
    }
    return { ...agent, tokens: new Map([...agent.tokens, [uuidv7({ msecs: nowMs }), { hash, createdAtMs: nowMs }]]) };
  });
  const made = [...after.tokens].find(([, existing]) => existing.hash === hash);
  if (!made) throw new Error('unreachable: the token was added above');
  return { tokenId: made[0], agentId, createdAt: isoTime(made[1].createdAtMs), token };
}

/** @throws MusterError `agent.not-found`, `token.not-found`. */
export async function revokeToken(table: Table, caller: Caller, agentId: string, tokenId: string): Promise<void> {
  await change(table, caller, agentId, (agent) => {
    if (!agent.tokens.has(tokenId)) {
      throw new MusterError('token.not-found', `Agent "${agentId}" has no token "${tokenId}".`);
    }
    return { ...agent, tokens: new Map([...agent.tokens].filter(([id]) => id !== tokenId)) };
  });
}

/** Admins only; by id. */
export async function readAgentList(
  table: Table,
  caller: Caller,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ agents: Agent[]; nextCursor: string | null }> {
  requireAdmin(caller);
  const { agents, more } = await listAgents(
    table,
    page.limit ?? DEFAULT_LIST_LIMIT,
    decodeCursor('agents', page.cursor),
  );
  const last = agents.at(-1);
  return { agents, nextCursor: more && last ? encodeCursor('agents', last.id) : null };
}

function requireActive(agent: Agent): Agent {
  if (!agent.active) throw new MusterError('agent.deactivated', `Agent "${agent.id}" is deactivated.`);
  return agent;
}

/** Read, decide, replace; again when somebody else was faster. `decide` answers the same object for "no change". */
async function change(
  table: Table,
  caller: Caller,
  agentId: string,
  decide: (agent: Agent) => Agent,
): Promise<{ after: Agent }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readAgent(table, caller, agentId);
    const after = decide(before);
    if (after === before || (await replaceAgent(table, before, after))) return { after };
  }
  throw busy(agentId);
}
