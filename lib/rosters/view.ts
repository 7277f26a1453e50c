import { isoTime, isoTimeOrNull } from '../common/clock';
import { currentTerms, decisionOf } from './decision';
import { missingFrom, type Roster, versionOf, withOutcome } from './roster';

/** What the views of sync points and progress trackers have in common, but for the status. */
export function viewRoster(roster: Roster) {
  const { header, pages, participants, firstFailure } = roster;
  const { id, name, description, metadata, createdBy, createdAtMs, warnSeconds, whenLost } = header;
  const decision = decisionOf(pages);
  const ids = (outcome: 'arrived' | 'failed' | 'excused'): string[] =>
    withOutcome(roster, outcome).map(({ agentId }) => agentId);
  return {
    ...{ id, name, description },
    participants: [...participants],
    arrivedParticipants: ids('arrived'),
    failedParticipants: ids('failed'),
    excusedParticipants: ids('excused'),
    missingParticipants: missingFrom(roster).map(({ agentId }) => agentId),
    deadline: isoTimeOrNull(currentTerms(pages).deadlineMs),
    warnSeconds,
    whenLost,
    createdAt: isoTime(createdAtMs),
    createdBy,
    completedAt: decision?.ending === 'completed' ? isoTime(decision.endedAtMs) : null,
    endedAt: isoTimeOrNull(decision?.endedAtMs),
    endedBy: decision?.endedBy ?? null,
    endReason: decision?.reason ?? firstFailure,
    metadata,
    version: versionOf(pages),
  };
}
