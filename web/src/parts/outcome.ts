import type { ProgressTracker, SyncPoint } from '@muster/client';
import type { Outcome } from '../live/roster';

type View = SyncPoint | ProgressTracker;

/** What became of one participant; undefined if it doesn't take part. */
export function outcomeOf(view: View, agentId: string): Outcome | undefined {
  if (view.arrivedParticipants.includes(agentId)) return 'arrived';
  if (view.failedParticipants.includes(agentId)) return 'failed';
  if (view.excusedParticipants.includes(agentId)) return 'excused';
  return view.participants.includes(agentId) ? 'pending' : undefined;
}

/** Of someone with this outcome: at the total of a tracker that its creator ends, nothing is left to do. */
export function wordOf(view: View, agentId: string, outcome: Outcome): Outcome | 'done' | 'missing' {
  if (outcome !== 'pending') return outcome;
  if (!view.missingParticipants.includes(agentId)) return 'done';
  return view.endedAt === null ? 'pending' : 'missing';
}
