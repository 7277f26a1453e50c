import { isoTimeOrNull } from '../../common/clock';
import { type EventType, type MusterEvent, newEvent } from '../../events/event';
import { recordEvents } from '../../events/store';
import { publishNotification } from '../../messages/publish';
import { currentTerms, decisionOf, dueClosing, isCounted, SYSTEM } from '../../rosters/decision';
import { type Accepted, readDetails, type StoredDetails } from '../../rosters/details';
import type { Entry } from '../../rosters/entry';
import { isAwaited, isClosed, isOpen, type Move, type Page } from '../../rosters/page';
import { pageFromItem, UNREPORTED } from '../../rosters/page-writes';
import { otherOpenPage, readPages, type RosterId } from '../../rosters/pages';
import { loadRoster, projectEnding, projectTerms, readHeader, type Roster } from '../../rosters/roster';
import { loadSettled } from '../../rosters/settle';
import { WORDS } from '../../rosters/words';
import { entityIdOf, type RosterKind } from '../../table/keys';
import type { Table } from '../../table/table';
import { progressUpdated } from '../../trackers/progress-updated';
import type { Change } from '../change';
import { atOnce, type Dispatcher } from '../dispatcher';
import { deadlineChangedNotification, failureNotification, overallStepNotification } from '../notifications/roster';
import { resumeIfMoved } from '../stalls';

/** Somebody's entry that has changed. */
interface News {
  readonly agentId: string;
  readonly before: Entry;
  readonly after: Entry;
}

/** Outcomes, reports, moves and closings, seen as changes of a page, and the work that they leave to be finished. */
export const onRosterPage =
  (kind: RosterKind) =>
  async (dispatcher: Dispatcher, change: Change): Promise<void> => {
    if (!change.after) return;
    const after = pageFromItem(change.after);
    // A page starts with nobody arrived, so an insert says nothing; fed with a page as it is now, it says everything.
    const before = change.before ? pageFromItem(change.before) : null;
    const roster = { kind, id: entityIdOf(change.pk) };
    const news = newsOf(before, after);
    const move = movedHere(before, after);

    const outcomes = news.filter(({ before: { outcome }, after: { outcome: now } }) => outcome !== now);
    // The data of an arrival is for those who read the list.
    const detailed = outcomes
      .filter(({ after: { detailed, outcome } }) => detailed && outcome !== 'arrived')
      .map(acceptedOf);
    const detailsOf = detailed.length > 0 ? await readDetails(dispatcher.table, roster, detailed) : () => undefined;
    await recordEvents(dispatcher, kind, [
      ...outcomes.flatMap((one) => outcomeEvents(roster, one, detailsOf(acceptedOf(one)))),
      ...(kind === 'PT' ? news.flatMap((one) => reportEvents(roster.id, one)) : []),
      ...(move ? moveEvents(roster, move, after) : []),
    ]);

    const endedHere = after.closedFirst && !before?.closedFirst;
    const isDecidedHere = endedHere || move !== null;
    const settled = isDecidedHere ? await finish(dispatcher, roster) : null;
    if (!isDecidedHere) await settleIfDecided(dispatcher, roster, after, outcomes);
    await notify(dispatcher, roster, { after, news, outcomes, move, detailsOf, settled });
  };

const acceptedOf = ({ agentId, after }: News): Accepted => ({ agentId, atMs: after.atMs ?? 0 });

/** Entries with another outcome, or a report that was more than a repeat. */
function newsOf(before: Page | null, after: Page): News[] {
  const entriesOf = ({ entries, overall }: Page): Map<string, Entry> =>
    new Map([...entries, ...(overall ? [[overall.agentId, overall.entry] as const] : [])]);
  const previous = before ? entriesOf(before) : new Map<string, Entry>();
  return [...entriesOf(after)]
    .map(([agentId, entry]) => ({ agentId, before: previous.get(agentId) ?? UNREPORTED, after: entry }))
    .filter(
      ({ before: old, after: now }) =>
        old.outcome !== now.outcome || old.reportedAtMs !== now.reportedAtMs || old.step !== now.step,
    );
}

function outcomeEvents(
  { kind, id: relatedId }: RosterId,
  { agentId, after: { outcome, atMs, reportedAtMs } }: News,
  details: StoredDetails | undefined,
): MusterEvent[] {
  const event = { relatedId, timestampMs: atMs ?? 0 };
  const reason = details?.reason ?? null;
  switch (outcome) {
    case 'arrived':
      // Of a tracker, the report that reached the total is the event, unless the total has come down to it.
      return kind === 'SP' || atMs !== reportedAtMs
        ? [newEvent({ ...event, type: 'AGENT_ARRIVED', agentId, details: {} })]
        : [];
    case 'failed':
      return [
        newEvent({ ...event, type: 'AGENT_FAILED', agentId: details?.by ?? agentId, details: { agentId, reason } }),
      ];
    case 'excused': {
      const by = details?.by ?? SYSTEM;
      return [newEvent({ ...event, type: 'AGENT_EXCUSED', agentId: by, details: { agentId, reason } }, agentId)];
    }
    default:
      return [];
  }
}

function reportEvents(id: string, { agentId, before, after: { step, reportedAtMs } }: News): MusterEvent[] {
  if (reportedAtMs === null || reportedAtMs === before.reportedAtMs) return [];
  const previousStep = before.reportedAtMs === null ? null : before.step;
  return [progressUpdated(id, agentId, { step, atMs: reportedAtMs }, previousStep)];
}

/** Only the page that decided a move has it together with the same number of moves; pages that followed do not. */
const movedHere = (before: Page | null, after: Page): Move | null =>
  after.moves > (before?.moves ?? 0) && after.move?.number === after.moves ? after.move : null;

function moveEvents({ kind, id: relatedId }: RosterId, move: Move, { terms }: Page): MusterEvent[] {
  const { from, by, atMs, number } = move;
  const changed = (type: EventType, details: Record<string, unknown>): MusterEvent =>
    newEvent({ type, relatedId, agentId: by, timestampMs: atMs, details }, number);
  const deadline = { deadline: isoTimeOrNull(terms.deadlineMs), previousDeadline: isoTimeOrNull(from.deadlineMs) };
  const total = { totalSteps: terms.totalSteps, previousTotalSteps: from.totalSteps };
  return [
    ...(terms.deadlineMs === from.deadlineMs ? [] : [changed(`${WORDS[kind].type}_DEADLINE_CHANGED`, deadline)]),
    ...(terms.totalSteps === from.totalSteps ? [] : [changed('PROGRESS_TRACKER_CHANGED', total)]),
  ];
}

/**
 * Carries a closing or a move to the other pages and the header, also if who ended or moved it died before. This runs
 * once per ending and move: only the change of the page that decided it leads here.
 */
async function finish(dispatcher: Dispatcher, id: RosterId): Promise<Roster | null> {
  const { table } = dispatcher;
  const settled = await loadSettled(dispatcher, id);
  if (settled?.header.status !== 'open') return settled;
  const terms = currentTerms(settled.pages);
  if (terms.moves > settled.header.moves) await projectTerms(table, id, terms);
  const decision = decisionOf(settled.pages);
  if (decision) await projectEnding(table, id, decision);
  return settled;
}

/** Ends a roster whose outcomes have decided it, and writes an ending that was reached into the header. */
async function settleIfDecided(
  dispatcher: Dispatcher,
  roster: RosterId,
  page: Page,
  outcomes: readonly News[],
): Promise<void> {
  if (outcomes.length === 0) return;
  const { look = atOnce } = dispatcher;
  if (page.rule.creatorDecides) return;
  if (page.pageCount === 1) {
    if (!isOpen(page) || page.rule.endWhen === 'decided') await finishOnePage(dispatcher, roster, page);
    return;
  }
  const key = `${roster.kind}#${roster.id}`;
  if (outcomes.some(({ after }) => isCounted(page.rule, after.outcome)))
    await look(`${key} counted`, async () => {
      await finish(dispatcher, roster);
    });
  else if (!isClosed(page) && !isAwaited(page)) await look(key, () => finishIfOthersFilled(dispatcher, roster, page));
}

async function finishOnePage(dispatcher: Dispatcher, roster: RosterId, page: Page): Promise<void> {
  const decision = decisionOf([page]);
  if (decision) await projectEnding(dispatcher.table, roster, decision);
  // A failure or an excuse made it impossible, and the request died before it closed the page.
  else if (dueClosing([page], dispatcher.now())) await finish(dispatcher, roster);
}

async function finishIfOthersFilled(dispatcher: Dispatcher, roster: RosterId, page: Page): Promise<void> {
  const { table } = dispatcher;
  // While other pages are open, one read is usually enough to know that. Otherwise, everything is read.
  const [next] = await readPages(table, roster, [(page.index + 1) % page.pageCount]);
  if (next && isAwaited(next)) return;
  // If several pages fill at about the same time, each finds the others filled. The first one has updated the header.
  if ((await readHeader(table, roster))?.status !== 'open') return;
  if ((await otherOpenPage(table, roster, page, page.index + 2)).open) return;
  await finish(dispatcher, roster);
}

interface PageNews {
  readonly after: Page;
  readonly news: readonly News[];
  readonly outcomes: readonly News[];
  readonly move: Move | null;
  readonly detailsOf: (attempt: Accepted) => StoredDetails | undefined;
  /** Everything, where it has been read already. */
  readonly settled: Roster | null;
}

/** Tells those concerned, and that a stalled tracker moves again. */
async function notify(dispatcher: Dispatcher, id: RosterId, page: PageNews): Promise<void> {
  const { table } = dispatcher;
  const { after, news, outcomes, move, detailsOf } = page;
  const { rule, overall } = after;
  const isFinalByItself = rule.quorum === null && rule.endWhen === 'decided' && !rule.creatorDecides;
  const failures = isFinalByItself ? [] : outcomes.filter((one) => one.after.outcome === 'failed');
  const newDeadline = move !== null && move.from.deadlineMs !== after.terms.deadlineMs;
  const reports = id.kind === 'PT' ? news.filter((one) => one.after.reportedAtMs !== one.before.reportedAtMs) : [];
  // The notification of the completion includes the completing step.
  const step = after.closedFirst && after.closing?.as === 'completed' ? undefined : stepOf(reports, overall?.agentId);
  const hasStalled = after.mayStall && reports.length > 0 && (await isStalled(table, id));
  if (failures.length === 0 && !newDeadline && !step && !hasStalled) return;
  const roster = page.settled ?? (await loadRoster(table, id));
  if (!roster) return;

  const notifications = [
    ...(newDeadline ? [deadlineChangedNotification(roster, move, after.terms.deadlineMs)] : []),
    ...failures
      .filter(({ agentId }) => agentId !== roster.header.createdBy)
      .map((one) => failureNotification(roster, acceptedOf(one), detailsOf(acceptedOf(one)))),
    ...(step ? [overallStepNotification(roster, step)] : []),
  ];
  if (hasStalled) await resumeIfMoved(table, roster);
  for (const notification of notifications) await publishNotification(dispatcher, notification, id.id);
}

/** A strong read: either this sees the mark of a stall, or who set the mark sees the report. */
async function isStalled(table: Table, id: RosterId): Promise<boolean> {
  const header = await readHeader(table, id);
  return header !== null && header.stalledSinceMs !== null;
}

const stepOf = (reports: readonly News[], creator: string | undefined) => {
  const report = reports.find(({ agentId }) => agentId === creator);
  return report && { agentId: report.agentId, step: report.after.step, atMs: report.after.reportedAtMs ?? 0 };
};
