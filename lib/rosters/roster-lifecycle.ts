import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type MembershipRole, membershipItem } from '../memberships/membership-repository';
import { type Key, membershipKey, type RosterKind } from '../table/keys';
import { batchWrite, type Item, mapConcurrently, type Table } from '../table/table';
import { REMOVE_TRACE } from '../table/trace-attribute';

/** What everything with a roster has in its header. */
export interface RosterHeader {
  readonly id: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
}

/** Lets participants and creator find it in their lists. 1 write unit each; a repeat changes nothing. */
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
 * Takes the memberships along when the table's TTL removes a header or a roster chunk: the participants are listed in
 * the header of a small roster and in the chunks of a large one.
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

const UPDATES_IN_FLIGHT = 8;

/** From `expiresAtSeconds` on, the table's TTL may remove the items. 1 write unit per item and KB. */
export async function expireItems(table: Table, keys: readonly Key[], expiresAtSeconds: number): Promise<void> {
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
