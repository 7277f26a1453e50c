import type { Change } from '../change';
import { recordEvents } from '../../events/store';
import type { Dispatcher } from '../dispatcher';
import { newEvent } from '../../events/event';
import { agentFromItem } from '../../agents/store';

/** Registration, deactivation and reactivation are events; other changes of an agent are not. */
export async function onAgent(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (!after) return;
  const agent = agentFromItem(after);
  if (!before) {
    await recordEvents(dispatcher, 'AGENT', [
      newEvent({
        type: 'AGENT_REGISTERED',
        relatedId: agent.id,
        agentId: agent.createdBy,
        timestampMs: agent.createdAtMs,
        details: { name: agent.name },
      }),
    ]);
  }
  // In this order, so that the old image of an item that was repaired by hand causes no event.
  if (agent.deactivatedAtMs !== null && (!before || agentFromItem(before).active)) {
    await recordEvents(dispatcher, 'AGENT', [
      newEvent({
        type: 'AGENT_DEACTIVATED',
        relatedId: agent.id,
        agentId: agent.deactivatedBy ?? agent.createdBy,
        timestampMs: agent.deactivatedAtMs,
        details: {},
      }),
    ]);
  }
  if (agent.active && agent.reactivatedAtMs !== null && before && !agentFromItem(before).active) {
    await recordEvents(dispatcher, 'AGENT', [
      newEvent({
        type: 'AGENT_REACTIVATED',
        relatedId: agent.id,
        agentId: agent.reactivatedBy ?? agent.createdBy,
        timestampMs: agent.reactivatedAtMs,
        details: {},
      }),
    ]);
  }
}
