import { headerKey, type RosterKind } from '../table/keys';
import type { Item } from '../table/table';
import type { Creation } from './create-once';
import type { Ending, RosterShape, Rule, Terms } from './page';

/** `open` until its ending. The API calls it `waiting` or `active` (see WORDS). */
type HeaderStatus = 'open' | Ending;

/**
 * The header of a sync point or a progress tracker. It is cold: arrivals and reports never touch it. `status`, `ended…`
 * and `terms` are projections of the pages.
 */
export interface RosterHeader extends RosterShape {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly participantCount: number;
  readonly createdBy: string;
  readonly createdAtMs: number;
  /** SHA-256 of the creating request; distinguishes a repeat from a different request with the same id. */
  readonly requestHash: string;
  readonly rule: Rule;
  /** Of a tracker: steps cannot go back. */
  readonly monotonic: boolean;
  /** As given at creation. */
  readonly firstTerms: Terms;
  readonly terms: Terms;
  readonly moves: number;
  readonly warnSeconds: number | null;
  /** What follows when a participant that is waited for is lost (see rosters/losses.ts). */
  readonly whenLost: WhenLost;
  /** Of a tracker: after how long without a new step it counts as stalled. */
  readonly stallSeconds: number | null;
  /** Of a stalled tracker: time of its last progress; null: it moves. */
  readonly stalledSinceMs: number | null;
  /** Of a tracker that had stalled: time of the first progress after it. */
  readonly resumedAtMs: number | null;
  readonly status: HeaderStatus;
  readonly endedAtMs: number | null;
}

/** `tell`: the creator gets a message. `fail`: the participant has failed. */
type WhenLost = 'tell' | 'fail';

/** The fields of a creating request. */
export interface Described {
  readonly name: string;
  readonly description?: string | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
  readonly warnSeconds?: number | undefined;
  readonly whenLost?: WhenLost | undefined;
  readonly stallSeconds?: number | undefined;
}

type Rules = Pick<RosterHeader, 'rule' | 'monotonic' | 'firstTerms' | 'pageCount' | 'salt' | 'participantCount'>;

export const newHeader = (
  { id, caller, nowMs, requestHash }: Pick<Creation, 'id' | 'caller' | 'nowMs' | 'requestHash'>,
  { name, description, metadata, warnSeconds, whenLost, stallSeconds }: Described,
  rules: Rules,
): RosterHeader => ({
  id,
  name,
  description: description ?? null,
  metadata: metadata ?? null,
  ...rules,
  createdBy: caller.agentId,
  createdAtMs: nowMs,
  requestHash,
  terms: rules.firstTerms,
  moves: 0,
  warnSeconds: warnSeconds ?? null,
  whenLost: whenLost ?? 'tell',
  stallSeconds: stallSeconds ?? null,
  stalledSinceMs: null,
  resumedAtMs: null,
  status: 'open',
  endedAtMs: null,
});

interface StoredHeader extends Pick<
  RosterHeader,
  'id' | 'name' | 'participantCount' | 'pageCount' | 'salt' | 'createdBy' | 'requestHash' | 'rule' | 'status'
> {
  readonly description?: string;
  /** As text, so that a JSON document is returned exactly as it was sent, whatever its keys and numbers. */
  readonly metadata?: string;
  readonly createdAt: number;
  readonly monotonic?: boolean;
  readonly firstDeadline?: number;
  readonly firstTotal?: number;
  readonly deadline?: number;
  readonly total?: number;
  readonly moves?: number;
  readonly warnSeconds?: number;
  /** Absent: `tell`. */
  readonly whenLost?: WhenLost;
  readonly stallSeconds?: number;
  readonly stalledSince?: number;
  readonly resumedAt?: number;
  readonly endedAt?: number;
}

export function headerToItem(kind: RosterKind, header: RosterHeader): Item {
  const { id, name, participantCount, pageCount, salt, createdBy, createdAtMs, requestHash, rule, status } = header;
  return {
    ...headerKey(kind, id),
    ...{ id, name, participantCount, pageCount, salt, createdBy, requestHash, rule, status },
    description: header.description ?? undefined,
    metadata: header.metadata === null ? undefined : JSON.stringify(header.metadata),
    createdAt: createdAtMs,
    monotonic: header.monotonic || undefined,
    firstDeadline: header.firstTerms.deadlineMs ?? undefined,
    firstTotal: header.firstTerms.totalSteps ?? undefined,
    deadline: header.terms.deadlineMs ?? undefined,
    total: header.terms.totalSteps ?? undefined,
    warnSeconds: header.warnSeconds ?? undefined,
    whenLost: header.whenLost === 'tell' ? undefined : header.whenLost,
    stallSeconds: header.stallSeconds ?? undefined,
  };
}

export function headerFromItem(item: Item): RosterHeader {
  const { id, name, participantCount, pageCount, salt, createdBy, requestHash, rule, status, ...stored } =
    item as unknown as StoredHeader;
  return {
    ...{ id, name, participantCount, pageCount, salt, createdBy, requestHash, rule, status },
    description: stored.description ?? null,
    metadata: stored.metadata === undefined ? null : (JSON.parse(stored.metadata) as Record<string, unknown>),
    createdAtMs: stored.createdAt,
    monotonic: stored.monotonic ?? false,
    firstTerms: { deadlineMs: stored.firstDeadline ?? null, totalSteps: stored.firstTotal ?? null },
    terms: { deadlineMs: stored.deadline ?? null, totalSteps: stored.total ?? null },
    moves: stored.moves ?? 0,
    warnSeconds: stored.warnSeconds ?? null,
    whenLost: stored.whenLost ?? 'tell',
    stallSeconds: stored.stallSeconds ?? null,
    stalledSinceMs: stored.stalledSince ?? null,
    resumedAtMs: stored.resumedAt ?? null,
    endedAtMs: stored.endedAt ?? null,
  };
}
