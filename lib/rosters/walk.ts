import { mapConcurrently } from '../common/concurrency';
import { type Table } from '../table/table';
import { currentTerms, isDue, SYSTEM } from './decision';
import { type Closing, isFilled, isOpen, type Move, type MovedTerms, type Page, type Terms } from './page';
import { closeParams, moveParams, type UpdateParams } from './page-writes';
import { type RosterId, writePage } from './pages';

/**
 * Ends a roster (by hand, by its deadline, by its counts, or by an observer that finds it half-ended) or moves its
 * terms: one walk over the pages in ascending order. Each step is a conditional write of a single item.
 *
 * - Filled pages are passed. The first page that is neither filled nor closed decides the outcome.
 * - A closed page has decided already: its closing is adopted, and the remaining pages are closed with it.
 * - A move that was decided on an earlier page is carried to later pages before anything is decided there. So a walk
 *   that was interrupted between two pages never lets the old deadline end the roster.
 * - A deadline that has passed comes first: cancelling late finds the roster expired.
 *
 * Any number of walks may run at once, and each may stop anywhere; the next walk continues from the state of the pages.
 */
export type Wish =
  /** Only finish a decided ending or move, or a passed deadline. */
  | { readonly kind: 'observe' }
  | { readonly kind: 'end'; readonly closing: Closing }
  | { readonly kind: 'move'; readonly to: Partial<Terms>; readonly by: string };

const PAGES_IN_FLIGHT = 16;

class RosterGone extends Error {}

/**
 * The pages are complete, in ascending order and strongly read. They may be outdated, since every step checks again.
 * Returns them as they are afterwards: all are filled or closed unless nothing was due, or it was `moved`. Returns null
 * if the roster was removed during the walk.
 * Cost: 1 write per undecided page, nothing for the others.
 */
export async function walk(
  table: Table,
  { pages, ...roster }: RosterId & { readonly pages: readonly Page[] },
  wish: Wish,
  nowMs: number,
): Promise<{ readonly pages: readonly Page[]; readonly moved: boolean } | null> {
  const current = [...pages];
  const write = async (index: number, params: UpdateParams): Promise<{ applied: boolean; page: Page }> => {
    const { applied, page } = await writePage(table, roster, index, params);
    if (!page) throw new RosterGone();
    current[index] = page;
    return { applied, page };
  };

  try {
    const { index, closing, moved } = await decide(current, write, wish, nowMs);
    const decided = currentTerms(current.slice(0, index + 1));
    await mapConcurrently(current.slice(index + 1), PAGES_IN_FLIGHT, async (read) => {
      let page = read;
      // Who has reached a total that was lowered before the ending has arrived; a deadline means nothing any more.
      while ((!closing || decided.totalSteps !== null) && isBehind(page, decided)) {
        // A report between the read and the write refuses a lowered total; the next try knows it.
        ({ page } = await write(page.index, moveParams(page, decided, null, nowMs)));
      }
      if (closing && isOpen(page)) await write(page.index, closeParams(closing, 'any', nowMs));
    });
    return { pages: current, moved };
  } catch (error) {
    if (error instanceof RosterGone) return null;
    throw error;
  }
}

type WritePage = (index: number, params: UpdateParams) => Promise<{ applied: boolean; page: Page }>;

/** Where a walk stopped: at the page that decided an ending or a move, at one where nothing is due, or at the end. */
interface Stop {
  readonly index: number;
  readonly closing: Closing | null;
  readonly moved: boolean;
}

/** Walks up to the deciding page, and decides there. */
async function decide(pages: readonly Page[], write: WritePage, wish: Wish, nowMs: number): Promise<Stop> {
  for (const [index, read] of pages.entries()) {
    const before = currentTerms(pages.slice(0, index));
    // Each round either leaves the page or learns a newer state of it; a page changes only a finite number of times.
    for (let page = read; !isFilled(page);) {
      const { closing, moves, terms } = page;
      if (closing) return { index, closing, moved: false };
      if (isBehind(page, before)) {
        ({ page } = await write(index, moveParams(page, before, null, nowMs)));
      } else if (isDue(page, nowMs)) {
        // The deadline is exact, so it is the time of the ending, whenever that is found.
        const expiry: Closing = { as: 'expired', atMs: terms.deadlineMs ?? nowMs, by: SYSTEM, reason: null };
        ({ page } = await write(index, closeParams(expiry, 'due', nowMs)));
      } else if (wish.kind === 'end') {
        ({ page } = await write(index, closeParams(wish.closing, 'not-due', nowMs)));
      } else if (wish.kind === 'move') {
        const to = { ...terms, ...wish.to, moves: moves + 1 };
        // Nothing to do, so nothing to tell: the version stays, and there is no event.
        if (hasTerms(page, to)) return { index, closing: null, moved: true };
        const move: Move = { number: to.moves, by: wish.by, atMs: nowMs, from: terms };
        const written = await write(index, moveParams(page, to, move, nowMs));
        if (written.applied || isOurMove(written.page, move, to)) return { index, closing: null, moved: true };
        ({ page } = written);
      } else {
        return { index, closing: null, moved: false };
      }
    }
  }
  return { index: pages.length, closing: null, moved: false };
}

const isBehind = (page: Page, { moves }: MovedTerms): boolean => isOpen(page) && page.moves < moves;

/** The SDK retries a write after a lost response. The retry fails its condition and meets the effect of the first. */
function isOurMove(page: Page, ours: Move, to: Terms): boolean {
  const { moves, move } = page;
  const isSame = move?.number === ours.number && move.by === ours.by && move.atMs === ours.atMs;
  // Two moves of one agent may have the same time.
  return isSame && moves === ours.number && hasTerms(page, to);
}

const hasTerms = ({ terms }: Page, { deadlineMs, totalSteps }: Terms): boolean =>
  terms.deadlineMs === deadlineMs && terms.totalSteps === totalSteps;
