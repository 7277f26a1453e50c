import { isoTime } from '../common/clock';
import type { ReminderPayload } from '../schedules/payloads';
import type { ScheduleSetter } from '../schedules/schedules';
import { derivedId } from '../events/event';
import { decisionOf } from '../rosters/decision';
import { entryOf } from '../rosters/roster';
import { loadSettled } from '../rosters/settle';
import type { Service } from '../table/service';
import { acknowledgements } from '../messages/acknowledge';
import { isExpired } from '../messages/message';
import type { Notification } from '../messages/notification';
import { type MessagePublisher, publishNotification } from '../messages/publish';
import { findSentMessage } from '../messages/store';
import { creationNotification } from './notifications/roster';
import { notificationOfSent } from './notifications/sent-message';

/** Interval and number of reminders of an unacknowledged message; the same for the whole stack. */
export interface ReminderSettings {
  readonly intervalMs: number;
  /** 0 turns reminders off. */
  readonly limit: number;
}

export interface ReminderContext extends Service {
  readonly publish: MessagePublisher;
  readonly schedules: ScheduleSetter;
  readonly reminders: ReminderSettings;
}

/** Number of names that fit into about 1 KB; the sender can read all of them with the message. */
const MAX_RECIPIENTS_LISTED = 20;

/** One schedule per message and time, for any number of recipients. A repeat sets the same schedule. */
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
 * Runs when the schedule of a reminder fires, perhaps twice. It sends the message again, with the same id, to
 * recipients that have not acknowledged it, and sets the next schedule. After the last reminder, or once the message
 * has expired, it sends the sender the names of those recipients. The message of the creation of a sync point concerns
 * only those pending.
 */
export async function sendReminder(
  context: ReminderContext,
  { messageId, source, number }: ReminderPayload,
): Promise<'reminded' | 'sender-told' | 'nothing-to-do'> {
  const { table, now, reminders } = context;
  const notification = await loadNotification(context, source);
  if (!notification) return 'nothing-to-do';
  const sentAtMs = Date.parse(notification.timestamp);
  const acknowledged = await acknowledgements(table, messageId, sentAtMs, notification.recipientIds);
  const missing = notification.recipientIds.filter((id) => !acknowledged.has(id));
  if (missing.length === 0) return 'nothing-to-do';

  if (number <= reminders.limit && !isExpired(notification, now())) {
    await scheduleReminder(context, notification, source, number + 1);
    await publishNotification(context, { ...notification, recipientIds: missing }, source.id, number);
    return 'reminded';
  }
  // The same for whichever of its schedules finds that nobody is to be reminded any more.
  const expiresAtMs = notification.expiresAt === undefined ? Infinity : Date.parse(notification.expiresAt);
  const toldAtMs = Math.min(sentAtMs + (reminders.limit + 1) * reminders.intervalMs, expiresAtMs);
  await publishNotification(context, missingNotification(notification, missing, toldAtMs), source.id);
  return 'sender-told';
}

async function loadNotification(
  service: Service,
  { kind, id }: ReminderPayload['source'],
): Promise<Notification | null> {
  if (kind === 'SP') {
    const roster = await loadSettled(service, { kind, id });
    if (!roster || decisionOf(roster.pages)) return null;
    const notification = creationNotification(roster);
    // Whoever has arrived, failed or been excused needs not be asked any more.
    const isPending = (agentId: string): boolean => entryOf(roster, agentId)?.outcome === 'pending';
    return { ...notification, recipientIds: notification.recipientIds.filter(isPending) };
  }
  const message = await findSentMessage(service.table, id);
  return message && notificationOfSent(service.table, message);
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
    priority: 'HIGH',
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
