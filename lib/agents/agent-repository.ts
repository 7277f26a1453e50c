import { GetCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { agentKey, agentListKey, AGENTS_PARTITION, tokenKey } from '../table/keys';
import { queryPage } from '../table/query-page';
import { batchGet, type Item, type Table } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import type { Agent, AgentToken } from './agent';
import type { Caller } from './caller';
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
  tokens: Record<string, AgentToken>;
  version: number;
  requestHash: string;
}

export function agentToItem(agent: Agent): Item {
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
    tokens: new Map(Object.entries(stored.tokens)),
    version: stored.version,
    requestHash: stored.requestHash,
  };
}

/** Strong read, 1 read unit per 4 KB. */
export async function findAgent(table: Table, agentId: string): Promise<Agent | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: agentKey(agentId), ConsistentRead: true }),
  );
  return Item ? agentFromItem(Item) : null;
}

/** Those of the ids that are registered. Half a read unit each; a registration of the last second may be missed. */
export async function findAgents(table: Table, agentIds: readonly string[]): Promise<Map<string, Agent>> {
  const items = await batchGet(table, agentIds.map(agentKey), { consistent: false });
  return new Map(items.map(agentFromItem).map((agent) => [agent.id, agent]));
}

/** By id, in the order of the ids. */
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

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Agent, its first token and its place in the list, in one transaction. false: the id is taken. */
export async function insertAgent(table: Table, agent: Agent): Promise<boolean> {
  return transact(table, [
    { Put: { TableName: table.name, Item: agentToItem(agent), ConditionExpression: 'attribute_not_exists(pk)' } },
    { Put: { TableName: table.name, Item: agentListKey(agent.id) } },
    ...[...agent.tokens].map(([tokenId, token]) => putToken(table, agent, tokenId, token)),
  ]);
}

/**
 * Replaces an agent by its next state and makes or removes the token items that differ, in one transaction.
 * false: somebody else changed the agent meanwhile; read again and decide anew.
 */
export async function replaceAgent(table: Table, before: Agent, after: Agent): Promise<boolean> {
  const made = [...after.tokens].filter(([tokenId]) => !before.tokens.has(tokenId));
  const revoked = [...before.tokens].filter(([tokenId]) => !after.tokens.has(tokenId));
  return transact(table, [
    {
      Put: {
        TableName: table.name,
        Item: agentToItem({ ...after, version: before.version + 1 }),
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': before.version },
      },
    },
    ...made.map(([tokenId, token]) => putToken(table, after, tokenId, token)),
    // Not deleted: a token that can be made again, by repeating a request with its key, must not come back to life.
    ...revoked.map(([, token]) => ({
      Put: { TableName: table.name, Item: { ...tokenKey(token.hash), revoked: true } },
    })),
  ]);
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

async function transact(table: Table, TransactItems: TransactItem[]): Promise<boolean> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = new Set((error.CancellationReasons ?? []).map((reason) => reason.Code));
    if (codes.has('ConditionalCheckFailed') || codes.has('TransactionConflict')) return false;
    throw error;
  }
}

/** Who a token stands for; null for an unknown or revoked one. Strong read, 1 read unit. */
export async function findCaller(table: Table, hash: string): Promise<Caller | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: tokenKey(hash), ConsistentRead: true }),
  );
  if (!Item || Item['revoked'] === true || !sameHash(String(Item['hash']), hash)) return null;
  return {
    agentId: String(Item['agentId']),
    role: Item['role'] === 'admin' ? 'admin' : 'agent',
    tokenId: String(Item['tokenId']),
  };
}

/** Whether a token of this hash existed and was revoked. Strong read, 1 read unit. */
export async function isRevoked(table: Table, hash: string): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: tokenKey(hash), ConsistentRead: true }),
  );
  return Item?.['revoked'] === true;
}
