import { transact, type TransactItem } from '../table/conditional-write';
import { agentKey, agentListKey, AGENTS_PARTITION, tokenKey } from '../table/keys';
import { queryPage } from '../table/query-page';
import { batchGet, getItem, type Item, type Table } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import type { Agent, AgentToken } from './agent';
import type { Caller } from '../http/caller';
import { sameHash } from './token';

interface StoredAgent {
  id: string;
  name: string;
  metadata?: string;
  active: boolean;
  createdAt: number;
  createdBy: string;
  deactivatedAt?: number;
  deactivatedBy?: string;
  reactivatedAt?: number;
  reactivatedBy?: string;
  tokens: Record<string, AgentToken>;
  version: number;
  requestHash: string;
}

function agentToItem(agent: Agent): Item {
  return {
    ...agentKey(agent.id),
    id: agent.id,
    name: agent.name,
    metadata: agent.metadata === null ? undefined : JSON.stringify(agent.metadata),
    active: agent.active,
    createdAt: agent.createdAtMs,
    createdBy: agent.createdBy,
    deactivatedAt: agent.deactivatedAtMs ?? undefined,
    deactivatedBy: agent.deactivatedBy ?? undefined,
    reactivatedAt: agent.reactivatedAtMs ?? undefined,
    reactivatedBy: agent.reactivatedBy ?? undefined,
    tokens: Object.fromEntries(agent.tokens),
    version: agent.version,
    requestHash: agent.requestHash,
    ...traceAttribute(),
  };
}

export function agentFromItem(item: Item): Agent {
  const stored = item as unknown as StoredAgent;
  return {
    id: stored.id,
    name: stored.name,
    metadata: stored.metadata === undefined ? null : (JSON.parse(stored.metadata) as Record<string, unknown>),
    active: stored.active,
    createdAtMs: stored.createdAt,
    createdBy: stored.createdBy,
    deactivatedAtMs: stored.deactivatedAt ?? null,
    deactivatedBy: stored.deactivatedBy ?? null,
    reactivatedAtMs: stored.reactivatedAt ?? null,
    reactivatedBy: stored.reactivatedBy ?? null,
    tokens: new Map(Object.entries(stored.tokens)),
    version: stored.version,
    requestHash: stored.requestHash,
  };
}

/** Strong read, 1 read unit per 4 KB. */
export async function findAgent(table: Table, agentId: string): Promise<Agent | null> {
  const item = await getItem(table, agentKey(agentId));
  return item && agentFromItem(item);
}

/** The registered ones among the ids. Half a read unit each; a registration within the last second may be missed. */
export async function findAgents(table: Table, agentIds: readonly string[]): Promise<Map<string, Agent>> {
  const items = await batchGet(table, agentIds.map(agentKey), { consistent: false });
  return new Map(items.map(agentFromItem).map((agent) => [agent.id, agent]));
}

/** Ordered by id. */
export async function listAgents(
  table: Table,
  limit: number,
  after: string | undefined,
): Promise<{ agents: Agent[]; more: boolean }> {
  const listed = await queryPage(table, { pk: AGENTS_PARTITION, limit, after });
  const ids = listed.items.map((item) => String(item['sk']));
  const items = await batchGet(table, ids.map(agentKey), { consistent: true });
  const agents = items.map(agentFromItem).sort((one, other) => (one.id < other.id ? -1 : 1));
  return { agents, more: listed.more };
}

/** Puts an agent, its first token and its entry in the list in one transaction. Returns false if the id is in use. */
export async function insertAgent(table: Table, agent: Agent): Promise<boolean> {
  const outcome = await transact(table, [
    { Put: { TableName: table.name, Item: agentToItem(agent), ConditionExpression: 'attribute_not_exists(pk)' } },
    { Put: { TableName: table.name, Item: agentListKey(agent.id) } },
    ...[...agent.tokens].map(([tokenId, token]) => putToken(table, agent, tokenId, token)),
  ]);
  return outcome === 'applied';
}

/**
 * Replaces an agent by its next state and writes the token items that differ, in one transaction. Returns false if the
 * agent was changed meanwhile; then read it again and decide anew.
 */
export async function replaceAgent(table: Table, before: Agent, after: Agent): Promise<boolean> {
  const made = [...after.tokens].filter(([tokenId]) => !before.tokens.has(tokenId));
  const revoked = [...before.tokens].filter(([tokenId]) => !after.tokens.has(tokenId));
  const outcome = await transact(table, [
    {
      Put: {
        TableName: table.name,
        Item: agentToItem({ ...after, version: before.version + 1 }),
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': before.version },
      },
    },
    ...made.map(([tokenId, token]) => putToken(table, after, tokenId, token)),
    // Not deleted: repeating the request with its key derives the same token, which must stay revoked.
    ...revoked.map(([, token]) => ({
      Put: { TableName: table.name, Item: { ...tokenKey(token.hash), revoked: true } },
    })),
  ]);
  return outcome === 'applied';
}

function putToken(table: Table, agent: Agent, tokenId: string, token: AgentToken): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: tokenItem(token.hash, { agentId: agent.id, role: 'agent', tokenId }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

export const tokenItem = (hash: string, caller: Caller): Item => ({ ...tokenKey(hash), hash, ...caller });

/** The caller that a token belongs to; null if it is unknown or revoked. Strong read, 1 read unit. */
export async function findCaller(table: Table, hash: string): Promise<Caller | null> {
  const item = await getItem(table, tokenKey(hash));
  if (!item || item['revoked'] === true || !sameHash(String(item['hash']), hash)) return null;
  return {
    agentId: String(item['agentId']),
    role: item['role'] === 'admin' ? 'admin' : 'agent',
    tokenId: String(item['tokenId']),
  };
}

/** Whether a token with this hash existed and was revoked. Strong read, 1 read unit. */
export async function isRevoked(table: Table, hash: string): Promise<boolean> {
  const item = await getItem(table, tokenKey(hash));
  return item?.['revoked'] === true;
}
