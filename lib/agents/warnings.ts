import { isoTime } from '../common/clock';
import type { Service } from '../table/service';
import { findPresences } from './check-in';
import { isKept } from './presence';
import { findAgents } from './store';

export interface Warning {
  readonly code: 'agent.not-registered' | 'agent.deactivated' | 'agent.lost';
  readonly agentId: string;
  readonly detail: string;
}

/**
 * Warns of agents that were not registered, or not active, at the creation of what concerns them; a later registration
 * or deactivation does not count, so that a repeat of the creation warns of the same. Cost: half a read unit per agent.
 */
export async function agentWarnings(
  { table }: Pick<Service, 'table'>,
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

/**
 * Warns of agents that are lost now: their next lapse would be noticed, not the one before. Cost: half a read unit per
 * agent.
 */
export async function lostWarnings({ table, now }: Service, agentIds: readonly string[]): Promise<Warning[]> {
  const presences = await findPresences(table, agentIds, { consistent: false });
  const nowMs = now();
  return agentIds.flatMap((agentId): Warning[] => {
    const presence = presences.get(agentId);
    if (!presence || presence.state === 'out' || isKept(presence, nowMs)) return [];
    const since = isoTime(presence.untilMs);
    const detail = `"${agentId}" is lost since ${since}; whenLost concerns only a loss that is still to come.`;
    return [{ code: 'agent.lost', agentId, detail }];
  });
}
