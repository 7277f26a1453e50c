import { expiryAfter } from '../../common/retention';
import { isExpired } from '../../messages/message';
import { publishNotification } from '../../messages/publish';
import { recordInOutbox, sentMessageFromItem } from '../../messages/store';
import type { Change } from '../change';
import type { Dispatcher } from '../dispatcher';
import { notificationOfSent } from '../notifications/sent-message';
import { scheduleReminder } from '../reminders';

/** A message of an agent is published when its item is created; the item never changes. */
export async function onSentMessage(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (before || !after) return;
  const { table, now, retention } = dispatcher;
  const message = sentMessageFromItem(after);
  await recordInOutbox(table, message, expiryAfter(message.sentAtMs, retention.messageDays));
  if (isExpired(message, now())) return;
  const notification = await notificationOfSent(table, message);
  await publishNotification(dispatcher, notification, message.id);
  await scheduleReminder(dispatcher, notification, { kind: 'MESSAGE', id: message.id });
}
