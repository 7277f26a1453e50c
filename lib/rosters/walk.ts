import { mapConcurrently } from '../common/concurrency';
import { type Table } from '../table/table';
import { decisionOf, type Decision, isDue, SYSTEM } from './decision';
import { type Closing, isFilled, isOpen, type Move, type Page, type Terms } from './page';
import { closeParams, followParams, moveParams, type UpdateParams } from './page-writes';
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

export type WalkResult =
  /** Every page is filled or closed; this is the decision. */
  | { readonly kind: 'ended'; readonly decision: Decision; readonly pages: readonly Page[] }
  /** Nothing is due. */
  | { readonly kind: 'open'; readonly pages: readonly Page[] }
  | { readonly kind: 'moved'; readonly pages: readonly Page[] }
  /** The roster was removed during the walk. */
  | { readonly kind: 'gone' };

const PAGES_IN_FLIGHT = 16;

interface CarriedMove {
  readonly moves: number;
  readonly terms: Terms;
}

class RosterGone extends Error {}

/**
 * The pages are complete, in ascending order and strongly read. They may be outdated, since every step checks again.
 * Cost: 1 write per undecided page, nothing for the others.
 */
export async function walk(
  table: Table,
  { pages, ...roster }: RosterId & { readonly pages: readonly Page[] },
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
        await mapConcurrently(later, PAGES_IN_FLIGHT, (page) => followUntilDecided(page, step.carried, write, nowMs));
        return { kind: step.kind, pages: current };
      case 'closed':
        await mapConcurrently(later, PAGES_IN_FLIGHT, async (page) => {
          // Who has reached a total that was lowered before the ending has arrived.
          if (step.carried?.terms.totalSteps != null) await followUntilDecided(page, step.carried, write, nowMs);
          if (isOpen(current[page.index] ?? page)) await write(page.index, closeParams(step.closing, 'any', nowMs));
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
  | { kind: 'closed'; index: number; closing: Closing; carried: CarriedMove | null }
  | { kind: 'all-filled'; index: number };

type WritePage = (index: number, params: UpdateParams) => Promise<{ applied: boolean; page: Page }>;

/** Walks up to the deciding page, and decides there. */
async function decide(pages: readonly Page[], write: WritePage, wish: Wish, nowMs: number): Promise<Step> {
  let carried: CarriedMove | null = null;
  for (const read of pages) {
    let page = read;
    // Each round either leaves the page or learns a newer state of it; a page changes only a finite number of times.
    for (;;) {
      const { index } = page;
      if (isFilled(page)) break;
      if (page.closing) return { kind: 'closed', index, closing: page.closing, carried: laterMove(carried, page) };
      if (carried && page.moves < carried.moves) {
        ({ page } = await write(index, followParams(page, carried.terms, carried.moves, nowMs)));
      } else if (isDue(page, nowMs)) {
        ({ page } = await write(index, closeParams(expiry(page), 'due', nowMs)));
      } else if (wish.kind === 'end') {
        ({ page } = await write(index, closeParams(wish.closing, 'not-due', nowMs)));
      } else if (wish.kind === 'move') {
        const terms = { ...page.terms, ...wish.to };
        const move: Move = { number: page.moves + 1, by: wish.by, atMs: nowMs, from: page.terms };
        const written = await write(index, moveParams(page, terms, move, nowMs));
        page = written.page;
        if (written.applied || isOurMove(page, move, terms)) {
          return { kind: 'moved', index, carried: { moves: move.number, terms } };
        }
      } else {
        return { kind: 'open', index, carried: laterMove(carried, page) };
      }
    }
    carried = laterMove(carried, page);
  }
  return { kind: 'all-filled', index: pages.length };
}

/** The SDK retries a write after a lost response. The retry fails its condition and meets the effect of the first. */
function isOurMove({ moves, move, terms }: Page, ours: Move, to: Terms): boolean {
  const isSame = move?.number === ours.number && move.by === ours.by && move.atMs === ours.atMs;
  // Two moves of one agent may have the same time.
  const hasSameTerms = terms.deadlineMs === to.deadlineMs && terms.totalSteps === to.totalSteps;
  return isSame && moves === ours.number && hasSameTerms;
}

/** The deadline is exact, so it is the time of the ending, whenever that is found. */
function expiry({ terms: { deadlineMs } }: Page): Closing {
  if (deadlineMs === null) throw new Error('unreachable: a page without a deadline is never due');
  return { as: 'expired', atMs: deadlineMs, by: SYSTEM, reason: null };
}

const laterMove = (carried: CarriedMove | null, { moves, terms }: Page): CarriedMove | null =>
  moves > (carried?.moves ?? 0) ? { moves, terms } : carried;

async function followUntilDecided(
  read: Page,
  carried: CarriedMove | null,
  write: WritePage,
  nowMs: number,
): Promise<void> {
  // A report between the read and the write refuses a lowered total; the next try knows it.
  for (let page = read; carried && isOpen(page) && page.moves < carried.moves;) {
    ({ page } = await write(page.index, followParams(page, carried.terms, carried.moves, nowMs)));
  }
}

const allAfter = (pages: readonly Page[], index: number): Page[] => pages.slice(index + 1);
