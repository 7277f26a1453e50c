import type { Change } from '../dispatcher/change';
import type { Dispatcher } from '../dispatcher/dispatcher';
import { publishNotification } from './publish-notification';
import { scheduleReminder } from './reminders';
import { notificationOf, sentMessageFromItem } from './sent-message-repository';

/** A message that an agent sent goes out when it appears; it never changes. */
export async function dispatchSentMessage(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (before || !after) return;
  const message = sentMessageFromItem(after);
  const notification = notificationOf(message);
  await publishNotification(dispatcher.table, dispatcher.publish, notification, message.id);
  await scheduleReminder(dispatcher, notification, { kind: 'MESSAGE', id: message.id });
}
