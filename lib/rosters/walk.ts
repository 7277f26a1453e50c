import { mapConcurrently, type Table } from '../table/table';
import { decisionOf, type Decision, isDue, SYSTEM } from './decision';
import { type Closing, isFilled, type Move, type Page } from './page';
import { closeParams, followParams, moveParams, type UpdateParams } from './page-expressions';
import { type RosterId, writePage } from './roster-repository';

/**
 * Ending a roster by hand, by its deadline or by whoever finds it half-ended, and moving its deadline: one walk over
 * the pages in ascending order, each step a single-item conditional write.
 *
 * - Filled pages are passed. The first page that is neither filled nor closed decides what happens.
 * - A page found closed has decided already: its closing is adopted and the rest of the pages is closed with it.
 * - A move decided on an earlier page is carried to later pages before anything is decided there, so that a walk
 *   that was cut short between two pages never lets the old deadline end the roster.
 * - A deadline that has passed comes first: cancelling late finds the roster expired.
 *
 * Any number of walks may run at once and each may stop anywhere; whoever comes next goes on from what the pages say.
 */
export type Wish =
  /** Only finish what has been decided or is due. */
  | { readonly kind: 'observe' }
  | { readonly kind: 'end'; readonly closing: Closing }
  | { readonly kind: 'move'; readonly deadlineMs: number; readonly by: string };

export type WalkResult =
  /** Every page is filled or closed, and this is what they say. */
  | { readonly kind: 'ended'; readonly decision: Decision; readonly pages: readonly Page[] }
  /** Nothing is due. */
  | { readonly kind: 'open'; readonly pages: readonly Page[] }
  | { readonly kind: 'moved'; readonly pages: readonly Page[] }
  /** The roster was removed while we walked. */
  | { readonly kind: 'gone' };

const PAGES_IN_FLIGHT = 16;

interface CarriedMove {
  readonly moves: number;
  readonly deadlineMs: number;
}

class RosterGone extends Error {}

/**
 * @param pages all pages in ascending order, strongly read; older is fine, every step checks again.
 * Cost: 1 write per page that is still undecided, nothing for the others.
 */
export async function walk(
  table: Table,
  roster: RosterId,
  pages: readonly Page[],
  wish: Wish,
  nowMs: number,
): Promise<WalkResult> {
  const current = [...pages];
  const write = async (index: number, params: UpdateParams): Promise<{ applied: boolean; page: Page }> => {
    const { applied, page } = await writePage(table, roster, index, params);
    if (!page) throw new RosterGone();
    current[index] = page;
    return { applied, page };
  };

  try {
    const step = await decide(current, write, wish, nowMs);
    const later = allAfter(current, step.index);
    switch (step.kind) {
      case 'open':
      case 'moved':
        await mapConcurrently(later, PAGES_IN_FLIGHT, (page) => followUntilDecided(page, step.carried, write));
        return { kind: step.kind, pages: current };
      case 'closed':
        await mapConcurrently(later, PAGES_IN_FLIGHT, async (page) => {
          if (!isFilled(page) && !page.closing) await write(page.index, closeParams(step.closing, 'any', nowMs));
        });
        break;
      case 'all-filled':
        break;
    }
    const decision = decisionOf(current);
    if (!decision) throw new Error(`pages of ${roster.kind} ${roster.id} are undecided after a whole walk`);
    return { kind: 'ended', decision, pages: current };
  } catch (error) {
    if (error instanceof RosterGone) return { kind: 'gone' };
    throw error;
  }
}

type Step =
  | { kind: 'open' | 'moved'; index: number; carried: CarriedMove | null }
  | { kind: 'closed'; index: number; closing: Closing }
  | { kind: 'all-filled'; index: number };

type WritePage = (index: number, params: UpdateParams) => Promise<{ applied: boolean; page: Page }>;

/** Goes up to the page that decides, and decides there. */
async function decide(pages: readonly Page[], write: WritePage, wish: Wish, nowMs: number): Promise<Step> {
  let carried: CarriedMove | null = null;
  for (const read of pages) {
    let page = read;
    // Each round either leaves the page or learns a newer state of it; a page changes only finitely often.
    for (;;) {
      const { index } = page;
      if (isFilled(page)) break;
      if (page.closing) return { kind: 'closed', index, closing: page.closing };
      if (carried && page.moves < carried.moves) {
        ({ page } = await write(index, followParams(carried.deadlineMs, carried.moves)));
      } else if (isDue(page, nowMs)) {
        ({ page } = await write(index, closeParams(expiry(page), 'due', nowMs)));
      } else if (wish.kind === 'end') {
        ({ page } = await write(index, closeParams(wish.closing, 'not-due', nowMs)));
      } else if (wish.kind === 'move') {
        const move: Move = { number: page.moves + 1, by: wish.by, atMs: nowMs, fromMs: page.deadlineMs };
        const written = await write(index, moveParams(wish.deadlineMs, move, page.moves, nowMs));
        page = written.page;
        if (written.applied || isOurMove(page, move, wish.deadlineMs)) {
          return { kind: 'moved', index, carried: { moves: move.number, deadlineMs: wish.deadlineMs } };
        }
      } else {
        return { kind: 'open', index, carried: laterMove(carried, page) };
      }
    }
    carried = laterMove(carried, page);
  }
  return { kind: 'all-filled', index: pages.length };
}

/** The SDK repeats a write whose answer was lost; the repeat fails its condition and meets the effect of the first. */
function isOurMove(page: Page, move: Move, deadlineMs: number): boolean {
  return (
    page.moves === move.number &&
    page.deadlineMs === deadlineMs &&
    page.move?.number === move.number &&
    page.move.by === move.by &&
    page.move.atMs === move.atMs
  );
}

/** The deadline is exact, so this is the moment of the ending, whenever it is found. */
function expiry(page: Page): Closing {
  if (page.deadlineMs === null) throw new Error('unreachable: a page without a deadline is never due');
  return { as: 'expired', atMs: page.deadlineMs, by: SYSTEM, reason: null };
}

const laterMove = (carried: CarriedMove | null, page: Page): CarriedMove | null =>
  page.deadlineMs !== null && page.moves > (carried?.moves ?? 0)
    ? { moves: page.moves, deadlineMs: page.deadlineMs }
    : carried;

async function followUntilDecided(page: Page, carried: CarriedMove | null, write: WritePage): Promise<void> {
  if (!carried || isFilled(page) || page.closing || page.moves >= carried.moves) return;
  await write(page.index, followParams(carried.deadlineMs, carried.moves));
}

const allAfter = (pages: readonly Page[], index: number): Page[] => pages.slice(index + 1);
