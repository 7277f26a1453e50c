import type { Change } from '../dispatcher/change';
import { atOnce, type Dispatcher, recordEvents } from '../dispatcher/dispatcher';
import { newEvent } from '../events/event';
import { publishNotification } from '../messages/publish-notification';
import {
  overallStepNotification,
  trackerCreationNotification,
  trackerEndingNotification,
} from '../messages/tracker-notifications';
import { expiryAfter } from '../retention';
import { rosterChunkCount } from '../rosters/roster-items';
import { expireItems, removeMemberships, writeMemberships } from '../rosters/roster-lifecycle';
import { allIndices } from '../rosters/roster-repository';
import { headerKey, overallKey, pageKey, rosterKey } from '../table/keys';
import { endedAtMs, type Overall, type Tracker, type TrackerHeader, type TrackerPage } from './progress-tracker';
import { progressUpdated } from './progress-updated';
import { readOverall } from './read-tracker';
import { settleTracker } from './settle-tracker';
import type { StepRecord } from './step-record';
import { overallFromItem, trackerPageFromItem } from './tracker-expressions';
import { loadTracker, otherUnfinishedPage, projectTrackerEnding, trackerHeaderFromItem } from './tracker-repository';

/** Creation, ending and removal of a tracker, each seen as a change of the header. */
export async function dispatchTrackerHeaderChange(dispatcher: Dispatcher, { before, after }: Change): Promise<void> {
  if (before && !after) return removeMemberships(dispatcher.table, 'PT', before);
  if (!after) return;
  const header = trackerHeaderFromItem(after);
  if (!before) await onCreated(dispatcher, header);
  const wasActive = !before || trackerHeaderFromItem(before).status === 'active';
  if (wasActive && header.status !== 'active') await onEnded(dispatcher, header);
}

async function onCreated(dispatcher: Dispatcher, header: TrackerHeader): Promise<void> {
  const tracker = await loadTracker(dispatcher.table, header.id);
  if (!tracker) return;
  await writeMemberships(dispatcher.table, 'PT', header, tracker.participants);
  await recordEvents(dispatcher, 'PT', [
    newEvent('PROGRESS_TRACKER_CREATED', header.id, header.createdBy, header.createdAtMs, {
      name: header.name,
      totalSteps: header.totalSteps,
      participantCount: header.participantCount,
    }),
  ]);
  await publishNotification(dispatcher.table, dispatcher.publish, trackerCreationNotification(tracker), header.id);
}

async function onEnded(dispatcher: Dispatcher, header: TrackerHeader): Promise<void> {
  const tracker = await loadTracker(dispatcher.table, header.id);
  const atMs = tracker && endedAtMs(tracker);
  const closing = tracker?.overall.closing;
  // Removed by retention before a very late delivery: nobody is left to tell.
  if (!tracker || atMs === null || !closing) return;
  const type = closing.as === 'completed' ? 'PROGRESS_TRACKER_COMPLETED' : 'PROGRESS_TRACKER_CANCELLED';
  const details = { name: header.name, reason: closing.reason, currentStep: tracker.overall.record.step };
  await recordEvents(dispatcher, 'PT', [newEvent(type, header.id, closing.by, atMs, details)]);
  const notification = trackerEndingNotification(tracker);
  if (notification) await publishNotification(dispatcher.table, dispatcher.publish, notification, header.id);
  await retain(dispatcher, tracker, atMs);
}

/** From the end on, the table's TTL may remove the tracker. */
async function retain({ table, retention }: Dispatcher, { header }: Tracker, atMs: number): Promise<void> {
  const { id } = header;
  const keys = [
    ...allIndices(header.pageCount).map((index) => pageKey('PT', id, index)),
    ...allIndices(rosterChunkCount(header, header.participantCount)).map((chunk) => rosterKey('PT', id, chunk)),
    overallKey(id),
    headerKey('PT', id),
  ];
  await expireItems(table, keys, expiryAfter(atMs, retention.endedDays));
}

/** Participants' reports, each seen as a change of a page; and a completion that nobody has written yet. */
export async function dispatchTrackerPageChange(dispatcher: Dispatcher, { pk, before, after }: Change): Promise<void> {
  if (!after) return;
  const id = trackerIdOf(pk);
  const page = trackerPageFromItem(after);
  const previous = before ? trackerPageFromItem(before).steps : new Map<string, StepRecord>();
  const reports = [...page.steps].filter(([agentId, record]) => isNews(previous.get(agentId), record));
  await recordEvents(
    dispatcher,
    'PT',
    reports.map(([agentId, record]) => progressUpdated(id, agentId, record)),
  );

  const { inTurn = atOnce } = dispatcher;
  if (page.remaining !== 0 || page.closed) return;
  await inTurn(`PT#${id}`, () => settleIfOthersFinished(dispatcher, id, page));
}

async function settleIfOthersFinished({ table, now }: Dispatcher, id: string, page: TrackerPage): Promise<void> {
  // Pages that are finished at about the same time all find the others finished. The first of them has told the overall item.
  if ((await readOverall(table, id, { consistent: true }))?.closing) return;
  if ((await otherUnfinishedPage(table, id, page)) !== null) return;
  const tracker = await loadTracker(table, id);
  if (tracker) await settleTracker(table, tracker, now());
}

/** The creator's reports and the ending, seen as a change of the overall item. */
export async function dispatchOverallChange(dispatcher: Dispatcher, { pk, before, after }: Change): Promise<void> {
  if (!after) return;
  const id = trackerIdOf(pk);
  const overall = overallFromItem(after);
  const previous: Overall | null = before && overallFromItem(before);
  const { table, now } = dispatcher;
  const reported = isNews(previous?.record, overall.record);
  if (reported) await recordEvents(dispatcher, 'PT', [progressUpdated(id, overall.creator, overall.record)]);
  const endedNow = overall.closing !== null && !previous?.closing;
  if (!reported && !endedNow) return;

  const loaded = await loadTracker(table, id);
  const tracker = loaded && (await settleTracker(table, loaded, now()));
  if (!tracker) return;
  // All pages are closed by now, so no report can come after the event of the ending.
  if (overall.closing && endedNow) await projectTrackerEnding(table, id, overall.closing.as);
  // A step that completes is told by the notification of the completion.
  if (reported && !endedNow) {
    await publishNotification(table, dispatcher.publish, overallStepNotification(tracker, overall), id);
  }
}

const isNews = (previous: StepRecord | undefined, record: StepRecord): boolean =>
  record.atMs !== null && (previous?.atMs !== record.atMs || previous.step !== record.step);

/** `PT#<id>` or `PT#<id>#<page>`; ids hold no `#`. */
const trackerIdOf = (pk: string): string => pk.split('#')[1] ?? '';
