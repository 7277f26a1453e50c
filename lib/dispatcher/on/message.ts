import type { Change } from '../change';
import type { Dispatcher } from '../dispatcher';
import { publishNotification } from '../../messages/publish';
import { scheduleReminder } from '../reminders';
import { notificationOf, sentMessageFromItem } from '../../messages/store';

/** A message of an agent is published when its item is created; the item never changes. */
export async function onSentMessage(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (before || !after) return;
  const message = sentMessageFromItem(after);
  const notification = notificationOf(message);
  await publishNotification(dispatcher, notification, message.id);
  await scheduleReminder(dispatcher, notification, { kind: 'MESSAGE', id: message.id });
}
