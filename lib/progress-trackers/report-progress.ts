import type { Caller } from '../agents/caller';
import { type Clock, isoTime } from '../clock';
import { invalid, MusterError } from '../errors/muster-error';
import { withStoredData } from '../rosters/attempt-data';
import { pageIndexOf, type RosterShape, SINGLE_PAGE } from '../rosters/page';
import { updateIf } from '../table/conditional-write';
import { overallKey, pageKey } from '../table/keys';
import type { Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { type Overall, type TrackerPage, type TrackerStatus, viewTracker } from './progress-tracker';
import { readOverall, readTracker, trackerNotFound } from './read-tracker';
import { closePages, settleTracker } from './settle-tracker';
import { allIndices } from '../rosters/roster-repository';
import { rememberShape, type ShapeCache } from '../rosters/shape-cache';
import type { StepRecord } from './step-record';
import {
  type Crossing,
  type NewReport,
  overallFromItem,
  overallParams,
  reportParams,
  trackerPageFromItem,
} from './tracker-expressions';
import { loadTracker, otherUnfinishedPage } from './tracker-repository';

export interface ReportProgress {
  readonly step: number;
  readonly data?: unknown;
  /** The step that the reporter believes is its current one. */
  readonly ifStep?: number | undefined;
}

export interface ReportAnswer {
  readonly trackerId: string;
  readonly agentId: string;
  readonly step: number;
  /** The overall step. */
  readonly currentStep: number;
  readonly status: TrackerStatus;
  readonly reportedAt: string;
}

/** What never changes of a tracker, remembered per container, so that a report goes to the right item at once. */
export interface TrackerShape extends RosterShape {
  readonly totalSteps: number | null;
  /** Whether participants below the total are counted. */
  readonly counts: boolean;
  readonly creator: string | null;
}

export type TrackerShapes = ShapeCache<TrackerShape>;

const UNKNOWN: TrackerShape = { ...SINGLE_PAGE, totalSteps: null, counts: false, creator: null };

/** More rounds than any race can need: wrong item, wrong page, a crossing that another report undid. */
const ATTEMPTS = 8;

/**
 * Records a report: one conditional write, on the participant's page or, for the creator, on the overall item,
 * preceded by one put when there is data. 1 write unit, and 1 per KB of data; half a read unit for the overall step.
 *
 * The creator's last step completes the tracker (`completeWhen: creator`), and so does the participant that is the
 * last to reach the total (`completeWhen: everyone`); these also close the pages.
 *
 * @throws MusterError `progress-tracker.not-found`, `.not-participant`, `.not-active`, `.step-mismatch`,
 *   `.step-went-back`, `request.invalid` for a step above the total.
 */
export async function reportProgress(
  table: Table,
  now: Clock,
  shapes: TrackerShapes,
  caller: Caller,
  id: string,
  input: ReportProgress,
): Promise<ReportAnswer> {
  return withStoredData(
    table,
    { kind: 'PT', id, agentId: caller.agentId, data: input.data, nowMs: now() },
    (storedAtMs) => commit(table, now, shapes, caller, id, input, storedAtMs),
    (answer) => Date.parse(answer.reportedAt),
  );
}

async function commit(
  table: Table,
  now: Clock,
  shapes: TrackerShapes,
  caller: Caller,
  id: string,
  input: ReportProgress,
  storedAtMs: number | null,
): Promise<ReportAnswer> {
  const { agentId } = caller;
  const report: NewReport = { agentId, step: input.step, atMs: storedAtMs ?? now(), ifStep: input.ifStep };
  let crossing: Crossing | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const shape = shapes.get(id) ?? UNKNOWN;
    if (shape.creator === agentId) {
      const answer = await reportOverall(table, now, caller, id, report);
      if (answer) return answer;
      // Another tracker of the same id by now, with another creator.
      shapes.delete(id);
      continue;
    }

    const index = pageIndexOf(agentId, shape);
    const { applied, item } = await updateIf(
      table,
      pageKey('PT', id, index),
      traced(reportParams(report, crossing ?? likelyCrossing(shape, report))),
    );
    if (!item) {
      // No such page: no such tracker, or one of the same id and another shape was removed by retention.
      if (shapes.delete(id)) continue;
      throw trackerNotFound(id);
    }
    const page = trackerPageFromItem(item);
    if (page.pageCount !== shape.pageCount || page.salt !== shape.salt || shape.totalSteps === null) {
      remember(shapes, id, { ...page, counts: page.remaining !== null, creator: null });
      if (!applied && (page.pageCount !== shape.pageCount || page.salt !== shape.salt)) continue;
    }
    const record = page.steps.get(agentId);
    if (!record) {
      const overall = await readOverall(table, id, { consistent: true });
      if (overall?.creator !== agentId) throw await refusalOfStranger(table, now, caller, id);
      remember(shapes, id, { ...page, counts: page.remaining !== null, creator: agentId });
      continue;
    }
    if (applied || isSame(record, report)) return answerOfParticipant(table, now, id, report, page);
    await throwIfRefused(table, now, caller, id, report, record, page.closed, page);
    crossing = crossingOf(record.step, report.step, page);
  }
  throw new MusterError('store.busy', `Progress tracker "${id}" kept changing while you reported; try again.`, {
    headers: { 'retry-after': '1' },
  });
}

/** By what is known without reading: most participants reach the total once, from below. */
function likelyCrossing(shape: TrackerShape, report: NewReport): Crossing {
  return shape.counts && report.step === shape.totalSteps ? 'reaches-total' : 'none';
}

function crossingOf(before: number, after: number, page: TrackerPage): Crossing {
  if (page.remaining === null || before >= page.totalSteps === after >= page.totalSteps) return 'none';
  return after >= page.totalSteps ? 'reaches-total' : 'leaves-total';
}

/** Our own write, repeated by the SDK after a lost answer. */
const isSame = (record: StepRecord, report: NewReport): boolean =>
  record.step === report.step && record.atMs === report.atMs;

/** null: the caller is not the creator. */
async function reportOverall(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
  report: NewReport,
): Promise<ReportAnswer | null> {
  let completes = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { applied, item } = await updateIf(table, overallKey(id), traced(overallParams(report, completes)));
    if (!item) throw trackerNotFound(id);
    const overall = overallFromItem(item);
    if (overall.creator !== report.agentId) return null;
    if (applied || isSame(overall.record, report)) return answerOfCreator(table, now, id, report, overall);
    const monotonic = item['monotonic'] === true;
    await throwIfRefused(table, now, caller, id, report, overall.record, overall.closing !== null, {
      totalSteps: overall.totalSteps,
      monotonic,
    });
    completes = overall.completeWhen === 'creator' && report.step >= overall.totalSteps;
  }
  throw new MusterError('store.busy', `Progress tracker "${id}" kept changing while you reported; try again.`, {
    headers: { 'retry-after': '1' },
  });
}

/** Says why a report can't be accepted; returns when another attempt can succeed. */
async function throwIfRefused(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
  report: NewReport,
  current: StepRecord,
  closed: boolean,
  rules: { readonly totalSteps: number; readonly monotonic: boolean },
): Promise<void> {
  if (closed) {
    const { tracker } = await readTracker(table, now, caller, id);
    const view = viewTracker(tracker, now());
    throw new MusterError('progress-tracker.not-active', `Progress tracker "${id}" is ${view.status}.`, {
      extensions: { progressTracker: view },
    });
  }
  if (report.step > rules.totalSteps) {
    throw invalid('#/step', `must be at most totalSteps, ${rules.totalSteps}; received ${report.step}`);
  }
  if (report.ifStep !== undefined && report.ifStep !== current.step) {
    throw new MusterError(
      'progress-tracker.step-mismatch',
      `Your current step is ${current.step}, not ${report.ifStep}.`,
      { extensions: { actualStep: current.step } },
    );
  }
  if (rules.monotonic && report.step < current.step) {
    throw new MusterError(
      'progress-tracker.step-went-back',
      `Your current step is ${current.step}; this tracker does not let it go back to ${report.step}.`,
      { extensions: { actualStep: current.step } },
    );
  }
}

/** Neither participant nor creator: 404 for strangers, 403 for an admin who takes no part. */
async function refusalOfStranger(table: Table, now: Clock, caller: Caller, id: string): Promise<MusterError> {
  await readTracker(table, now, caller, id);
  return new MusterError(
    'progress-tracker.not-participant',
    `"${caller.agentId}" is neither a participant nor the creator of progress tracker "${id}".`,
  );
}

async function answerOfParticipant(
  table: Table,
  now: Clock,
  id: string,
  report: NewReport,
  page: TrackerPage,
): Promise<ReportAnswer> {
  const mayBeLast = page.remaining === 0 && (await otherUnfinishedPage(table, id, page)) === null;
  const read = mayBeLast ? null : await readOverall(table, id, { consistent: false });
  // An ending whose pages are still being closed: nobody may be told of it before no report can be accepted any more.
  const overall = mayBeLast || read?.closing ? await settled(table, now, id) : read;
  return answer(id, report, overall?.record.step ?? 0, overall?.closing?.as ?? 'active');
}

async function answerOfCreator(
  table: Table,
  now: Clock,
  id: string,
  report: NewReport,
  overall: Overall,
): Promise<ReportAnswer> {
  if (overall.closing) await closePages(table, id, allIndices(overall.pageCount), overall.closing.as);
  const finished = overall.completeWhen === 'everyone' && report.step >= overall.totalSteps;
  const latest = finished ? await settled(table, now, id) : overall;
  return answer(id, report, report.step, latest?.closing?.as ?? 'active');
}

/** Completed if everyone has finished, and closed if it has ended. */
async function settled(table: Table, now: Clock, id: string): Promise<Overall | null> {
  const tracker = await loadTracker(table, id);
  return (tracker && (await settleTracker(table, tracker, now())))?.overall ?? null;
}

const answer = (trackerId: string, report: NewReport, currentStep: number, status: TrackerStatus): ReportAnswer => ({
  trackerId,
  agentId: report.agentId,
  step: report.step,
  currentStep,
  status,
  reportedAt: isoTime(report.atMs),
});

function remember(shapes: TrackerShapes, id: string, shape: TrackerShape): void {
  const { pageCount, salt, totalSteps, counts, creator } = shape;
  rememberShape(shapes, id, { pageCount, salt, totalSteps, counts, creator });
}
