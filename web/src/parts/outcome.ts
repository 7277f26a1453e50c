import type { ProgressTracker, SyncPoint } from '@muster/client';
import type { Outcome } from '../live/roster';

/** What became of one participant; undefined if it doesn't take part. */
export function outcomeOf(view: SyncPoint | ProgressTracker, agentId: string): Outcome | undefined {
  if (view.arrivedParticipants.includes(agentId)) return 'arrived';
  if (view.failedParticipants.includes(agentId)) return 'failed';
  if (view.excusedParticipants.includes(agentId)) return 'excused';
  return view.participants.includes(agentId) ? 'pending' : undefined;
}
