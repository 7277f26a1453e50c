import type { Caller } from '../agents/caller';
import { type Clock, isoTime } from '../clock';
import { invalid } from '../errors/muster-error';
import { MAX_DEADLINE_AHEAD_MS } from '../limits';
import { createOnce, findRepeated, isRepeatable, newCreation } from '../rosters/create-once';
import { pageAsCreated, splitRoster, SYNC_POINT_PAGE } from '../rosters/page';
import { newPageItem, pageFromItem } from '../rosters/page-expressions';
import { rosterChunks } from '../rosters/roster-items';
import { unregisteredWarnings, type Warning } from '../rosters/unregistered-warnings';
import { pageKey } from '../table/keys';
import type { Item, Table } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import { type SyncPoint, type SyncPointHeader, syncPointRoster, type SyncPointView, viewSyncPoint } from './sync-point';
import { headerToItem, loadSyncPoint } from './sync-point-repository';

export interface CreateSyncPoint {
  readonly id?: string | undefined;
  readonly name: string;
  readonly description?: string | undefined;
  readonly participants: readonly string[];
  /** ISO 8601 with a time zone. */
  readonly deadline?: string | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
}

export interface CreatedSyncPoint extends SyncPointView {
  readonly warnings?: Warning[];
}

/**
 * Creates header and pages in one transaction; a repeat answers what the first one answered (see createOnce).
 * Cost: 2 write units per page and per KB of the header and the roster.
 *
 * @throws MusterError `sync-point.exists`, `request.idempotency-key-reused`, `request.invalid`.
 */
export async function createSyncPoint(
  table: Table,
  now: Clock,
  caller: Caller,
  input: CreateSyncPoint,
  key: string | undefined,
): Promise<CreatedSyncPoint> {
  const nowMs = now();
  const creation = newCreation('SP', caller, input, key, nowMs);
  const { id } = creation;
  const deadlineMs = input.deadline === undefined ? null : Date.parse(input.deadline);
  const deadlineError = deadlineMs === null ? null : deadlineProblem(deadlineMs, nowMs);
  if (deadlineError) {
    // The repeat of a creation may well come after its deadline.
    const first = isRepeatable(creation) ? await findRepeated(table, creation, () => loadSyncPoint(table, id)) : null;
    if (!first) throw deadlineError;
    return answerOf(table, asCreated(first));
  }

  const { shape, pages } = splitRoster(input.participants, SYNC_POINT_PAGE);
  const header: SyncPointHeader = {
    id,
    name: input.name,
    description: input.description ?? null,
    metadata: input.metadata ?? null,
    participantCount: input.participants.length,
    ...shape,
    createdBy: caller.agentId,
    createdAtMs: nowMs,
    firstDeadlineMs: deadlineMs,
    deadlineMs,
    moves: 0,
    status: 'waiting',
    endedAtMs: null,
    endedBy: null,
    endReason: null,
    requestHash: creation.requestHash,
  };
  const pageItems = pages.map((page, index) => ({
    ...pageKey('SP', id, index),
    ...newPageItem(page, shape, deadlineMs),
  }));
  const items: Item[] = [
    {
      ...headerToItem(header),
      ...(shape.pageCount === 1 && { participants: input.participants }),
      ...traceAttribute(),
    },
    ...pageItems,
    ...rosterChunks(syncPointRoster(id), shape, input.participants, nowMs),
  ];
  const first = await createOnce(table, creation, items, () => loadSyncPoint(table, id));
  return answerOf(
    table,
    first ? asCreated(first) : { header, pages: pageItems.map(pageFromItem), participants: input.participants },
  );
}

/** @throws MusterError with a pointer at the deadline. */
export function requireFutureDeadline(deadlineMs: number, nowMs: number): void {
  const problem = deadlineProblem(deadlineMs, nowMs);
  if (problem) throw problem;
}

function deadlineProblem(deadlineMs: number, nowMs: number) {
  if (deadlineMs <= nowMs) {
    return invalid('#/deadline', `must be in the future; ${isoTime(deadlineMs)} is not after ${isoTime(nowMs)}`);
  }
  if (deadlineMs > nowMs + MAX_DEADLINE_AHEAD_MS) {
    return invalid('#/deadline', `${isoTime(deadlineMs)} is more than 366 days ahead`);
  }
  return null;
}

/** As the first request saw it, rebuilt from what never changes. */
function asCreated(syncPoint: SyncPoint): SyncPoint {
  const pages = syncPoint.pages.map((page) => pageAsCreated(page, syncPoint.header.firstDeadlineMs));
  return { ...syncPoint, pages };
}

async function answerOf(table: Table, syncPoint: SyncPoint): Promise<CreatedSyncPoint> {
  const warnings = await unregisteredWarnings(table, syncPoint.participants, syncPoint.header.createdAtMs);
  return { ...viewSyncPoint(syncPoint), ...(warnings.length > 0 && { warnings }) };
}
