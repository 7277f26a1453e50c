import { isoTime } from '../clock';
import type { ScheduleSetter } from '../deadlines/schedules';
import { derivedId } from '../events/event';
import { statusOf } from '../sync-points/sync-point';
import { loadSyncPoint } from '../sync-points/sync-point-repository';
import type { Table } from '../table/table';
import { acknowledgements } from './inbox-repository';
import type { Notification } from './notification';
import { type MessagePublisher, publishNotification } from './publish-notification';
import { findSentMessage, notificationOf } from './sent-message-repository';
import { creationNotification } from './sync-point-notifications';

/** How often and how many times an unacknowledged message is sent again; the same for the whole stack. */
export interface ReminderSettings {
  readonly intervalMs: number;
  /** 0 turns reminders off. */
  readonly limit: number;
}

/** What a schedule hands to `send-reminder`. */
export interface ReminderPayload {
  readonly kind: 'REMINDER';
  readonly messageId: string;
  /** Where the message comes from: a sent message, or the creation of a sync point. */
  readonly source: { readonly kind: 'MESSAGE' | 'SP'; readonly id: string };
  /** 1 for the first reminder; one more than the limit for telling the sender. */
  readonly number: number;
}

export interface ReminderContext {
  readonly table: Table;
  readonly publish: MessagePublisher;
  readonly schedules: ScheduleSetter;
  readonly reminders: ReminderSettings;
}

/** Names that fit a message of about 1 KB; the sender can read all of them with the message. */
const MAX_RECIPIENTS_LISTED = 20;

/** One schedule per message and time, whatever the number of recipients. A repeat sets the same schedule again. */
export async function scheduleReminder(
  { schedules, reminders }: Pick<ReminderContext, 'schedules' | 'reminders'>,
  notification: Notification,
  source: ReminderPayload['source'],
  number = 1,
): Promise<void> {
  if (!notification.requiresAcknowledgment || reminders.limit === 0) return;
  const atMs = Date.parse(notification.timestamp) + number * reminders.intervalMs;
  await schedules.set({ kind: 'REMINDER', messageId: notification.id, source, number }, atMs);
}

/**
 * What a reminder's schedule does when it fires, perhaps twice: sends the message again, with the same id, to those
 * who have not acknowledged it, and sets the next schedule; after the last reminder tells the sender who never did.
 * The creation of a sync point needs no acknowledgement any more once the sync point has ended.
 */
export async function sendReminder(
  context: ReminderContext,
  { messageId, source, number }: ReminderPayload,
): Promise<'reminded' | 'sender-told' | 'nothing-to-do'> {
  const { table, publish, reminders } = context;
  const notification = await loadNotification(table, source);
  if (!notification) return 'nothing-to-do';
  const sentAtMs = Date.parse(notification.timestamp);
  const acknowledged = await acknowledgements(table, messageId, sentAtMs, notification.recipientIds);
  const missing = notification.recipientIds.filter((id) => (acknowledged.get(id) ?? null) === null);
  if (missing.length === 0) return 'nothing-to-do';

  if (number <= reminders.limit) {
    await scheduleReminder(context, notification, source, number + 1);
    await publishNotification(table, publish, { ...notification, recipientIds: missing }, source.id, number);
    return 'reminded';
  }
  const toldAtMs = sentAtMs + number * reminders.intervalMs;
  await publishNotification(table, publish, missingNotification(notification, missing, toldAtMs), source.id);
  return 'sender-told';
}

async function loadNotification(table: Table, source: ReminderPayload['source']): Promise<Notification | null> {
  if (source.kind === 'SP') {
    const syncPoint = await loadSyncPoint(table, source.id);
    return syncPoint && statusOf(syncPoint) === 'waiting' ? creationNotification(syncPoint) : null;
  }
  const message = await findSentMessage(table, source.id);
  return message && notificationOf(message);
}

function missingNotification(
  { id, senderId, content }: Notification,
  missing: readonly string[],
  atMs: number,
): Notification {
  const type = 'ACKNOWLEDGEMENT_MISSING';
  return {
    id: derivedId(atMs, 'message', type, id),
    senderId: 'system',
    recipientIds: [senderId],
    timestamp: isoTime(atMs),
    priority: 'MEDIUM',
    requiresAcknowledgment: false,
    content: {
      type,
      messageId: id,
      messageType: content.type,
      recipients: missing.slice(0, MAX_RECIPIENTS_LISTED),
      recipientCount: missing.length,
    },
  };
}
