import type { Notification } from '../../messages/notification';
import { notificationOf, type SentMessage } from '../../messages/store';
import { recipientsOf } from '../../rosters/recipients';
import type { Table } from '../../table/table';

/** With its recipients: those stored with it, or the participants of a roster, which never change. */
export async function notificationOfSent(table: Table, message: SentMessage): Promise<Notification> {
  const recipientIds =
    message.recipientIds ?? (message.recipientsOf ? await recipientsOf(table, message.recipientsOf) : []);
  return notificationOf(message, recipientIds);
}
