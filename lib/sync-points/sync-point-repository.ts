import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Decision } from '../rosters/decision';
import { pageFromItem } from '../rosters/page-expressions';
import { loadRosterItems } from '../rosters/roster-items';
import { updateIf } from '../table/conditional-write';
import { headerKey } from '../table/keys';
import type { Item, Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { syncPointRoster, type SyncPoint, type SyncPointHeader } from './sync-point';

export function headerToItem(header: SyncPointHeader): Item {
  return {
    ...headerKey('SP', header.id),
    id: header.id,
    name: header.name,
    description: header.description ?? undefined,
    // As text: a JSON document comes back exactly as it was given, whatever its keys and numbers.
    metadata: header.metadata === null ? undefined : JSON.stringify(header.metadata),
    participantCount: header.participantCount,
    pageCount: header.pageCount,
    salt: header.salt,
    createdBy: header.createdBy,
    createdAt: header.createdAtMs,
    firstDeadline: header.firstDeadlineMs ?? undefined,
    deadline: header.deadlineMs ?? undefined,
    status: header.status,
    requestHash: header.requestHash,
  };
}

interface StoredHeader {
  id: string;
  name: string;
  description?: string;
  metadata?: string;
  participantCount: number;
  pageCount: number;
  salt: number;
  createdBy: string;
  createdAt: number;
  firstDeadline?: number;
  deadline?: number;
  moves?: number;
  status: SyncPointHeader['status'];
  endedAt?: number;
  endedBy?: string;
  endReason?: string;
  requestHash: string;
}

export function headerFromItem(item: Item): SyncPointHeader {
  const stored = item as unknown as StoredHeader;
  return {
    id: stored.id,
    name: stored.name,
    description: stored.description ?? null,
    metadata: stored.metadata === undefined ? null : (JSON.parse(stored.metadata) as Record<string, unknown>),
    participantCount: stored.participantCount,
    pageCount: stored.pageCount,
    salt: stored.salt,
    createdBy: stored.createdBy,
    createdAtMs: stored.createdAt,
    firstDeadlineMs: stored.firstDeadline ?? null,
    deadlineMs: stored.deadline ?? null,
    moves: stored.moves ?? 0,
    status: stored.status,
    endedAtMs: stored.endedAt ?? null,
    endedBy: stored.endedBy ?? null,
    endReason: stored.endReason ?? null,
    requestHash: stored.requestHash,
  };
}

/** Strong read of everything a sync point is; null when there is none. For the cost see loadRosterItems. */
export async function loadSyncPoint(table: Table, id: string): Promise<SyncPoint | null> {
  const items = await loadRosterItems(table, syncPointRoster(id));
  return (
    items && {
      header: headerFromItem(items.header),
      pages: items.pages.map(pageFromItem),
      participants: items.participants,
    }
  );
}

/** Strong read of the header alone: 1 read unit per 4 KB; null when there is none. */
export async function readHeader(table: Table, id: string): Promise<SyncPointHeader | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: headerKey('SP', id), ConsistentRead: true }),
  );
  return Item ? headerFromItem(Item) : null;
}

/**
 * Writes the decision into the header; whoever is first does it, and all would write the same.
 * 1 write unit per KB of the header. Answers whether this call wrote it.
 */
export async function projectEnding(table: Table, id: string, decision: Decision): Promise<boolean> {
  const { applied } = await updateIf(
    table,
    headerKey('SP', id),
    traced({
      UpdateExpression: `SET #status = :ending, endedAt = :at, endedBy = :by${decision.reason === null ? '' : ', endReason = :reason'}`,
      ConditionExpression: '#status = :waiting',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':ending': decision.ending,
        ':at': decision.endedAtMs,
        ':by': decision.endedBy,
        ':waiting': 'waiting',
        ...(decision.reason !== null && { ':reason': decision.reason }),
      },
    }),
  );
  return applied;
}

/** Tells the header of a moved deadline, unless it knows of a later move. 1 write unit per KB of the header. */
export async function projectDeadline(table: Table, id: string, deadlineMs: number, moves: number): Promise<void> {
  await updateIf(
    table,
    headerKey('SP', id),
    traced({
      UpdateExpression: 'SET deadline = :deadline, moves = :moves',
      ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(moves) OR moves < :moves)',
      ExpressionAttributeValues: { ':deadline': deadlineMs, ':moves': moves },
    }),
  );
}
