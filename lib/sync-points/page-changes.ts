import { isoTime, isoTimeOrNull } from '../clock';
import type { Change } from '../dispatcher/change';
import { atOnce, type Dispatcher, recordEvents } from '../dispatcher/dispatcher';
import { type MusterEvent, newEvent } from '../events/event';
import { decisionOf } from '../rosters/decision';
import { isFilled, type Page, pageAsCreated } from '../rosters/page';
import { pageFromItem } from '../rosters/page-expressions';
import { otherUnfilledPage, readPages } from '../rosters/roster-repository';
import type { Table } from '../table/table';
import { walkSyncPoint } from './settle-sync-point';
import { syncPointRoster } from './sync-point';
import { loadSyncPoint, projectEnding, readHeader } from './sync-point-repository';

/** Arrivals, closings and moves, each seen as a change of a page; and whatever they leave to be finished. */
export async function dispatchPageChange(dispatcher: Dispatcher, change: Change): Promise<void> {
  if (!change.after) return;
  const after = pageFromItem(change.after);
  // A page starts with nobody arrived, so an insert says nothing; fed with a page as it is now, it says everything.
  const before = change.before ? pageFromItem(change.before) : pageAsCreated(after, null);
  const id = syncPointIdOf(change.pk);

  await recordEvents(dispatcher, 'SP', [...arrivalEvents(id, before, after), ...moveEvents(id, before, after)]);

  if (isFilled(after) && !isFilled(before)) await projectIfAllFilled(dispatcher, id, after);
  const endedHere = after.closedFirst && !before.closedFirst;
  if (endedHere || movedHere(before, after)) await finishWalk(dispatcher, id);
}

/** `SP#<id>` or `SP#<id>#<page>`; ids hold no `#`. */
const syncPointIdOf = (pk: string): string => pk.split('#')[1] ?? '';

function arrivalEvents(id: string, before: Page, after: Page): MusterEvent[] {
  return [...after.arrived]
    .filter(([agentId]) => !before.arrived.has(agentId))
    .map(([agentId, atMs]) => newEvent('AGENT_ARRIVED', id, agentId, atMs, {}));
}

/** Only the page that decided a move holds it with the number of moves it has; pages that followed don't. */
const movedHere = (before: Page, after: Page): boolean =>
  after.moves > before.moves && after.move?.number === after.moves;

function moveEvents(id: string, before: Page, after: Page): MusterEvent[] {
  const { move } = after;
  if (!move || after.deadlineMs === null || !movedHere(before, after)) return [];
  const details = { deadline: isoTime(after.deadlineMs), previousDeadline: isoTimeOrNull(move.fromMs) };
  return [newEvent('SYNC_POINT_DEADLINE_CHANGED', id, move.by, move.atMs, details, move.number)];
}

async function projectIfAllFilled({ table, inTurn = atOnce }: Dispatcher, id: string, page: Page): Promise<void> {
  if (page.pageCount === 1) {
    const decision = decisionOf([page]);
    if (decision) await projectEnding(table, id, decision);
    return;
  }
  await inTurn(`SP#${id}`, () => projectIfOthersFilled(table, id, page));
}

async function projectIfOthersFilled(table: Table, id: string, page: Page): Promise<void> {
  const roster = syncPointRoster(id);
  // While others are still open, most times one read tells. It is read again with the rest when it doesn't.
  const [next] = await readPages(table, roster, [(page.index + 1) % page.pageCount]);
  if (next && !isFilled(next)) return;
  // Pages that fill at about the same time all find the others filled. The first of them has told the header.
  if ((await readHeader(table, id))?.status !== 'waiting') return;
  if ((await otherUnfilledPage(table, roster, page, page.index + 2)) !== null) return;
  const syncPoint = await loadSyncPoint(table, id);
  const decision = syncPoint && decisionOf(syncPoint.pages);
  if (decision) await projectEnding(table, id, decision);
}

/**
 * A closing or a move goes on to the other pages and the header, also when whoever began it died. Once per ending and
 * move: only the change of the page that decided it leads here.
 */
async function finishWalk({ table, now }: Dispatcher, id: string): Promise<void> {
  const syncPoint = await loadSyncPoint(table, id);
  if (syncPoint) await walkSyncPoint(table, syncPoint, { kind: 'observe' }, now());
}
