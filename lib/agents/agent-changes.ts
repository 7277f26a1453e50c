import type { Change } from '../dispatcher/change';
import { type Dispatcher, recordEvents } from '../dispatcher/dispatcher';
import { newEvent } from '../events/event';
import { agentFromItem } from './agent-repository';

/** Registration and deactivation are events; other changes of an agent are not. */
export async function dispatchAgentChange(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (!after) return;
  const agent = agentFromItem(after);
  if (!before) {
    const details = { name: agent.name };
    const registered = newEvent('AGENT_REGISTERED', agent.id, agent.createdBy, agent.createdAtMs, details);
    await recordEvents(dispatcher, 'AGENT', [registered]);
  }
  // In this order, so that an item that was mended by hand says nothing by what it was before.
  if (agent.deactivatedAtMs !== null && (!before || agentFromItem(before).active)) {
    const by = agent.deactivatedBy ?? agent.createdBy;
    await recordEvents(dispatcher, 'AGENT', [newEvent('AGENT_DEACTIVATED', agent.id, by, agent.deactivatedAtMs, {})]);
  }
}
