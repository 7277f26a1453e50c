import { isoTime, isoTimeOrNull } from '../clock';

export interface AgentToken {
  readonly hash: string;
  readonly createdAtMs: number;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly metadata: Record<string, unknown> | null;
  readonly active: boolean;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly deactivatedAtMs: number | null;
  readonly deactivatedBy: string | null;
  /** Token id → hash and time. */
  readonly tokens: ReadonlyMap<string, AgentToken>;
  /** Raised by every change, so that two changes at once can't undo each other. */
  readonly version: number;
  readonly requestHash: string;
}

/** Whom admin tokens made outside the API stand for; not a registered agent. */
export const OPERATOR = 'muster:operator';

/** Not an object: an agent may be called `constructor`. */
const SERVICE_NAMES: ReadonlyMap<string, string> = new Map([
  ['system', 'Muster'],
  [OPERATOR, 'Operator'],
]);

/** The name to show for an id: the agent's, or the id itself while it is not registered. */
export const displayName = (id: string, agent: Agent | null | undefined): string =>
  agent?.name ?? SERVICE_NAMES.get(id) ?? id;

/** Ids that stand for no agent: the service itself and tokens made outside the API. */
export const isReservedAgentId = (id: string): boolean => id === 'system' || id.startsWith('muster:');

export const viewAgent = (agent: Agent) => ({
  id: agent.id,
  name: agent.name,
  active: agent.active,
  createdAt: isoTime(agent.createdAtMs),
  deactivatedAt: isoTimeOrNull(agent.deactivatedAtMs),
  metadata: agent.metadata,
  tokens: [...agent.tokens].map(([id, token]) => ({ id, createdAt: isoTime(token.createdAtMs) })),
});
