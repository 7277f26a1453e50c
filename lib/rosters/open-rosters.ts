import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { openKey, openPartitions, type RosterKind } from '../table/keys';
import { mergePartitions } from '../table/merge-partitions';
import { batchWrite, type Table } from '../table/table';
import type { RosterHeader } from './header';
import type { EntryQuery, ListEntry } from './list-entries';
import type { Roster } from './roster';

/**
 * Everything of a kind that has not ended, of all agents. The dispatcher adds a roster at its creation and removes it
 * at its ending: 2 write units in all, whatever the number of participants. A creation that is dispatched again after
 * the ending may leave an entry; a reader of the list removes it.
 */
type Opened = Pick<RosterHeader, 'id' | 'createdAtMs'>;

/** 1 write unit; a repeat changes nothing. */
export const addToOpen = (table: Table, kind: RosterKind, { id, createdAtMs }: Opened): Promise<void> =>
  batchWrite(table, [{ put: { ...openKey(kind, createdAtMs, id), relatedId: id } }]);

/** For the dispatcher, which writes in batches. 1 write unit; a repeat changes nothing. */
export const removeFromOpen = (table: Table, kind: RosterKind, { id, createdAtMs }: Opened): Promise<void> =>
  batchWrite(table, [{ remove: openKey(kind, createdAtMs, id) }]);

/** Whether it is about this roster: an id can be reused after retention removed its first use. */
export const isEntryOf = ({ position }: ListEntry, { kind, header }: Pick<Roster, 'kind' | 'header'>): boolean =>
  openKey(kind, header.createdAtMs, header.id).sk === position;

/** For a reader that has found the entry of something that has ended or is gone. 1 write unit. */
export async function removeStaleEntry(table: Table, kind: RosterKind, entry: ListEntry): Promise<void> {
  const createdAtMs = Number(entry.position.split('#')[0]);
  const Key = openKey(kind, createdAtMs, entry.relatedId);
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
}

/** Newest first, with strong reads. Cost: 4 Queries, of 1 read unit each unless very much is open. */
export async function queryOpen(
  table: Table,
  kind: RosterKind,
  { limit, after }: EntryQuery,
): Promise<{ entries: ListEntry[]; more: boolean }> {
  const { items, more } = await mergePartitions(table, openPartitions(kind), { count: limit, after, descending: true });
  const entries = items.map((item) => ({ relatedId: String(item['relatedId']), position: String(item['sk']) }));
  return { entries, more };
}
