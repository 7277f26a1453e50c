import type { Caller } from '../agents/caller';
import type { Clock } from '../clock';
import { createOnce, newCreation } from '../rosters/create-once';
import { splitRoster } from '../rosters/page';
import { rosterChunks } from '../rosters/roster-items';
import { unregisteredWarnings, type Warning } from '../rosters/unregistered-warnings';
import { overallKey, pageKey } from '../table/keys';
import type { Item, Table } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import {
  type CompleteWhen,
  type Tracker,
  type TrackerHeader,
  TRACKER_PAGE,
  trackerRoster,
  type TrackerView,
  viewTracker,
} from './progress-tracker';
import { newOverallItem, newTrackerPageItem, overallFromItem, trackerPageFromItem } from './tracker-expressions';
import { loadTracker, trackerHeaderToItem } from './tracker-repository';

export interface CreateTracker {
  readonly id?: string | undefined;
  readonly name: string;
  readonly description?: string | undefined;
  readonly totalSteps: number;
  readonly participants?: readonly string[] | undefined;
  readonly completeWhen?: CompleteWhen | undefined;
  readonly monotonic?: boolean | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
}

export type CreatedTracker = TrackerView & { readonly warnings?: Warning[] };

/**
 * Creates header, overall item and pages in one transaction; a repeat answers what the first one answered.
 * Cost: 2 write units per item and KB.
 *
 * @throws MusterError `progress-tracker.exists`, `request.idempotency-key-reused`.
 */
export async function createTracker(
  table: Table,
  now: Clock,
  caller: Caller,
  input: CreateTracker,
  key: string | undefined,
): Promise<CreatedTracker> {
  const nowMs = now();
  const creation = newCreation('PT', caller, input, key, nowMs);
  const { id } = creation;
  const participants = input.participants ?? [];
  // The creator's own step is the overall step, so it needs no place on a page.
  const { shape, pages } = splitRoster(
    participants.filter((participant) => participant !== caller.agentId),
    TRACKER_PAGE,
  );
  const rules = {
    totalSteps: input.totalSteps,
    completeWhen: input.completeWhen ?? 'creator',
    monotonic: input.monotonic ?? false,
  };
  const header: TrackerHeader = {
    id,
    name: input.name,
    description: input.description ?? null,
    metadata: input.metadata ?? null,
    ...rules,
    participantCount: participants.length,
    ...shape,
    createdBy: caller.agentId,
    createdAtMs: nowMs,
    status: 'active',
    requestHash: creation.requestHash,
  };
  const pageItems = pages.map((page, index) => ({
    ...pageKey('PT', id, index),
    ...newTrackerPageItem(page, shape, rules),
  }));
  const overallItem = { ...overallKey(id), ...newOverallItem(caller.agentId, shape.pageCount, rules) };
  const items: Item[] = [
    { ...trackerHeaderToItem(header), ...(shape.pageCount === 1 && { participants }), ...traceAttribute() },
    overallItem,
    ...pageItems,
    ...rosterChunks(trackerRoster(id), shape, participants, nowMs),
  ];
  const first = await createOnce(table, creation, items, () => loadTracker(table, id));
  const overall = overallFromItem(overallItem);
  const created: Tracker = first
    ? asCreated(first)
    : { header, overall, pages: pageItems.map(trackerPageFromItem), participants };
  const warnings = await unregisteredWarnings(table, participants, created.header.createdAtMs);
  return { ...viewTracker(created, created.header.createdAtMs), ...(warnings.length > 0 && { warnings }) };
}

/** As the first request saw it, rebuilt from what never changes. */
function asCreated(tracker: Tracker): Tracker {
  const untouched = { step: 0, atMs: null };
  return {
    ...tracker,
    overall: { ...tracker.overall, record: untouched, closing: null },
    pages: tracker.pages.map((page) => ({
      ...page,
      steps: new Map([...page.steps.keys()].map((id) => [id, untouched])),
    })),
  };
}
