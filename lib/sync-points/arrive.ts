import type { Caller } from '../agents/caller';
import { type Clock, isoTime } from '../clock';
import { MusterError } from '../errors/muster-error';
import { isFilled, type Page, pageIndexOf, type RosterShape, SINGLE_PAGE } from '../rosters/page';
import { arriveParams } from '../rosters/page-expressions';
import { withStoredData } from '../rosters/attempt-data';
import { otherUnfilledPage, writePage } from '../rosters/roster-repository';
import { rememberShape, type ShapeCache } from '../rosters/shape-cache';
import { isDue } from '../rosters/decision';
import type { Table } from '../table/table';
import { notFound, readSyncPoint } from './read-sync-point';
import { statusOf, syncPointRoster, type SyncPointStatus, viewSyncPoint } from './sync-point';

export interface ArrivalAnswer {
  readonly syncPointId: string;
  readonly agentId: string;
  readonly arrivedAt: string;
  /** true: this agent had arrived before, and nothing changed. */
  readonly repeated: boolean;
  readonly status: SyncPointStatus;
}

export interface SyncPointShape extends RosterShape {
  /** A page that was not filled when it was last seen. */
  readonly unfilledPage?: number;
}

export type SyncPointShapes = ShapeCache<SyncPointShape>;

/** More rounds than any race can need: wrong page, then a deadline that turned out to have been moved, each once or twice. */
const ATTEMPTS = 6;

/**
 * Records an arrival: one conditional write on the participant's page, preceded by one put when there is data.
 *
 * The data is stored under the very time the page is going to hold for this agent. Only the attempt that is accepted
 * makes its data visible; what a refused or interrupted attempt stored is never seen.
 *
 * 1 write unit (pages within 1 KB, see splitRoster) and 1 per KB of data. The agent that fills one of several pages
 * also reads a few of the others, to tell whether the sync point is complete.
 *
 * @throws MusterError `sync-point.not-found`, `sync-point.not-participant`, `sync-point.not-waiting`,
 *   `sync-point.expired`.
 */
export async function arrive(
  table: Table,
  now: Clock,
  shapes: SyncPointShapes,
  caller: Caller,
  id: string,
  data: unknown,
): Promise<ArrivalAnswer> {
  return withStoredData(
    table,
    { kind: 'SP', id, agentId: caller.agentId, data, nowMs: now() },
    (storedAtMs) => commit(table, now, shapes, caller, id, storedAtMs),
    (arrival) => (arrival.repeated ? null : Date.parse(arrival.arrivedAt)),
  );
}

async function commit(
  table: Table,
  now: Clock,
  shapes: SyncPointShapes,
  caller: Caller,
  id: string,
  storedAtMs: number | null,
): Promise<ArrivalAnswer> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const shape = shapes.get(id) ?? SINGLE_PAGE;
    const nowMs = now();
    const arrivedAtMs = storedAtMs ?? nowMs;
    const { applied, page } = await writePage(
      table,
      syncPointRoster(id),
      pageIndexOf(caller.agentId, shape),
      arriveParams(caller.agentId, arrivedAtMs, storedAtMs !== null, nowMs),
    );
    if (applied && page) {
      remember(shapes, id, page);
      return answer(id, caller, arrivedAtMs, false, await statusAfterArrival(table, shapes, id, page));
    }
    const firstArrivalMs = page?.arrived.get(caller.agentId);
    if (page && firstArrivalMs !== undefined) {
      remember(shapes, id, page);
      // Data stands under a time that is this attempt's alone: our own write, repeated by the SDK after a lost answer.
      const ours = firstArrivalMs === storedAtMs && page.withData.has(caller.agentId);
      return answer(id, caller, firstArrivalMs, !ours, await statusOfRepeated(table, now, caller, id, page));
    }
    const refusal = await explainRefusal(table, now, shapes, caller, id, shape, page);
    if (refusal) throw refusal;
  }
  throw new MusterError('store.busy', `Sync point "${id}" kept changing while you arrived; try again.`, {
    headers: { 'retry-after': '1' },
  });
}

/** The error to answer, or null when another attempt can succeed. */
async function explainRefusal(
  table: Table,
  now: Clock,
  shapes: SyncPointShapes,
  caller: Caller,
  id: string,
  used: RosterShape,
  page: Page | null,
): Promise<MusterError | null> {
  if (!page) {
    // No such page: no such sync point, or one of the same id and another shape was removed by retention.
    return shapes.delete(id) ? null : notFound(id);
  }
  if (page.pageCount !== used.pageCount || page.salt !== used.salt) {
    remember(shapes, id, page);
    return null;
  }
  const { syncPoint, relation } = await readSyncPoint(table, now, caller, id);
  if (!relation.participant) {
    return new MusterError(
      'sync-point.not-participant',
      `"${caller.agentId}" is not a participant of sync point "${id}".`,
    );
  }
  const view = viewSyncPoint(syncPoint);
  if (view.status === 'waiting') return null;
  return refusedAsEnded(view.status, id, { syncPoint: view });
}

export function refusedAsEnded(status: SyncPointStatus, id: string, current: { syncPoint: unknown }): MusterError {
  return status === 'expired'
    ? new MusterError('sync-point.expired', `The deadline of sync point "${id}" has passed.`, { extensions: current })
    : new MusterError('sync-point.not-waiting', `Sync point "${id}" is ${status}.`, { extensions: current });
}

async function statusAfterArrival(
  table: Table,
  shapes: SyncPointShapes,
  id: string,
  page: Page,
): Promise<SyncPointStatus> {
  if (!isFilled(page)) return 'waiting';
  if (page.pageCount === 1) return 'completed';
  const unfilledPage = await otherUnfilledPage(table, syncPointRoster(id), page, shapes.get(id)?.unfilledPage);
  if (unfilledPage === null) return 'completed';
  const { pageCount, salt } = page;
  rememberShape(shapes, id, { pageCount, salt, unfilledPage });
  return 'waiting';
}

/** The first answer was lost, so now is the time to tell how things stand. No extra read with one open page. */
async function statusOfRepeated(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
  page: Page,
): Promise<SyncPointStatus> {
  if (page.pageCount === 1 && !isDue(page, now())) {
    if (isFilled(page)) return 'completed';
    return page.closing?.as ?? 'waiting';
  }
  const { syncPoint } = await readSyncPoint(table, now, caller, id);
  return statusOf(syncPoint);
}

function remember(shapes: SyncPointShapes, id: string, { pageCount, salt }: RosterShape): void {
  const known = shapes.get(id);
  if (pageCount === 1) shapes.delete(id);
  else if (known?.pageCount !== pageCount || known.salt !== salt) rememberShape(shapes, id, { pageCount, salt });
}

const answer = (
  syncPointId: string,
  caller: Caller,
  arrivedAtMs: number,
  repeated: boolean,
  status: SyncPointStatus,
): ArrivalAnswer => ({
  syncPointId,
  agentId: caller.agentId,
  arrivedAt: isoTime(arrivedAtMs),
  repeated,
  status,
});
