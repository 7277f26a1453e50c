import { publishNotification } from '../messages/publish';
import { currentTerms, decisionOf } from '../rosters/decision';
import { loadSettled } from '../rosters/settle';
import type { WarningPayload } from '../schedules/payloads';
import { deadlineNearNotification } from './notifications/roster';
import type { ReminderContext } from './reminders';

/**
 * Runs when the schedule of a warning fires, perhaps twice: the message has the same id. Once the deadline has moved,
 * another schedule warns of the new one.
 */
export async function sendWarning(
  context: Pick<ReminderContext, 'table' | 'now' | 'publish'>,
  { roster: kind, id, deadlineMs }: WarningPayload,
): Promise<'warned' | 'nothing-to-do'> {
  const roster = await loadSettled(context, { kind, id });
  if (!roster || decisionOf(roster.pages) || currentTerms(roster.pages).deadlineMs !== deadlineMs) {
    return 'nothing-to-do';
  }
  await publishNotification(context, deadlineNearNotification(roster, deadlineMs), id);
  return 'warned';
}
