import type { Outcome } from './entry';
import { countOf, type Closing, type Ending, isClosed, isOpen, type MovedTerms, type Page, type Rule } from './page';

/**
 * The ending that a set of pages implies. Pure, and the only source of what is said about an ending.
 *
 *     page 0   page 1   page 2
 *     filled   filled   filled      the counts: enough have arrived, or it has become impossible
 *     filled   closed   any         the counts, if they suffice; else the closing of page 1, the lowest closed page
 *     filled   open     any         undecided: page 1 can still go either way
 *
 * Pages stay filled or closed for ever, so a decision never changes, whatever else is read later.
 */
export interface Decision {
  readonly ending: Ending;
  readonly endedAtMs: number;
  readonly endedBy: string;
  readonly reason: string | null;
}

export const SYSTEM = 'system';

/** What became of the participants, over one reading of all pages. */
export interface Tally {
  readonly participants: number;
  readonly pending: number;
  readonly arrived: number;
  readonly failed: number;
  readonly excused: number;
}

export function tallyOf(pages: readonly Page[]): Tally {
  const sum = (count: (page: Page) => number): number => pages.reduce((total, page) => total + count(page), 0);
  return {
    participants: sum((page) => page.entries.size),
    pending: sum((page) => countOf(page, 'pending')),
    arrived: sum((page) => countOf(page, 'arrived')),
    failed: sum((page) => countOf(page, 'failed')),
    excused: sum((page) => countOf(page, 'excused')),
  };
}

/** What the counts say, whoever closed a page. All numbers must be of one reading. */
function verdictOf(pages: readonly Page[]): 'completed' | 'failed' | null {
  const rule = pages[0]?.rule;
  if (!rule || rule.creatorDecides) return null;
  const { participants, arrived, failed, excused } = tallyOf(pages);
  if (arrived >= (rule.quorum ?? participants - excused)) return 'completed';
  const isImpossible = rule.quorum === null ? failed > 0 : failed + excused > participants - rule.quorum;
  return isImpossible ? 'failed' : null;
}

/** The decision of pages that are complete and in order, once every page is filled or closed, else null. */
export function decisionOf(pages: readonly Page[]): Decision | null {
  if (pages.some(isOpen)) return null;
  const first = pages.find(isClosed)?.closing ?? null;
  const byHand = first !== null && first.by !== SYSTEM;
  const rule = pages[0]?.rule;
  const verdict = verdictOf(pages);
  const waitsForAll = rule?.endWhen === 'everyone';
  const stands = rule?.creatorDecides || (byHand && (waitsForAll || verdict !== 'completed'));
  const ending = { as: verdict ?? 'expired', by: SYSTEM, reason: null } as const;
  const { as, by, reason } = first && stands ? first : ending;

  const entries = pages.flatMap((page) => [...page.entries.values(), ...(page.overall ? [page.overall.entry] : [])]);
  // Pages after the deciding one may accept outcomes until they are closed too; the end is not before those.
  const changesMs = [
    ...entries.map(({ atMs, reportedAtMs }) => Math.max(atMs ?? 0, reportedAtMs ?? 0)),
    // A deadline that has come is the end, whatever the clock of who moved it said.
    ...(as === 'expired' ? [] : pages.map((page) => page.move?.atMs ?? 0)),
  ];
  // The counts are what they are since the last of these, whoever came to close the pages.
  const closedMs = stands || waitsForAll || !verdict ? (first?.atMs ?? 0) : 0;
  return { ending: as, endedAtMs: Math.max(closedMs, ...changesMs), endedBy: by, reason };
}

/** Whether an outcome may make the counts the ending while others are pending. */
export const isCounted = ({ endWhen, quorum }: Rule, outcome: Outcome): boolean =>
  endWhen === 'decided' && (quorum !== null || outcome === 'failed');

export const isDue = ({ terms: { deadlineMs } }: Page, nowMs: number): boolean =>
  deadlineMs !== null && deadlineMs <= nowMs;

/** The current terms: those of the page with the most moves. */
export function currentTerms(pages: readonly Page[]): MovedTerms {
  let latest: Page | undefined;
  for (const page of pages) if (!latest || page.moves > latest.moves) latest = page;
  return { deadlineMs: null, totalSteps: null, ...latest?.terms, moves: latest?.moves ?? 0 };
}

/**
 * What an observer must do: finish an interrupted walk, end what the counts have decided, or what its deadline has;
 * null: nothing.
 */
export function dueClosing(pages: readonly Page[], nowMs: number): Closing | 'finish' | null {
  const firstOpen = pages.find(isOpen);
  if (!firstOpen) return null;
  const verdict = firstOpen.rule.endWhen === 'decided' ? verdictOf(pages) : null;
  if (verdict) return { as: verdict, atMs: nowMs, by: SYSTEM, reason: null };
  const { moves } = currentTerms(pages);
  // The walk of a move, or of an ending, is running, or was interrupted.
  const isBegun = pages.some((page) => isClosed(page) || (isOpen(page) && page.moves < moves));
  return isBegun || isDue(firstOpen, nowMs) ? 'finish' : null;
}
