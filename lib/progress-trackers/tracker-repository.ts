import { loadRosterItems } from '../rosters/roster-items';
import { otherPageNotDone } from '../rosters/roster-repository';
import { updateIf } from '../table/conditional-write';
import { headerKey, OVERALL_SORT_KEY } from '../table/keys';
import type { Item, Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import {
  type CompleteWhen,
  type Tracker,
  type TrackerHeader,
  type TrackerPage,
  trackerRoster,
  type TrackerStatus,
} from './progress-tracker';
import { overallFromItem, trackerPageFromItem } from './tracker-expressions';

export function trackerHeaderToItem(header: TrackerHeader): Item {
  return {
    ...headerKey('PT', header.id),
    id: header.id,
    name: header.name,
    description: header.description ?? undefined,
    // As text: a JSON document comes back exactly as it was given, whatever its keys and numbers.
    metadata: header.metadata === null ? undefined : JSON.stringify(header.metadata),
    totalSteps: header.totalSteps,
    completeWhen: header.completeWhen,
    monotonic: header.monotonic,
    participantCount: header.participantCount,
    pageCount: header.pageCount,
    salt: header.salt,
    createdBy: header.createdBy,
    createdAt: header.createdAtMs,
    status: header.status,
    requestHash: header.requestHash,
  };
}

export function trackerHeaderFromItem(item: Item): TrackerHeader {
  const stored = item as unknown as {
    id: string;
    name: string;
    description?: string;
    metadata?: string;
    totalSteps: number;
    completeWhen: CompleteWhen;
    monotonic: boolean;
    participantCount: number;
    pageCount: number;
    salt: number;
    createdBy: string;
    createdAt: number;
    status: TrackerStatus;
    requestHash: string;
  };
  const { createdAt, ...header } = stored;
  return {
    id: header.id,
    name: header.name,
    description: header.description ?? null,
    metadata: header.metadata === undefined ? null : (JSON.parse(header.metadata) as Record<string, unknown>),
    totalSteps: header.totalSteps,
    completeWhen: header.completeWhen,
    monotonic: header.monotonic,
    participantCount: header.participantCount,
    pageCount: header.pageCount,
    salt: header.salt,
    createdBy: header.createdBy,
    createdAtMs: createdAt,
    status: header.status,
    requestHash: header.requestHash,
  };
}

/** Strong read of everything a tracker is; null when there is none. For the cost see loadRosterItems. */
export async function loadTracker(table: Table, id: string): Promise<Tracker | null> {
  const items = await loadRosterItems(table, trackerRoster(id));
  const overall = items?.others.get(OVERALL_SORT_KEY);
  if (!items || !overall) return null;
  return {
    header: trackerHeaderFromItem(items.header),
    overall: overallFromItem(overall),
    pages: items.pages.map(trackerPageFromItem),
    participants: items.participants,
  };
}

/** Writes the ending into the header, from which its event follows; once, whoever does it. 1 write unit per KB. */
export async function projectTrackerEnding(table: Table, id: string, status: TrackerStatus): Promise<void> {
  await updateIf(
    table,
    headerKey('PT', id),
    traced({
      UpdateExpression: 'SET #status = :status',
      ConditionExpression: '#status = :active',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status, ':active': 'active' },
    }),
  );
}

/** A page other than the given one on which somebody has not reached the total; null: there is none. */
export const otherUnfinishedPage = (table: Table, id: string, page: TrackerPage): Promise<number | null> =>
  otherPageNotDone(table, trackerRoster(id), page, (item) => trackerPageFromItem(item).remaining === 0);
