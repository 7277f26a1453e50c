import type { Loss } from '../../agents/presence';
import { isoTime, isoTimeOrNull } from '../../common/clock';
import { upperCase } from '../../common/upper-case';
import { derivedId } from '../../events/event';
import type { Notification } from '../../messages/notification';
import { currentTerms, type Decision, SYSTEM } from '../../rosters/decision';
import type { Accepted, StoredDetails } from '../../rosters/details';
import type { Move } from '../../rosters/page';
import { missingFrom, type Roster, withOutcome } from '../../rosters/roster';
import { WORDS } from '../../rosters/words';
import { lastReportMs, overallStepOf, totalStepsOf } from '../../trackers/tracker';

/** Enough for a roster of one page. With longer lists, the cost of each inbox copy would grow with the roster. */
const MAX_LISTED = 20;

const named = ({ kind, header }: Pick<Roster, 'kind' | 'header'>) => ({
  [WORDS[kind].idMember]: header.id,
  name: header.name,
});

const idsOf = (participants: readonly { readonly agentId: string }[]): string[] =>
  participants.map(({ agentId }) => agentId);

/** Of sync points, which ask for more attention. */
const usual = ({ kind }: Roster) =>
  ({ priority: kind === 'SP' ? 'MEDIUM' : 'LOW', requiresAcknowledgment: false }) as const;

const URGENT = { priority: 'HIGH', requiresAcknowledgment: false } as const;

/** Notifies the participants of the creation; those of a sync point are asked to acknowledge. */
export function creationNotification(roster: Roster): Notification {
  const { kind, header, participants } = roster;
  const type = `${WORDS[kind].type}_NOTIFICATION`;
  return {
    ...usual(roster),
    requiresAcknowledgment: kind === 'SP',
    id: derivedId(header.createdAtMs, 'message', type, header.id),
    senderId: header.createdBy,
    recipientIds: participants,
    timestamp: isoTime(header.createdAtMs),
    content: {
      type,
      ...named(roster),
      description: header.description,
      deadline: isoTimeOrNull(header.firstTerms.deadlineMs),
      ...(kind === 'PT' && { totalSteps: header.firstTerms.totalSteps }),
    },
  };
}

/**
 * Notifies the participants and the creator of the ending: who has arrived, who failed, and who is missing. A completed
 * tracker is the last of its updates, which the agent that completed it needs not be told.
 */
export function endingNotification(roster: Roster, decision: Decision): Notification {
  const { kind, header, participants } = roster;
  const { ending, endedAtMs, endedBy } = decision;
  if (kind === 'PT' && ending === 'completed') {
    const step = overallStepOf(roster.pages);
    return updateNotification(roster, { by: endedBy, atMs: endedAtMs, step, completed: true, reason: decision.reason });
  }
  const type = `${WORDS[kind].type}_${upperCase(ending)}`;
  const arrived = idsOf(withOutcome(roster, 'arrived'));
  const reason = decision.reason ?? roster.firstFailure;
  return {
    ...usual(roster),
    id: derivedId(endedAtMs, 'message', type, header.id),
    senderId: endedBy,
    recipientIds: [...new Set([...participants, header.createdBy])],
    timestamp: isoTime(endedAtMs),
    content: {
      type,
      ...named(roster),
      ...(ending === 'cancelled' && { cancelledBy: endedBy }),
      ...(ending === 'expired' && { deadline: isoTimeOrNull(currentTerms(roster.pages).deadlineMs) }),
      ...((ending === 'cancelled' || reason !== null) && { reason }),
      arrivedParticipants: arrived.slice(0, MAX_LISTED),
      arrivedCount: arrived.length,
      ...othersIn(roster),
      participantCount: header.participantCount,
    },
  };
}

/** Without empty lists, the usual ending stays within 1 KB: 1 write unit for each copy. */
function othersIn(roster: Roster) {
  const [failed, missing] = [idsOf(withOutcome(roster, 'failed')), idsOf(missingFrom(roster))];
  return {
    ...(failed.length > 0 && { failedParticipants: failed.slice(0, MAX_LISTED) }),
    failedCount: failed.length,
    ...(missing.length > 0 && { missingParticipants: missing.slice(0, MAX_LISTED) }),
    missingCount: missing.length,
  };
}

/** Notifies those still pending of a moved deadline. */
export function deadlineChangedNotification(roster: Roster, move: Move, deadlineMs: number | null): Notification {
  const { kind, header } = roster;
  const type = `${WORDS[kind].type}_DEADLINE_CHANGED`;
  return {
    ...usual(roster),
    id: derivedId(move.atMs, 'message', type, header.id, move.number),
    senderId: move.by,
    recipientIds: idsOf(withOutcome(roster, 'pending')),
    timestamp: isoTime(move.atMs),
    content: {
      type,
      ...named(roster),
      deadline: isoTimeOrNull(deadlineMs),
      previousDeadline: isoTimeOrNull(move.from.deadlineMs),
    },
  };
}

/** Tells those still pending, and the creator, that the deadline is near and who is missing. */
export function deadlineNearNotification(roster: Roster, deadlineMs: number): Notification {
  const { kind, header } = roster;
  const type = `${WORDS[kind].type}_DEADLINE_NEAR`;
  const missing = idsOf(missingFrom(roster));
  const { moves } = currentTerms(roster.pages);
  const movedAtMs = roster.pages.find(({ move }) => move?.number === moves)?.move?.atMs ?? header.createdAtMs;
  // Of a deadline that is nearer than that from the start: since it is.
  const atMs = Math.max(deadlineMs - (header.warnSeconds ?? 0) * 1_000, movedAtMs);
  return {
    id: derivedId(atMs, 'message', type, header.id, deadlineMs, moves),
    senderId: SYSTEM,
    recipientIds: [...new Set([...missing, header.createdBy])],
    timestamp: isoTime(atMs),
    ...URGENT,
    content: {
      type,
      ...named(roster),
      deadline: isoTime(deadlineMs),
      missingParticipants: missing.slice(0, MAX_LISTED),
      missingCount: missing.length,
    },
  };
}

/** Tells the creator of a failure that did not end it. */
export function failureNotification(
  roster: Roster,
  failed: Accepted,
  details: StoredDetails | undefined,
): Notification {
  const type = 'AGENT_FAILED';
  return {
    id: derivedId(failed.atMs, 'message', type, roster.kind, roster.header.id, failed.agentId),
    senderId: details?.by ?? failed.agentId,
    recipientIds: [roster.header.createdBy],
    timestamp: isoTime(failed.atMs),
    ...URGENT,
    content: { type, ...named(roster), agentId: failed.agentId, reason: details?.reason ?? null },
  };
}

/** Tells the creator that somebody who is waited for has not checked in. */
export function lostNotification(roster: Pick<Roster, 'kind' | 'header'>, { agentId, lostAtMs }: Loss): Notification {
  const type = 'AGENT_LOST';
  return {
    id: derivedId(lostAtMs, 'message', type, roster.kind, roster.header.id, agentId),
    senderId: SYSTEM,
    recipientIds: [roster.header.createdBy],
    timestamp: isoTime(lostAtMs),
    ...URGENT,
    content: { type, ...named(roster), agentId, lostAt: isoTime(lostAtMs) },
  };
}

/** Tells the creator of a stalled tracker who is behind: those furthest from the total first. */
export function stalledNotification(roster: Roster, stalledSinceMs: number): Notification {
  const { header } = roster;
  const type = 'PROGRESS_STALLED';
  const atMs = stalledSinceMs + (header.stallSeconds ?? 0) * 1_000;
  const behind = idsOf([...missingFrom(roster)].sort((one, other) => one.step - other.step));
  return {
    id: derivedId(atMs, 'message', type, header.id),
    senderId: SYSTEM,
    recipientIds: [header.createdBy],
    timestamp: isoTime(atMs),
    ...URGENT,
    content: {
      type,
      ...named(roster),
      stalledSince: isoTime(stalledSinceMs),
      lastProgressAt: isoTimeOrNull(lastReportMs(roster, 'reportedAtMs')),
      behindParticipants: behind.slice(0, MAX_LISTED),
      behindCount: behind.length,
    },
  };
}

/** Notifies the participants of a new overall step, except the agent that reported it. */
export const overallStepNotification = (
  roster: Roster,
  { agentId, step, atMs }: { readonly agentId: string; readonly step: number; readonly atMs: number },
): Notification => updateNotification(roster, { by: agentId, atMs, step, completed: false, reason: null });

interface Update {
  readonly by: string;
  readonly atMs: number;
  readonly step: number;
  readonly completed: boolean;
  readonly reason: string | null;
}

function updateNotification(roster: Roster, { by, atMs, step, completed, reason }: Update): Notification {
  const type = 'PROGRESS_UPDATE_NOTIFICATION';
  const { header, participants } = roster;
  const concerned = completed ? [...new Set([...participants, header.createdBy])] : participants;
  return {
    ...usual(roster),
    id: derivedId(atMs, 'message', type, header.id, step, completed ? 'completed' : ''),
    senderId: by,
    recipientIds: concerned.filter((id) => id !== by),
    timestamp: isoTime(atMs),
    content: {
      type,
      ...named(roster),
      currentStep: step,
      totalSteps: totalStepsOf(roster),
      completed,
      ...(completed && othersIn(roster)),
      ...(reason !== null && { reason }),
    },
  };
}
