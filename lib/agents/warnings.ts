import type { Table } from '../table/table';
import { findAgents } from './store';

export interface Warning {
  readonly code: 'agent.not-registered' | 'agent.deactivated';
  readonly agentId: string;
  readonly detail: string;
}

/**
 * Warns of agents that were not registered, or not active, at the creation of what concerns them. Later changes do not
 * count, so that a repeat of the creation warns of the same agents. Cost: half a read unit per agent.
 */
export async function agentWarnings(
  table: Table,
  agentIds: readonly string[],
  createdAtMs: number,
): Promise<Warning[]> {
  const agents = await findAgents(table, agentIds);
  return agentIds.flatMap((agentId): Warning[] => {
    const agent = agents.get(agentId);
    if (!agent || agent.createdAtMs > createdAtMs) {
      const detail = `"${agentId}" is not a registered agent yet; its messages wait in its inbox.`;
      return [{ code: 'agent.not-registered', agentId, detail }];
    }
    if ((agent.deactivatedAtMs ?? Infinity) > createdAtMs) return [];
    const detail = `"${agentId}" is deactivated, so nobody can act as it; its messages wait in its inbox.`;
    return [{ code: 'agent.deactivated', agentId, detail }];
  });
}
