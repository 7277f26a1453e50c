import { isoTime, isoTimeOrNull } from '../clock';
import { derivedId } from '../events/event';
import { arrivalsInOrder, type SyncPoint } from '../sync-points/sync-point';
import { currentDeadline, type Decision } from '../rosters/decision';
import type { Notification } from './notification';

/** Tells the participants of the creation; asks them to acknowledge. */
export function creationNotification(syncPoint: SyncPoint): Notification {
  const { header, participants } = syncPoint;
  return {
    id: derivedId(header.createdAtMs, 'message', 'SYNC_POINT_NOTIFICATION', header.id),
    senderId: header.createdBy,
    recipientIds: participants,
    timestamp: isoTime(header.createdAtMs),
    priority: 'MEDIUM',
    requiresAcknowledgment: true,
    content: {
      type: 'SYNC_POINT_NOTIFICATION',
      syncPointId: header.id,
      name: header.name,
      description: header.description,
      deadline: isoTimeOrNull(header.firstDeadlineMs),
    },
  };
}

/** Enough for a roster of one page; longer lists would make every inbox's copy cost as much as the roster is long. */
const MAX_ARRIVED_LISTED = 20;

/** Tells the participants and the creator of the ending. */
export function endingNotification(syncPoint: SyncPoint, decision: Decision): Notification {
  const { header, pages, participants } = syncPoint;
  const type = (
    { completed: 'SYNC_POINT_COMPLETED', cancelled: 'SYNC_POINT_CANCELLED', expired: 'SYNC_POINT_EXPIRED' } as const
  )[decision.ending];
  const arrived = arrivalsInOrder(pages).map((arrival) => arrival.agentId);
  return {
    id: derivedId(decision.endedAtMs, 'message', type, header.id),
    senderId: decision.endedBy,
    recipientIds: [...new Set([...participants, header.createdBy])],
    timestamp: isoTime(decision.endedAtMs),
    priority: 'MEDIUM',
    requiresAcknowledgment: false,
    content: {
      type,
      syncPointId: header.id,
      name: header.name,
      ...(decision.ending === 'cancelled'
        ? { reason: decision.reason, cancelledBy: decision.endedBy }
        : {
            arrivedParticipants: arrived.slice(0, MAX_ARRIVED_LISTED),
            arrivedCount: arrived.length,
            participantCount: header.participantCount,
            ...(decision.ending === 'expired' && { deadline: isoTimeOrNull(currentDeadline(pages).deadlineMs) }),
            ...(decision.reason !== null && { reason: decision.reason }),
          }),
    },
  };
}
