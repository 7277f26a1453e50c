import { mapConcurrently } from '../common/concurrency';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type MembershipRole, membershipItem } from './memberships';
import { headerKey, type Key, membershipKey, pageKey, rosterKey, type RosterKind } from '../table/keys';
import type { RosterHeader } from './header';
import { rosterChunkCount } from './items';
import type { RosterShape } from './page';
import { allIndices, type RosterId } from './pages';
import { batchWrite, type Item, type Table } from '../table/table';
import { REMOVE_TRACE } from '../table/trace-attribute';

/** Adds the roster to the lists of its participants and creator. 1 write unit each; a repeat changes nothing. */
export async function writeMemberships(
  table: Table,
  kind: RosterKind,
  header: RosterHeader,
  participants: readonly string[],
): Promise<void> {
  const roles = new Map<string, MembershipRole[]>(participants.map((id) => [id, ['participant']]));
  roles.set(header.createdBy, [...(roles.get(header.createdBy) ?? []), 'creator']);
  await batchWrite(
    table,
    [...roles].map(([agentId, itsRoles]) => ({
      put: membershipItem({
        agentId,
        kind,
        relatedId: header.id,
        createdAtMs: header.createdAtMs,
        roles: itsRoles,
      }),
    })),
  );
}

/**
 * Removes the memberships when the TTL of the table removes a header or a roster chunk. A header lists the participants
 * of a small roster; chunks list those of a large one.
 */
export async function removeMemberships(table: Table, kind: RosterKind, removed: Item): Promise<void> {
  const participants = (removed['participants'] as string[] | undefined) ?? [];
  const creator = removed['createdBy'] as string | undefined;
  const agentIds = new Set([...participants, ...(creator === undefined ? [] : [creator])]);
  await batchWrite(
    table,
    [...agentIds].map((agentId) => ({
      remove: membershipKey(agentId, kind, Number(removed['createdAt']), String(removed['id'])),
    })),
  );
}

/**
 * From `expiresAtSeconds` on, the table's TTL may remove the roster: pages, chunks and header.
 * 1 write unit per item and KB.
 */
export async function expireRoster(
  table: Table,
  { kind, id }: RosterId,
  { shape, participantCount }: { shape: RosterShape; participantCount: number },
  expiresAtSeconds: number,
): Promise<void> {
  const chunkCount = rosterChunkCount(shape, participantCount);
  const keys = [
    ...allIndices(shape.pageCount).map((index) => pageKey(kind, id, index)),
    ...allIndices(chunkCount).map((chunk) => rosterKey(kind, id, chunk)),
    headerKey(kind, id),
  ];
  await expireItems(table, keys, expiresAtSeconds);
}

const UPDATES_IN_FLIGHT = 8;

async function expireItems(table: Table, keys: readonly Key[], expiresAtSeconds: number): Promise<void> {
  await mapConcurrently(keys, UPDATES_IN_FLIGHT, async (Key) => {
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key,
          UpdateExpression: `SET expiresAtSeconds = :at ${REMOVE_TRACE}`,
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': expiresAtSeconds },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  });
}
