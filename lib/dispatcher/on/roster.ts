import { expiryAfter } from '../../common/retention';
import { isoTimeOrNull } from '../../common/clock';
import { upperCase } from '../../common/upper-case';
import { newEvent } from '../../events/event';
import { recordEvents } from '../../events/store';
import { publishNotification } from '../../messages/publish';
import { decisionOf, SYSTEM, tallyOf } from '../../rosters/decision';
import { headerFromItem, type RosterHeader } from '../../rosters/header';
import { expireRoster, removeMemberships, writeMemberships } from '../../rosters/lifecycle';
import { addToOpen, removeFromOpen } from '../../rosters/open-rosters';
import { loadRoster, missingFrom, readHeader, rosterId } from '../../rosters/roster';
import { loadSettled } from '../../rosters/settle';
import { WORDS } from '../../rosters/words';
import type { RosterKind } from '../../table/keys';
import type { Item } from '../../table/table';
import { overallStepOf } from '../../trackers/tracker';
import type { Change } from '../change';
import type { Dispatcher } from '../dispatcher';
import { onLossesBefore } from '../losses';
import { creationNotification, endingNotification, stalledNotification } from '../notifications/roster';
import { scheduleReminder } from '../reminders';
import { resumeIfMoved, scheduleStallCheck } from '../stalls';
import { deadlineSchedules } from '../deadline-schedules';

/** Creation, ending, moved terms, a stall and removal, each seen as a change of the header. */
export const onRosterHeader =
  (kind: RosterKind) =>
  async (dispatcher: Dispatcher, { before, after }: Change): Promise<void> => {
    if (!after) return before ? onRemoved(dispatcher, kind, before) : undefined;
    const header = headerFromItem(after);
    const previous = before && headerFromItem(before);
    if (!previous) await onCreated(dispatcher, kind, header);

    if ((previous?.status ?? 'open') === 'open' && header.status !== 'open') return onEnded(dispatcher, kind, header);
    if (header.status !== 'open' || !previous) return;
    if (header.moves > previous.moves) await onMoved(dispatcher, kind, header, previous);
    if (header.stalledSinceMs !== previous.stalledSinceMs) await onStall(dispatcher, header, previous);
  };

/** Its ending has removed it from what is open, unless that was never dispatched. */
async function onRemoved({ table }: Dispatcher, kind: RosterKind, before: Item): Promise<void> {
  await removeMemberships(table, kind, before);
  const header = headerFromItem(before);
  if (header.status === 'open') await removeFromOpen(table, kind, header);
}

/** Uses the current deadline, because a redriven change may come after later changes. */
async function onMoved(
  { table, schedules }: Dispatcher,
  kind: RosterKind,
  { id }: RosterHeader,
  previous: RosterHeader,
): Promise<void> {
  const header = await readHeader(table, { kind, id });
  const current = header?.status === 'open' ? header : null;
  for (const { payload, atMs } of current ? deadlineSchedules(kind, current) : []) await schedules.set(payload, atMs);
  if (previous.terms.deadlineMs !== (current?.terms.deadlineMs ?? null)) {
    for (const { payload, atMs } of deadlineSchedules(kind, previous)) await schedules.remove(payload, atMs);
  }
}

async function onCreated(dispatcher: Dispatcher, kind: RosterKind, header: RosterHeader): Promise<void> {
  const roster = await loadRoster(dispatcher.table, { kind, id: header.id });
  if (!roster) return;
  // The schedules come first: a slow notification must not delay a near deadline.
  // For the current deadline: a change that was dead-lettered is dispatched after those that followed it.
  const { schedules } = dispatcher;
  if (roster.header.status === 'open') {
    for (const { payload, atMs } of deadlineSchedules(kind, roster.header)) await schedules.set(payload, atMs);
    await scheduleStallCheck(schedules, roster.header, header.createdAtMs);
    await addToOpen(dispatcher.table, kind, header);
  }
  await writeMemberships(dispatcher.table, kind, header, roster.participants);
  await recordEvents(dispatcher, kind, [
    newEvent({
      type: `${WORDS[kind].type}_CREATED`,
      relatedId: header.id,
      agentId: header.createdBy,
      timestampMs: header.createdAtMs,
      details: {
        name: header.name,
        participantCount: header.participantCount,
        deadline: isoTimeOrNull(header.firstTerms.deadlineMs),
        ...(kind === 'PT' && { totalSteps: header.firstTerms.totalSteps }),
      },
    }),
  ]);
  const notification = creationNotification(roster);
  await publishNotification(dispatcher, notification, header.id);
  await scheduleReminder(dispatcher, notification, { kind: 'SP', id: header.id });
  // After the memberships have been written (see rosters/losses.ts).
  await onLossesBefore(dispatcher, roster);
}

async function onEnded(dispatcher: Dispatcher, kind: RosterKind, header: RosterHeader): Promise<void> {
  await removeFromOpen(dispatcher.table, kind, header);
  const roster = await loadSettled(dispatcher, { kind, id: header.id });
  const decision = roster && decisionOf(roster.pages);
  // Retention removed it before a very late delivery: nobody is left to notify.
  if (!decision) return;
  const { participants, arrived, failed, excused } = tallyOf(roster.pages);
  await recordEvents(dispatcher, kind, [
    newEvent({
      type: `${WORDS[kind].type}_${upperCase(decision.ending)}`,
      relatedId: header.id,
      agentId: decision.endedBy,
      timestampMs: decision.endedAtMs,
      details: {
        name: header.name,
        reason: decision.reason ?? roster.firstFailure,
        arrivedCount: arrived,
        failedCount: failed,
        excusedCount: excused,
        missingCount: missingFrom(roster).length,
        participantCount: participants,
        ...(kind === 'PT' && { currentStep: overallStepOf(roster.pages) }),
      },
    }),
  ]);
  await publishNotification(dispatcher, endingNotification(roster, decision), header.id);
  for (const { payload, atMs } of deadlineSchedules(kind, header)) await dispatcher.schedules.remove(payload, atMs);
  // From the end on, the table's TTL may remove it.
  const { participantCount } = header;
  const expiresAt = expiryAfter(decision.endedAtMs, dispatcher.retention.endedDays);
  await expireRoster(dispatcher.table, rosterId(roster), { shape: header, participantCount }, expiresAt);
}

const stalledAtMs = ({ stalledSinceMs, stallSeconds }: RosterHeader): number =>
  (stalledSinceMs ?? 0) + (stallSeconds ?? 0) * 1_000;

/** Both are read from the header, so a replay tells the same. */
async function onStall(dispatcher: Dispatcher, header: RosterHeader, previous: RosterHeader): Promise<void> {
  const { id, stalledSinceMs, resumedAtMs } = header;
  const event = { relatedId: id, agentId: SYSTEM } as const;
  if (stalledSinceMs === null) {
    if (resumedAtMs === null) return;
    const details = { stalledSince: isoTimeOrNull(previous.stalledSinceMs) };
    // The report may have been on its way when the stall was marked; in the log it comes after.
    const timestampMs = Math.max(resumedAtMs, stalledAtMs(previous) + 1);
    await recordEvents(dispatcher, 'PT', [newEvent({ ...event, type: 'PROGRESS_RESUMED', timestampMs, details })]);
    await scheduleStallCheck(dispatcher.schedules, header, resumedAtMs);
    return;
  }
  const timestampMs = stalledAtMs(header);
  await recordEvents(dispatcher, 'PT', [
    newEvent({
      ...event,
      type: 'PROGRESS_STALLED',
      timestampMs,
      details: { stalledSince: isoTimeOrNull(stalledSinceMs) },
    }),
  ]);
  const roster = await loadRoster(dispatcher.table, { kind: 'PT', id });
  if (!roster) return;
  await publishNotification(dispatcher, stalledNotification(roster, stalledSinceMs), id);
  // A report may have come between the look that found it stalled and the mark.
  await resumeIfMoved(dispatcher.table, roster);
}
