/**
 * A roster is split into pages, so that an arrival is one conditional write of at most 1 KB for any number of
 * participants. This file defines the page of a participant and the content of a page. Pure.
 */
import type { Entry, Outcome } from './entry';

/** Participants per page within 1 KB, with ids of 36 characters. */
export interface PageCapacity {
  /** Up to this many participants share one page. */
  readonly single: number;
  /** Further pages have longer keys. */
  readonly further: number;
}

/** Each participant takes (36 + 8 + 1) bytes, and everything else at most 124. */
export const SYNC_POINT_PAGE: PageCapacity = { single: 20, further: 18 };

/** Each participant takes (36 + 13 + 1) bytes, and everything else at most 174. */
export const TRACKER_PAGE: PageCapacity = { single: 17, further: 17 };

/** The mean with several pages. A hash spreads unevenly, so pages hold more or fewer. */
const MEAN_PARTICIPANTS_PER_PAGE = 10;

/** Creation is one transaction of at most 100 items: header, two roster chunks, an idempotency record and the pages. */
export const MAX_PAGES = 95;

/** Salts to try for an even spread. With a mean of 10, one or two suffice; beyond 1,000 participants, none is even. */
const MAX_SALT = 99;
const MAX_SALT_OF_LARGE_ROSTERS = 4;

/** The split of a roster. It never changes, so it may be cached. */
export interface RosterShape {
  readonly pageCount: number;
  /** Chosen at creation so that no page is too full; 0 with one page. */
  readonly salt: number;
}

export const SINGLE_PAGE: RosterShape = { pageCount: 1, salt: 0 };

export type Ending = 'completed' | 'failed' | 'expired' | 'cancelled';

/** Why a page was closed. The lowest closed page of a roster decides for all. */
export interface Closing {
  readonly as: Ending;
  readonly atMs: number;
  /** Agent id, or `system` for a deadline and for what the counts imply. */
  readonly by: string;
  readonly reason: string | null;
}

/** What a move changes: the deadline, and the total of a tracker. */
export interface Terms {
  readonly deadlineMs: number | null;
  /** null: of a sync point. */
  readonly totalSteps: number | null;
}

/** Terms, and the number of the move to them; 0: those given at creation. */
export interface MovedTerms extends Terms {
  readonly moves: number;
}

/** The latest move. Only the page that decided it has this; the event is derived from it. */
export interface Move {
  readonly number: number;
  readonly by: string;
  readonly atMs: number;
  readonly from: Terms;
}

/** When a roster ends; it never changes, and every page has it. */
export interface Rule {
  /** How many arrivals are enough; null: everyone that is not excused. */
  readonly quorum: number | null;
  /** `decided`: as soon as the outcome is certain. `everyone`: when nobody is pending. */
  readonly endWhen: 'decided' | 'everyone';
  /** Of a tracker: only a closing by its creator, or its deadline, ends it. */
  readonly creatorDecides: boolean;
}

/**
 * - *filled*: nobody is pending, or the page is the only one and its quorum has arrived; it can never be closed. The
 *   first page of a tracker is never filled if its creator decides, or reports without taking part.
 * - *closed*: `closing` is set; it can never be filled.
 * - *open*: neither.
 */
export interface Page extends RosterShape {
  readonly index: number;
  /** Of the participants. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** On the first page of a tracker: its creator, whose step is the overall step. */
  readonly overall: { readonly agentId: string; readonly entry: Entry; readonly participates: boolean } | null;
  readonly rule: Rule;
  /** Of a tracker: steps cannot go back. */
  readonly monotonic: boolean;
  /** Of a tracker with `stallSeconds`. */
  readonly mayStall: boolean;
  /** Of a tracker: reports that were more than a repeat, but for those that were an arrival. */
  readonly reports: number;
  readonly terms: Terms;
  /** Number of moves when this page adopted its terms. */
  readonly moves: number;
  readonly move: Move | null;
  readonly closing: Closing | null;
  /** Whether the ending was decided here; pages closed later adopted its closing. */
  readonly closedFirst: boolean;
}

export const countOf = ({ entries }: Page, outcome: Outcome): number => {
  let count = 0;
  for (const entry of entries.values()) if (entry.outcome === outcome) count++;
  return count;
};

export function isFilled(page: Page): boolean {
  const { pageCount, rule, overall } = page;
  if (rule.creatorDecides || overall?.participates === false) return false;
  if (countOf(page, 'pending') === 0) return true;
  // With one page, the arrival that makes the quorum is itself the ending.
  const quorum = pageCount === 1 && rule.endWhen === 'decided' ? rule.quorum : null;
  return quorum !== null && countOf(page, 'arrived') >= quorum;
}
export const isClosed = (page: Page): boolean => page.closing !== null;
export const isOpen = (page: Page): boolean => !isFilled(page) && !isClosed(page);
/** Open, and somebody on it is pending. */
export const isAwaited = (page: Page): boolean => isOpen(page) && countOf(page, 'pending') > 0;

/** The entry of an agent that participates or reports the overall step. */
export const entryOn = (page: Page, agentId: string): Entry | null =>
  page.entries.get(agentId) ?? (page.overall?.agentId === agentId ? page.overall.entry : null);

export function pageIndexOf(agentId: string, shape: RosterShape): number {
  return shape.pageCount === 1 ? 0 : hash(agentId, shape.salt) % shape.pageCount;
}

/** @param onFirstPage how many more stand on the first page, whatever the hash says: the creator of a tracker */
export function splitRoster(
  participants: readonly string[],
  capacity: PageCapacity,
  onFirstPage = 0,
): { shape: RosterShape; pages: readonly string[][] } {
  if (participants.length + onFirstPage <= capacity.single) return { shape: SINGLE_PAGE, pages: [[...participants]] };

  const pageCount = Math.min(MAX_PAGES, Math.ceil(participants.length / MEAN_PARTICIPANTS_PER_PAGE));
  const crowded = participants.length > pageCount * capacity.further;
  let best: { shape: RosterShape; pages: string[][]; fullest: number } | undefined;
  for (let salt = 1; salt <= (crowded ? MAX_SALT_OF_LARGE_ROSTERS : MAX_SALT); salt++) {
    const shape = { pageCount, salt };
    const pages = Array.from({ length: pageCount }, (): string[] => []);
    for (const participant of participants) pages[pageIndexOf(participant, shape)]?.push(participant);
    const fullest = Math.max(...pages.map((page, index) => page.length + (index === 0 ? onFirstPage : 0)));
    if (!best || fullest < best.fullest) best = { shape, pages, fullest };
    if (fullest <= capacity.further) break;
  }
  if (!best) throw new Error('unreachable: at least one salt is tried');
  return best;
}

/**
 * FNV-1a with a final mix. Any stable, even hash would do, but stored data depends on this one, so it must not change.
 */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  value ^= value >>> 16;
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  return value >>> 0;
}
