/** Which agents are listed, kept in the address. */
import type { AgentEntry } from '@muster/client';

const SHOWN = ['all', 'present', 'lost', 'away', 'deactivated'] as const;

export type AgentState = Exclude<(typeof SHOWN)[number], 'all'>;

export interface AgentFilter {
  readonly search: string;
  readonly show: AgentState | 'all';
}

export const agentChoices: readonly (readonly [AgentFilter['show'], string])[] = [
  ['all', 'All'],
  ['present', 'Present'],
  ['lost', 'Lost'],
  ['away', 'Not checked in'],
  ['deactivated', 'Deactivated'],
];

export function readAgentFilter(query: Readonly<Record<string, string>>): AgentFilter {
  return { search: query['q'] ?? '', show: SHOWN.find((each) => each === query['show']) ?? 'all' };
}

export function agentsUrl({ search, show }: AgentFilter): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('q', search);
  if (show !== 'all') query.set('show', show);
  return query.size > 0 ? `/agents?${query}` : '/agents';
}

export const stateOf = ({ active, presence }: AgentEntry): AgentState =>
  active ? (presence?.status ?? 'away') : 'deactivated';

/** Who is missing comes first. */
const RANKS: Readonly<Record<AgentState, number>> = { lost: 0, present: 1, away: 2, deactivated: 3 };

/** Those asked for, the lost ones first, by id among equals. */
export function filterAgents(agents: readonly AgentEntry[], { search, show }: AgentFilter): AgentEntry[] {
  const text = search.trim().toLowerCase();
  return agents
    .filter((agent) => {
      if (show !== 'all' && stateOf(agent) !== show) return false;
      return text === '' || agent.id.toLowerCase().includes(text) || agent.name.toLowerCase().includes(text);
    })
    .sort((a, b) => RANKS[stateOf(a)] - RANKS[stateOf(b)] || (a.id < b.id ? -1 : 1));
}
