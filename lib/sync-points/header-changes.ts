import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { isoTimeOrNull } from '../clock';
import type { Change } from '../dispatcher/change';
import { type Dispatcher, recordEvents } from '../dispatcher/dispatcher';
import { newEvent } from '../events/event';
import { type MembershipRole, membershipItem } from '../memberships/membership-repository';
import { publishNotification } from '../messages/publish-notification';
import { creationNotification, endingNotification } from '../messages/sync-point-notifications';
import { expiryAfter } from '../retention';
import { decisionOf } from '../rosters/decision';
import { rosterChunkCount } from '../rosters/page';
import { allIndices } from '../rosters/roster-repository';
import { headerKey, type Key, membershipKey, pageKey, rosterKey } from '../table/keys';
import { batchWrite, type Item, mapConcurrently, type Table } from '../table/table';
import { arrivalsInOrder, type SyncPoint, type SyncPointHeader } from './sync-point';
import { headerFromItem, loadSyncPoint } from './sync-point-repository';

/** Creation, ending, a moved deadline and removal, each seen as a change of the header. */
export async function dispatchHeaderChange(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (before && !after) return removeMemberships(dispatcher.table, before);
  if (!after) return;
  const header = headerFromItem(after);
  const previous = before && headerFromItem(before);
  if (!previous) await onCreated(dispatcher, header);

  if ((previous?.status ?? 'waiting') === 'waiting' && header.status !== 'waiting') return onEnded(dispatcher, header);
  if (header.status === 'waiting' && header.moves > (previous?.moves ?? 0) && header.deadlineMs !== null) {
    await dispatcher.schedules.set({ kind: 'SP', id: header.id }, header.deadlineMs);
  }
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
  await batchWrite(
    dispatcher.table,
    membershipsOf(syncPoint).map((item) => ({ put: item })),
  );
  await recordEvents(dispatcher, 'SP', [
    newEvent('SYNC_POINT_CREATED', header.id, header.createdBy, header.createdAtMs, {
      name: header.name,
      participantCount: header.participantCount,
      deadline: isoTimeOrNull(header.firstDeadlineMs),
    }),
  ]);
  await publishNotification(dispatcher.table, dispatcher.publish, creationNotification(syncPoint), header.id);
}

function membershipsOf({ header, participants }: SyncPoint): Item[] {
  const roles = new Map<string, MembershipRole[]>(participants.map((id) => [id, ['participant']]));
  roles.set(header.createdBy, [...(roles.get(header.createdBy) ?? []), 'creator']);
  return [...roles].map(([agentId, itsRoles]) =>
    membershipItem({ agentId, kind: 'SP', relatedId: header.id, createdAtMs: header.createdAtMs, roles: itsRoles }),
  );
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
  if (header.deadlineMs !== null) await dispatcher.schedules.remove({ kind: 'SP', id: header.id });
  await retain(dispatcher, syncPoint, decision.endedAtMs);
}

const UPDATES_IN_FLIGHT = 8;

/** From the end on, the table's TTL may remove the sync point. 1 write unit per page and per KB of the header. */
async function retain({ table, retention }: Dispatcher, syncPoint: SyncPoint, endedAtMs: number): Promise<void> {
  const { id, pageCount } = syncPoint.header;
  const chunkCount = pageCount === 1 ? 0 : rosterChunkCount(syncPoint.participants.length);
  const keys: Key[] = [
    ...allIndices(pageCount).map((index) => pageKey('SP', id, index)),
    ...allIndices(chunkCount).map((chunk) => rosterKey('SP', id, chunk)),
    headerKey('SP', id),
  ];
  await mapConcurrently(keys, UPDATES_IN_FLIGHT, async (Key) => {
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key,
          UpdateExpression: 'SET expiresAtSeconds = :at',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': expiryAfter(endedAtMs, retention.endedDays) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  });
}

/** Participants are listed in the header of a small roster and in the roster chunks of a large one. */
export async function dispatchRosterRemoval(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (before && !after) await removeMemberships(dispatcher.table, before);
}

async function removeMemberships(table: Table, removed: Item): Promise<void> {
  const participants = (removed['participants'] as string[] | undefined) ?? [];
  const creator = removed['createdBy'] as string | undefined;
  const agentIds = new Set([...participants, ...(creator === undefined ? [] : [creator])]);
  await batchWrite(
    table,
    [...agentIds].map((agentId) => ({
      remove: membershipKey(agentId, 'SP', Number(removed['createdAt']), String(removed['id'])),
    })),
  );
}
