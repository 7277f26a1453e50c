import { assigning, updateIf } from '../table/conditional-write';
import { headerKey, type RosterKind } from '../table/keys';
import { getItem, type Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { currentTerms, type Decision, decisionOf } from './decision';
import type { Entry, Outcome } from './entry';
import { headerFromItem, type RosterHeader } from './header';
import { loadRosterItems } from './items';
import { countOf, type Ending, entryOn, isClosed, type MovedTerms, type Page, pageIndexOf } from './page';
import { pageFromItem } from './page-writes';
import type { RosterId } from './pages';
import { WORDS } from './words';

/** A sync point or a progress tracker as read: header, all pages in order, and the participants in the order given. */
export interface Roster {
  readonly kind: RosterKind;
  readonly header: RosterHeader;
  readonly pages: readonly Page[];
  readonly participants: readonly string[];
  /** Why the first that failed did so, where that was the ending; else null. */
  readonly firstFailure: string | null;
}

/** Strong read of all parts; null if it does not exist. For the cost, see loadRosterItems. */
export async function loadRoster(table: Table, { kind, id }: RosterId): Promise<Roster | null> {
  const items = await loadRosterItems(table, { kind, id });
  return (
    items && {
      kind,
      header: headerFromItem(items.header),
      pages: items.pages.map(pageFromItem),
      participants: items.participants,
      firstFailure: null,
    }
  );
}

/** Strong read of the header alone: 1 read unit per 4 KB; null if it does not exist. */
export async function readHeader(table: Table, { kind, id }: RosterId): Promise<RosterHeader | null> {
  const item = await getItem(table, headerKey(kind, id));
  return item && headerFromItem(item);
}

export type RosterStatus<Kind extends RosterKind = RosterKind> = (typeof WORDS)[Kind]['open'] | Ending;

export const rosterId = ({ kind, header }: Pick<Roster, 'kind' | 'header'>): RosterId => ({ kind, id: header.id });

/** The status from the pages, not the projection in the header. */
export const statusOf = ({ kind, pages }: Pick<Roster, 'kind' | 'pages'>): RosterStatus =>
  decisionOf(pages)?.ending ?? WORDS[kind].open;

/** Accepted outcomes, and reports that were more than a repeat. */
const acceptedOn = (page: Page): number => page.entries.size - countOf(page, 'pending') + page.reports;

/** A number that grows with every change of the page. */
export const changesOf = (page: Page): number => acceptedOn(page) + page.moves + (isClosed(page) ? 1 : 0);

/** A number that grows with every accepted change: an outcome, a report, a move, and the ending. */
export function versionOf(pages: readonly Page[]): number {
  const accepted = pages.reduce((sum, page) => sum + acceptedOn(page), 0);
  return 1 + accepted + currentTerms(pages).moves + (decisionOf(pages) ? 1 : 0);
}

/** The entry of a participant; null for others. The creator of a tracker is on the first page. */
export function entryOf({ header, pages }: Pick<Roster, 'header' | 'pages'>, agentId: string): Entry | null {
  const page = pages[pageIndexOf(agentId, header)];
  return page?.entries.get(agentId) ?? (pages[0] && entryOn(pages[0], agentId)) ?? null;
}

/** A participant with its entry. */
export interface Participant extends Entry {
  readonly agentId: string;
}

/** In the order given at creation. */
export function participantsOf(roster: Pick<Roster, 'header' | 'pages' | 'participants'>): Participant[] {
  return roster.participants.flatMap((agentId) => {
    const entry = entryOf(roster, agentId);
    return entry ? [{ agentId, ...entry }] : [];
  });
}

/** Those that are waited for: pending, and of a tracker not at the total. In the order given. */
export function missingFrom(roster: Pick<Roster, 'header' | 'pages' | 'participants'>): Participant[] {
  const totalSteps = currentTerms(roster.pages).totalSteps ?? Infinity;
  return participantsOf(roster).filter(({ outcome, step }) => outcome === 'pending' && step < totalSteps);
}

/** Those with an outcome by time, then by id, so that the order is the same for every reader. */
export function withOutcome(
  roster: Pick<Roster, 'header' | 'pages' | 'participants'>,
  outcome: Outcome,
): Participant[] {
  return participantsOf(roster)
    .filter((participant) => participant.outcome === outcome)
    .sort((one, other) => (one.atMs ?? 0) - (other.atMs ?? 0) || (one.agentId < other.agentId ? -1 : 1));
}

/**
 * Writes the decision into the header. The first writer wins, and all would write the same.
 * 1 write unit per KB of the header.
 */
export async function projectEnding(table: Table, { kind, id }: RosterId, decision: Decision): Promise<void> {
  const ended = { status: decision.ending, endedAt: decision.endedAtMs };
  await updateIf(table, headerKey(kind, id), traced(assigning(ended, '#status = :open', { ':open': 'open' })));
}

/** Writes moved terms into the header, unless that has a later move. 1 write unit per KB of the header. */
export async function projectTerms(
  table: Table,
  { kind, id }: RosterId,
  { deadlineMs, totalSteps, moves }: MovedTerms,
): Promise<void> {
  const hasFewerMoves = 'attribute_exists(pk) AND (attribute_not_exists(moves) OR moves < :moves)';
  const params = assigning({ moves, total: totalSteps, deadline: deadlineMs }, hasFewerMoves);
  await updateIf(table, headerKey(kind, id), traced(params));
}
