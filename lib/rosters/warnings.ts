import { findAgents } from '../agents/store';
import type { Table } from '../table/table';

export interface Warning {
  readonly code: 'agent.not-registered';
  readonly agentId: string;
  readonly detail: string;
}

/**
 * Warns of participants that were not registered at creation. Later registrations do not count, so that a repeat of the
 * creation warns of the same agents. Cost: half a read unit per participant.
 */
export async function unregisteredWarnings(
  table: Table,
  participants: readonly string[],
  createdAtMs: number,
): Promise<Warning[]> {
  const agents = await findAgents(table, participants);
  return participants
    .filter((participant) => {
      const agent = agents.get(participant);
      return !agent || agent.createdAtMs > createdAtMs || (agent.deactivatedAtMs ?? Infinity) <= createdAtMs;
    })
    .map((agentId) => ({
      code: 'agent.not-registered',
      agentId,
      detail: `"${agentId}" is not a registered agent yet; its messages wait in its inbox.`,
    }));
}
