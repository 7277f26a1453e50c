/** What the service says of agents that a tool names and that may not take part. */
import { names, SHOWN } from '../text';

interface Warning {
  readonly code: string;
  readonly agentId: string;
}

/** By code: what is so, and what to do. */
const SENTENCES: Readonly<Record<string, (ids: string) => string>> = {
  'agent.not-registered': (ids) =>
    `Not registered yet: ${ids}. That is fine if you are about to start them; else check the ids with find_agents.`,
  'agent.deactivated': (ids) => `Deactivated: ${ids}. Nobody can act as them; choose others, or ask a person.`,
  'agent.lost': (ids) => `Lost, as they have missed a check-in: ${ids}. Do not rely on them; choose a deadline.`,
};

/** Begins with a space, as it follows a sentence. */
export const warningText = (warnings: readonly Warning[] = []): string =>
  Object.entries(SENTENCES)
    .map(([code, sentence]) => {
      const ids = warnings.filter((warning) => warning.code === code).map(({ agentId }) => agentId);
      return ids.length === 0 ? '' : ` ${sentence(names(ids))}`;
    })
    .join('');

/** The first of them; there may be as many as participants. */
export const firstWarnings = (warnings: readonly Warning[] = []) =>
  warnings.slice(0, SHOWN).map(({ agentId, code }) => ({ agentId, code }));
