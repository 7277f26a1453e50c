/** What can be known before a command starts: an hour's work should not end in a refusal. */
import type { ProgressTracker, SyncPoint } from '@muster/client';
import { EXIT, exitCodeOfStatus } from '../exit-codes';
import { hasEnded } from '../live/view';

export interface Refusal {
  readonly why: string;
  readonly exitCode: number;
}

/** Why this agent can't take part any more, if it can't. */
export function refusalOf(roster: SyncPoint | ProgressTracker, agentId: string): Refusal | undefined {
  const { id, status, createdBy, participants, arrivedParticipants, failedParticipants, excusedParticipants } = roster;
  // The creator of a tracker may report without being listed.
  const mayReport = 'totalSteps' in roster && createdBy === agentId;
  if (!participants.includes(agentId) && !mayReport) {
    return { why: `${agentId} is no participant of ${id}.`, exitCode: EXIT.notFound };
  }
  if (hasEnded(roster)) {
    return { why: `${id} has ended: ${status}.`, exitCode: exitCodeOfStatus(status) || EXIT.error };
  }
  const outcomes = { arrived: arrivedParticipants, failed: failedParticipants, excused: excusedParticipants };
  const [outcome] = Object.entries(outcomes).find(([, agentIds]) => agentIds.includes(agentId)) ?? [];
  return outcome === undefined
    ? undefined
    : { why: `${agentId} is ${outcome} at ${id} already, for good.`, exitCode: EXIT.error };
}
