import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  entityPartition,
  HEADER_SORT_KEY,
  isPageKey,
  isRosterChunkKey,
  pageKey,
  type RosterKind,
  rosterKey,
} from '../table/keys';
import { batchGet, type Item, type Table } from '../table/table';
import type { RosterShape } from './page';
import { allIndices, type RosterId } from './pages';

/** Participants per chunk, in the order given. 5,000 ids of 64 characters fit into an item of 400 KB. */
const PARTICIPANTS_PER_CHUNK = 5_000;

/** With one page, the header lists the participants, and there are no chunks. */
export const rosterChunkCount = (shape: RosterShape, participantCount: number): number =>
  shape.pageCount === 1 ? 0 : Math.ceil(participantCount / PARTICIPANTS_PER_CHUNK);

/** Each chunk has the creation time, from which memberships are found when retention removes the chunk. */
export function rosterChunks(
  { kind, id }: RosterId,
  shape: RosterShape,
  participants: readonly string[],
  createdAtMs: number,
): Item[] {
  return allIndices(rosterChunkCount(shape, participants.length)).map((chunk) => ({
    ...rosterKey(kind, id, chunk),
    id,
    createdAt: createdAtMs,
    participants: participants.slice(chunk * PARTICIPANTS_PER_CHUNK, (chunk + 1) * PARTICIPANTS_PER_CHUNK),
  }));
}

/** All items of one roster. */
export interface RosterItems {
  readonly header: Item;
  /** In order, complete. */
  readonly pages: readonly Item[];
  /** In the order given at creation. */
  readonly participants: readonly string[];
}

/**
 * Strong read; null when there is none. One Query for a roster of one page, and one BatchGet more for further pages.
 */
export async function loadRosterItems(table: Table, { kind, id }: RosterId): Promise<RosterItems | null> {
  const items = await queryPartition(table, kind, id);
  const header = items.find((item) => item['sk'] === HEADER_SORT_KEY);
  if (!header) return null;
  const pageCount = Number(header['pageCount']);
  const firstPages = items.filter((item) => isPageKey(String(item['sk'])));
  const keys = allIndices(pageCount)
    .slice(1)
    .map((index) => pageKey(kind, id, index));
  const pages = [...firstPages, ...(await batchGet(table, keys, { consistent: true }))].sort((one, other) =>
    String(one['sk']) < String(other['sk']) ? -1 : 1,
  );
  // Retention removes the items of a roster in any order; an incomplete one must not be shown.
  if (pages.length < pageCount) return null;
  return { header, pages, participants: participantsIn(header, items) };
}

/** Who created a roster and when, and its participants in the order given. */
interface RosterParticipants {
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly participants: readonly string[];
}

/** Strong read of these alone; null if there is none, or retention has begun to remove it. */
export async function loadParticipants(table: Table, { kind, id }: RosterId): Promise<RosterParticipants | null> {
  const items = await queryPartition(table, kind, id);
  const header = items.find((item) => item['sk'] === HEADER_SORT_KEY);
  if (!header) return null;
  const participants = participantsIn(header, items);
  if (participants.length < Number(header['participantCount'])) return null;
  return { createdBy: String(header['createdBy']), createdAtMs: Number(header['createdAt']), participants };
}

/** In the header of a small roster, else in chunks. */
function participantsIn(header: Item, items: readonly Item[]): string[] {
  const chunks = items.filter((item) => isRosterChunkKey(String(item['sk'])));
  return [header, ...chunks].flatMap((item) => (item['participants'] as string[] | undefined) ?? []);
}

async function queryPartition(table: Table, kind: RosterKind, id: string): Promise<Item[]> {
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': entityPartition(kind, id) },
        ConsistentRead: true,
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    items.push(...(answer.Items ?? []));
    startKey = answer.LastEvaluatedKey;
  } while (startKey);
  return items;
}
