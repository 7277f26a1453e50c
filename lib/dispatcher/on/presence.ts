import { isoTime } from '../../common/clock';
import { lastCheckInMs, lossOf, type Presence, presenceFromItem } from '../../agents/presence';
import { type MusterEvent, newEvent } from '../../events/event';
import { recordEvents } from '../../events/store';
import { SYSTEM } from '../../rosters/decision';
import type { Change } from '../change';
import type { Dispatcher } from '../dispatcher';
import { onLoss } from '../losses';
import { schedulePresenceCheck } from '../presence-checks';

/** The start and the end of a streak of check-ins; renewals never come here. */
export async function onPresence(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (!after) return;
  const presence = presenceFromItem(after);
  const previous = before && presenceFromItem(before);
  // First: slow work must not delay the look at a short promise.
  if (presence.state === 'started') await schedulePresenceCheck(dispatcher.schedules, presence, presence.untilMs);
  await recordEvents(dispatcher, 'AGENT', eventsOf(previous, presence));
  const loss = lossOf(previous, presence);
  if (loss) await onLoss(dispatcher, loss);
}

/** A check-in that found a lapse which nobody had noticed has both. */
function eventsOf(previous: Presence | null, presence: Presence): MusterEvent[] {
  const { agentId, state, ttlSeconds, sinceMs, lostAtMs } = presence;
  const loss = lossOf(previous, presence);
  const lost =
    loss &&
    newEvent({
      type: 'AGENT_LOST',
      relatedId: agentId,
      agentId: SYSTEM,
      timestampMs: loss.lostAtMs,
      details: { ttlSeconds: loss.ttlSeconds, lastCheckInAt: isoTime(lastCheckInMs(loss)) },
    });
  const returned =
    state === 'started' &&
    lostAtMs !== null &&
    newEvent({
      type: 'AGENT_RETURNED',
      relatedId: agentId,
      agentId,
      timestampMs: sinceMs,
      details: { ttlSeconds, lostAt: isoTime(lostAtMs) },
    });
  return [lost, returned].filter((event) => typeof event === 'object' && event !== null);
}
