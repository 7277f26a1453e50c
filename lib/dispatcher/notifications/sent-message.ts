import type { Notification } from '../../messages/notification';
import { notificationOf, recipientIdsOf, type SentMessage } from '../../messages/store';
import { rosterReader } from '../../rosters/recipients';
import type { Table } from '../../table/table';

/** With its recipients: those stored with it, or the participants of a roster, which never change. */
export const notificationOfSent = async (table: Table, message: SentMessage): Promise<Notification> =>
  notificationOf(message, await recipientIdsOf(rosterReader(table), message));
