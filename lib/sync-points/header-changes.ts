import { isoTimeOrNull } from '../clock';
import type { Change } from '../dispatcher/change';
import { type Dispatcher, recordEvents } from '../dispatcher/dispatcher';
import { newEvent } from '../events/event';
import { publishNotification } from '../messages/publish-notification';
import { scheduleReminder } from '../messages/reminders';
import { creationNotification, endingNotification } from '../messages/sync-point-notifications';
import { expiryAfter } from '../retention';
import { decisionOf } from '../rosters/decision';
import { rosterChunkCount } from '../rosters/roster-items';
import { expireItems, removeMemberships, writeMemberships } from '../rosters/roster-lifecycle';
import { allIndices } from '../rosters/roster-repository';
import { headerKey, pageKey, rosterKey } from '../table/keys';
import { arrivalsInOrder, type SyncPoint, type SyncPointHeader } from './sync-point';
import { headerFromItem, loadSyncPoint } from './sync-point-repository';

/** Creation, ending, a moved deadline and removal, each seen as a change of the header. */
export async function dispatchHeaderChange(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (before && !after) return removeMemberships(dispatcher.table, 'SP', before);
  if (!after) return;
  const header = headerFromItem(after);
  const previous = before && headerFromItem(before);
  if (!previous) await onCreated(dispatcher, header);

  if ((previous?.status ?? 'waiting') === 'waiting' && header.status !== 'waiting') return onEnded(dispatcher, header);
  if (header.status === 'waiting' && header.moves > (previous?.moves ?? 0)) {
    await onMoved(dispatcher, header.id, previous?.deadlineMs ?? null);
  }
}

/** To where the deadline is by now: a change that was set aside comes after those that followed it. */
async function onMoved({ table, schedules }: Dispatcher, id: string, formerMs: number | null): Promise<void> {
  const header = (await loadSyncPoint(table, id))?.header;
  const deadlineMs = header?.status === 'waiting' ? header.deadlineMs : null;
  if (deadlineMs !== null) await schedules.set({ kind: 'SP', id }, deadlineMs);
  if (formerMs !== null && formerMs !== deadlineMs) await schedules.remove({ kind: 'SP', id }, formerMs);
}

async function onCreated(dispatcher: Dispatcher, header: SyncPointHeader): Promise<void> {
  const syncPoint = await loadSyncPoint(dispatcher.table, header.id);
  if (!syncPoint) return;
  // The schedule first: a notification that takes long must not delay a deadline that is near.
  if (header.firstDeadlineMs !== null && syncPoint.header.status === 'waiting') {
    await dispatcher.schedules.set(
      { kind: 'SP', id: header.id },
      syncPoint.header.deadlineMs ?? header.firstDeadlineMs,
    );
  }
  await writeMemberships(dispatcher.table, 'SP', header, syncPoint.participants);
  await recordEvents(dispatcher, 'SP', [
    newEvent('SYNC_POINT_CREATED', header.id, header.createdBy, header.createdAtMs, {
      name: header.name,
      participantCount: header.participantCount,
      deadline: isoTimeOrNull(header.firstDeadlineMs),
    }),
  ]);
  const notification = creationNotification(syncPoint);
  await publishNotification(dispatcher.table, dispatcher.publish, notification, header.id);
  await scheduleReminder(dispatcher, notification, { kind: 'SP', id: header.id });
}

async function onEnded(dispatcher: Dispatcher, header: SyncPointHeader): Promise<void> {
  const syncPoint = await loadSyncPoint(dispatcher.table, header.id);
  const decision = syncPoint && decisionOf(syncPoint.pages);
  // Removed by retention before a very late delivery: nobody is left to tell.
  if (!decision) return;
  const type = (
    { completed: 'SYNC_POINT_COMPLETED', cancelled: 'SYNC_POINT_CANCELLED', expired: 'SYNC_POINT_EXPIRED' } as const
  )[decision.ending];
  await recordEvents(dispatcher, 'SP', [
    newEvent(type, header.id, decision.endedBy, decision.endedAtMs, {
      name: header.name,
      reason: decision.reason,
      arrivedCount: arrivalsInOrder(syncPoint.pages).length,
      participantCount: header.participantCount,
    }),
  ]);
  await publishNotification(dispatcher.table, dispatcher.publish, endingNotification(syncPoint, decision), header.id);
  if (header.deadlineMs !== null) await dispatcher.schedules.remove({ kind: 'SP', id: header.id }, header.deadlineMs);
  await retain(dispatcher, syncPoint, decision.endedAtMs);
}

/** From the end on, the table's TTL may remove the sync point. */
async function retain({ table, retention }: Dispatcher, syncPoint: SyncPoint, endedAtMs: number): Promise<void> {
  const { id, pageCount, participantCount } = syncPoint.header;
  const keys = [
    ...allIndices(pageCount).map((index) => pageKey('SP', id, index)),
    ...allIndices(rosterChunkCount(syncPoint.header, participantCount)).map((chunk) => rosterKey('SP', id, chunk)),
    headerKey('SP', id),
  ];
  await expireItems(table, keys, expiryAfter(endedAtMs, retention.endedDays));
}
