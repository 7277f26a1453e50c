import { isoTime, isoTimeOrNull } from '../clock';
import { currentDeadline, decisionOf } from '../rosters/decision';
import type { Ending, Page, RosterShape } from '../rosters/page';
import type { RosterId } from '../rosters/roster-repository';

export type SyncPointStatus = 'waiting' | Ending;

/** The cold part of a sync point. `status`, `endedAt` … and `deadline` here are projections of what the pages say. */
export interface SyncPointHeader extends RosterShape {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly participantCount: number;
  readonly createdBy: string;
  readonly createdAtMs: number;
  /** As given at creation. */
  readonly firstDeadlineMs: number | null;
  readonly deadlineMs: number | null;
  readonly moves: number;
  readonly status: SyncPointStatus;
  readonly endedAtMs: number | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  /** SHA-256 of the creating request: tells a repeat from another request with the same id. */
  readonly requestHash: string;
}

/** A sync point as read: header, all pages in order, and the participants in the order given. */
export interface SyncPoint {
  readonly header: SyncPointHeader;
  readonly pages: readonly Page[];
  readonly participants: readonly string[];
}

/** A sync point as the API shows it. Times are ISO 8601 UTC; what was not given is null. */
export interface SyncPointView {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly participants: string[];
  /** In order of arrival. */
  readonly arrivedParticipants: string[];
  readonly deadline: string | null;
  readonly status: SyncPointStatus;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly completedAt: string | null;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  readonly metadata: Record<string, unknown> | null;
}

export const syncPointRoster = (id: string): RosterId => ({ kind: 'SP', id });

/** What the pages say, not what the header was last told. */
export function statusOf(syncPoint: SyncPoint): SyncPointStatus {
  return decisionOf(syncPoint.pages)?.ending ?? 'waiting';
}

/** Arrivals by time, then by id, so that the order is the same for every reader. */
export function arrivalsInOrder(pages: readonly Page[]): { agentId: string; arrivedAtMs: number; withData: boolean }[] {
  return pages
    .flatMap((page) =>
      [...page.arrived].map(([agentId, arrivedAtMs]) => ({
        agentId,
        arrivedAtMs,
        withData: page.withData.has(agentId),
      })),
    )
    .sort((one, other) => one.arrivedAtMs - other.arrivedAtMs || (one.agentId < other.agentId ? -1 : 1));
}

export function viewSyncPoint(syncPoint: SyncPoint): SyncPointView {
  const { header, pages, participants } = syncPoint;
  const decision = decisionOf(pages);
  return {
    id: header.id,
    name: header.name,
    description: header.description,
    participants: [...participants],
    arrivedParticipants: arrivalsInOrder(pages).map((arrival) => arrival.agentId),
    deadline: isoTimeOrNull(currentDeadline(pages).deadlineMs),
    status: decision?.ending ?? 'waiting',
    createdAt: isoTime(header.createdAtMs),
    createdBy: header.createdBy,
    completedAt: decision?.ending === 'completed' ? isoTime(decision.endedAtMs) : null,
    endedAt: isoTimeOrNull(decision?.endedAtMs),
    endedBy: decision?.endedBy ?? null,
    endReason: decision?.reason ?? null,
    metadata: header.metadata,
  };
}
