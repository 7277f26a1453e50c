import { isoTime, isoTimeOrNull } from '../common/clock';
import { type Presence, viewPresence } from './presence';

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
  /** The latest reactivation; null: it was never deactivated, or has not been brought back yet. */
  readonly reactivatedAtMs: number | null;
  readonly reactivatedBy: string | null;
  /** Token id → hash and time. */
  readonly tokens: ReadonlyMap<string, AgentToken>;
  /** Incremented by every change, so that concurrent changes cannot undo each other. */
  readonly version: number;
  readonly requestHash: string;
}

/** The agent id of admin tokens that were created outside the API; not a registered agent. */
export const OPERATOR = 'muster:operator';

/** A Map and not an object, because an agent may be called `constructor`. */
const SERVICE_NAMES: ReadonlyMap<string, string> = new Map([
  ['system', 'Muster'],
  [OPERATOR, 'Operator'],
]);

/** The display name for an id: the name of the agent, or the id itself if it is not registered. */
export const displayName = (id: string, agent: Agent | null | undefined): string =>
  agent?.name ?? SERVICE_NAMES.get(id) ?? id;

/** Reserved ids: the service itself, and admin tokens that were created outside the API. */
export const isReservedAgentId = (id: string): boolean => id === 'system' || id.startsWith('muster:');

/** What any agent may know of another. */
export const viewCard = (agent: Agent, presence: Presence | null | undefined, nowMs: number) => ({
  id: agent.id,
  name: agent.name,
  role: 'agent' as const,
  active: agent.active,
  presence: viewPresence(presence, nowMs),
});

/** For admins and the agent itself. */
export const viewAgent = (agent: Agent, presence: Presence | null | undefined, nowMs: number) => ({
  ...viewCard(agent, presence, nowMs),
  createdAt: isoTime(agent.createdAtMs),
  deactivatedAt: isoTimeOrNull(agent.deactivatedAtMs),
  metadata: agent.metadata,
  tokens: [...agent.tokens].map(([id, token]) => ({ id, createdAt: isoTime(token.createdAtMs) })),
});
