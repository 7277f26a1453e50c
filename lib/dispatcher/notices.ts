import type { NoticePayload } from '../schedules/payloads';
import { checkPresence } from './presence-checks';
import { type ReminderContext, sendReminder } from './reminders';
import { checkStall } from './stalls';
import { sendWarning } from './warnings';

/** What follows from a schedule that is no deadline. */
export function sendNotice(context: ReminderContext, payload: NoticePayload): Promise<string> {
  switch (payload.kind) {
    case 'REMINDER':
      return sendReminder(context, payload);
    case 'WARNING':
      return sendWarning(context, payload);
    case 'STALL':
      return checkStall(context, payload);
    case 'PRESENCE':
      return checkPresence(context, payload);
  }
}
