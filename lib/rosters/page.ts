/**
 * A roster is split into pages, so that an arrival is one conditional write of at most 1 KB whatever the number of
 * participants. This file says which page a participant stands on and what a page holds. Pure.
 */

/** How many participants a page holds within 1 KB, with ids of 36 characters. */
export interface PageCapacity {
  /** Up to this many participants share one page. */
  readonly single: number;
  /** Further pages have longer keys. */
  readonly further: number;
}

/** When all have arrived: (36 + 9 + 1) bytes each, and about 110 bytes for keys and the other attributes. */
export const SYNC_POINT_PAGE: PageCapacity = { single: 20, further: 18 };

/** Beyond one page: the mean. A hash spreads unevenly, so pages hold more and less than that. */
const MEAN_PARTICIPANTS_PER_PAGE = 10;

/**
 * Creation is one transaction of at most 100 items: header, two roster chunks, an idempotency record, a tracker's overall
 * item and the pages.
 */
export const MAX_PAGES = 95;

/** Salts to try for an even spread. One or two suffice at the mean of 10; beyond 1,000 participants none can. */
const MAX_SALT = 99;
const MAX_SALT_OF_LARGE_ROSTERS = 4;

/** How a roster is split. Never changes, so it may be remembered. */
export interface RosterShape {
  readonly pageCount: number;
  /** Chosen at creation so that no page is overfull; 0 with one page. */
  readonly salt: number;
}

export const SINGLE_PAGE: RosterShape = { pageCount: 1, salt: 0 };

export type Ending = 'completed' | 'expired' | 'cancelled';

/** Why a page was closed. The lowest closed page of a roster decides for all. */
export interface Closing {
  readonly as: Ending;
  readonly atMs: number;
  /** Agent id, or `system` for a deadline. */
  readonly by: string;
  readonly reason: string | null;
}

/** Who moved the deadline; kept on the page that decided the move, from which its event is derived. */
export interface Move {
  readonly number: number;
  readonly by: string;
  readonly atMs: number;
  readonly fromMs: number | null;
}

/**
 * - *filled*: nobody pending; can never be closed.
 * - *closed*: `closing` is set; can never be filled.
 * - *undecided*: neither.
 */
export interface Page extends RosterShape {
  readonly index: number;
  readonly pending: ReadonlySet<string>;
  /** Agent id → time of arrival, epoch milliseconds. */
  readonly arrived: ReadonlyMap<string, number>;
  /** Those of the arrived who brought data. */
  readonly withData: ReadonlySet<string>;
  readonly deadlineMs: number | null;
  /** How many times the deadline had been moved when this page took its deadline. */
  readonly moves: number;
  readonly move: Move | null;
  readonly closing: Closing | null;
  /** Whether the ending was decided here; pages that were closed after it adopted its closing. */
  readonly closedFirst: boolean;
}

export const isFilled = (page: Page): boolean => page.pending.size === 0;
export const isClosed = (page: Page): boolean => page.closing !== null;
export const isUndecided = (page: Page): boolean => !isFilled(page) && !isClosed(page);
export const isOnPage = (page: Page, agentId: string): boolean =>
  page.pending.has(agentId) || page.arrived.has(agentId);

export function pageIndexOf(agentId: string, shape: RosterShape): number {
  return shape.pageCount === 1 ? 0 : hash(agentId, shape.salt) % shape.pageCount;
}

export function splitRoster(
  participants: readonly string[],
  capacity: PageCapacity,
): { shape: RosterShape; pages: readonly string[][] } {
  if (participants.length <= capacity.single) return { shape: SINGLE_PAGE, pages: [[...participants]] };

  const pageCount = Math.min(MAX_PAGES, Math.ceil(participants.length / MEAN_PARTICIPANTS_PER_PAGE));
  const crowded = participants.length > pageCount * capacity.further;
  let best: { shape: RosterShape; pages: string[][]; fullest: number } | undefined;
  for (let salt = 1; salt <= (crowded ? MAX_SALT_OF_LARGE_ROSTERS : MAX_SALT); salt++) {
    const shape = { pageCount, salt };
    const pages = Array.from({ length: pageCount }, (): string[] => []);
    for (const participant of participants) pages[pageIndexOf(participant, shape)]?.push(participant);
    const fullest = Math.max(...pages.map((page) => page.length));
    if (!best || fullest < best.fullest) best = { shape, pages, fullest };
    if (fullest <= capacity.further) break;
  }
  if (!best) throw new Error('unreachable: at least one salt is tried');
  return best;
}

/** FNV-1a with a final mix: any stable, even hash would do; it is part of the stored data's meaning, so it can't change. */
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

/** As a page was at the creation, with the deadline it had then. */
export function pageAsCreated(page: Page, deadlineMs: number | null): Page {
  return {
    ...page,
    pending: new Set([...page.pending, ...page.arrived.keys()]),
    arrived: new Map(),
    withData: new Set(),
    deadlineMs,
    moves: 0,
    move: null,
    closing: null,
    closedFirst: false,
  };
}
