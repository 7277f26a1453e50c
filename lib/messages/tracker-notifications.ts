import { isoTime } from '../clock';
import { derivedId } from '../events/event';
import { endedAtMs, type Overall, type Tracker } from '../progress-trackers/progress-tracker';
import type { Notification } from './notification';

const quiet = { priority: 'LOW', requiresAcknowledgment: false } as const;

/** Tells the participants of the creation. */
export function trackerCreationNotification({ header, participants }: Tracker): Notification {
  const type = 'PROGRESS_TRACKER_NOTIFICATION';
  return {
    ...quiet,
    id: derivedId(header.createdAtMs, 'message', type, header.id),
    senderId: header.createdBy,
    recipientIds: participants,
    timestamp: isoTime(header.createdAtMs),
    content: {
      type,
      trackerId: header.id,
      name: header.name,
      description: header.description,
      totalSteps: header.totalSteps,
    },
  };
}

/** Tells the participants, but not who did it, of a new overall step. */
export function overallStepNotification({ header, participants }: Tracker, overall: Overall): Notification {
  const atMs = overall.record.atMs ?? header.createdAtMs;
  return updateNotification(header, participants, overall.creator, atMs, overall.record.step, false);
}

function updateNotification(
  header: Tracker['header'],
  participants: readonly string[],
  updater: string,
  atMs: number,
  currentStep: number,
  completed: boolean,
): Notification {
  const type = 'PROGRESS_UPDATE_NOTIFICATION';
  return {
    ...quiet,
    id: derivedId(atMs, 'message', type, header.id, currentStep, completed ? 'completed' : ''),
    senderId: updater,
    recipientIds: participants.filter((id) => id !== updater),
    timestamp: isoTime(atMs),
    content: {
      type,
      trackerId: header.id,
      name: header.name,
      currentStep,
      totalSteps: header.totalSteps,
      completed,
    },
  };
}

/** Tells the participants of the completion, but not who brought it about; of a cancelling, the creator as well. */
export function trackerEndingNotification(tracker: Tracker): Notification | null {
  const { header, overall, participants } = tracker;
  const { closing } = overall;
  const atMs = endedAtMs(tracker);
  if (!closing || atMs === null) return null;
  if (closing.as === 'completed') {
    return updateNotification(header, participants, closing.by, atMs, overall.record.step, true);
  }
  const type = 'PROGRESS_TRACKER_CANCELLED';
  return {
    ...quiet,
    id: derivedId(atMs, 'message', type, header.id),
    senderId: closing.by,
    recipientIds: [...new Set([...participants, header.createdBy])],
    timestamp: isoTime(atMs),
    content: { type, trackerId: header.id, name: header.name, reason: closing.reason, cancelledBy: closing.by },
  };
}
