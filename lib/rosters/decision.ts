import { type Closing, type Ending, isClosed, isUndecided, type Page } from './page';

/**
 * What a set of pages says about the ending. Pure.
 *
 *     page 0   page 1   page 2
 *     filled   filled   filled      completed: everyone arrived
 *     filled   closed   any         what page 1 says: the lowest closed page decides
 *     filled   open     any         undecided: page 1 can still go either way
 *
 * Filled and closed are for ever, so a decision seen once stands whatever else is read later.
 */
export interface Decision {
  readonly ending: Ending;
  readonly endedAtMs: number;
  readonly endedBy: string;
  readonly reason: string | null;
}

export const SYSTEM = 'system';

/** The closing that decides, or null while no page is closed. Pages must be complete and in order. */
export function decidingClosing(pages: readonly Page[]): Closing | null {
  return pages.find(isClosed)?.closing ?? null;
}

/** The decision once every page is filled or closed, else null. */
export function decisionOf(pages: readonly Page[]): Decision | null {
  if (pages.some(isUndecided)) return null;
  const lastArrivalMs = Math.max(0, ...pages.flatMap((page) => [...page.arrived.values()]));
  const lastMoveMs = Math.max(0, ...pages.map((page) => page.move?.atMs ?? 0));
  const closing = decidingClosing(pages);
  if (!closing) return { ending: 'completed', endedAtMs: lastArrivalMs, endedBy: SYSTEM, reason: null };
  return {
    ending: closing.as,
    // Pages behind the deciding one may take an arrival until they are closed too; the end is not before it.
    endedAtMs:
      closing.as === 'expired'
        ? Math.max(closing.atMs, lastArrivalMs)
        : Math.max(closing.atMs, lastArrivalMs, lastMoveMs),
    endedBy: closing.by,
    reason: closing.reason,
  };
}

export const isDue = (page: Page, nowMs: number): boolean => page.deadlineMs !== null && page.deadlineMs <= nowMs;

/** The deadline in force: the page with the most moves knows it. */
export function currentDeadline(pages: readonly Page[]): { deadlineMs: number | null; moves: number } {
  let latest: Page | undefined;
  for (const page of pages) if (!latest || page.moves > latest.moves) latest = page;
  return { deadlineMs: latest?.deadlineMs ?? null, moves: latest?.moves ?? 0 };
}

/** Whether an observer has something to settle: a walk cut short, or a deadline that has passed. */
export function needsSettling(pages: readonly Page[], nowMs: number): boolean {
  const firstUndecided = pages.find(isUndecided);
  if (!firstUndecided) return false;
  return decidingClosing(pages) !== null || isDue(firstUndecided, nowMs) || someLagBehindAMove(pages);
}

/** A move reached the page that decided it but not yet all later ones: its walk is under way, or was cut short. */
function someLagBehindAMove(pages: readonly Page[]): boolean {
  const { moves } = currentDeadline(pages);
  return pages.some((page) => isUndecided(page) && page.moves < moves);
}
