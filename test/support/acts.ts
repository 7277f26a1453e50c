import { isoTime } from '../../lib/clock';
import { expireDeadline } from '../../lib/deadlines/expire-deadline';
import type { ScheduleSetter } from '../../lib/deadlines/schedules';
import { cancelTracker } from '../../lib/progress-trackers/cancel-tracker';
import { viewTracker } from '../../lib/progress-trackers/progress-tracker';
import { readTracker } from '../../lib/progress-trackers/read-tracker';
import { reportProgress, type TrackerShapes } from '../../lib/progress-trackers/report-progress';
import { arrive, type SyncPointShapes } from '../../lib/sync-points/arrive';
import { endSyncPoint, moveDeadline } from '../../lib/sync-points/end-sync-point';
import { readSyncPoint } from '../../lib/sync-points/read-sync-point';
import { type SyncPointStatus, viewSyncPoint } from '../../lib/sync-points/sync-point';
import type { Table } from '../../lib/table/table';
import type { Operation } from './linearizability';
import { refusalOf, type SyncPointAct, type SyncPointTold } from './sync-point-model';
import type { TrackerAct, TrackerTold } from './tracker-model';
import { admin, agent } from './callers';

/** What somebody does to a sync point by a clock of its own. */
export type SyncPointDeed = { readonly atMs: number } & (
  | { readonly kind: 'arrive'; readonly who: string }
  /** `expire`: the schedule of the deadline fires. */
  | { readonly kind: 'cancel' | 'complete' | 'look' | 'expire' }
  | { readonly kind: 'move'; readonly deadlineMs: number }
);

/** What was told; `status` beside it is what an arrival or report said of the whole, looked up after it. */
export interface Told<Answer> {
  /** null: nothing that tells whether it took effect. */
  readonly answer: Answer | null;
  readonly look?: Answer;
  readonly error?: unknown;
}

async function toldBy<Answer>(
  work: Promise<Told<Answer>>,
  refused: (code: string, extensions: Readonly<Record<string, unknown>>) => Answer,
): Promise<Told<Answer>> {
  try {
    return await work;
  } catch (error) {
    const refusal = refusalOf(error);
    return refusal ? { answer: refused(refusal.code, refusal.extensions) } : { answer: null, error };
  }
}

const NO_SCHEDULES: ScheduleSetter = { set: () => Promise.resolve() };

/** Every deed is that of a container of its own, unless it is given what it remembers. */
export function doToSyncPoint(
  table: Table,
  id: string,
  deed: SyncPointDeed,
  shapes: SyncPointShapes = new Map(),
): Promise<Told<SyncPointTold>> {
  const now = (): number => deed.atMs;
  const creator = agent('creator');
  const perform = async (): Promise<Told<SyncPointTold>> => {
    switch (deed.kind) {
      case 'arrive': {
        const { repeated, arrivedAt, status } = await arrive(table, now, shapes, agent(deed.who), id, undefined);
        return { answer: { code: 'ok', repeated, arrivedAt }, look: { code: 'ok', status } };
      }
      case 'look': {
        const { syncPoint } = await readSyncPoint(table, now, admin, id);
        return { answer: { code: 'ok', status: viewSyncPoint(syncPoint).status } };
      }
      case 'expire':
        await expireDeadline(table, now, NO_SCHEDULES, { kind: 'SP', id });
        return { answer: { code: 'ok' } };
      case 'move':
        await moveDeadline(table, now, creator, id, isoTime(deed.deadlineMs));
        return { answer: { code: 'ok' } };
      default:
        await endSyncPoint(table, now, creator, id, deed.kind === 'cancel' ? 'cancelled' : 'completed', undefined);
        return { answer: { code: 'ok' } };
    }
  };
  return toldBy(perform(), (code, { syncPoint }) => ({
    code,
    status: (syncPoint as { status: SyncPointStatus } | undefined)?.status,
  }));
}

export function syncPointActOf(deed: SyncPointDeed): SyncPointAct {
  const { atMs } = deed;
  const time = { fromMs: atMs, toMs: atMs };
  if (deed.kind === 'arrive') return { ...time, kind: 'arrive', who: deed.who };
  if (deed.kind === 'move') return { ...time, kind: 'move', deadlineMs: deed.deadlineMs };
  // A schedule that fires tells nobody anything; what it finds is what a reader finds.
  if (deed.kind === 'look' || deed.kind === 'expire') return { ...time, kind: 'look' };
  return { ...time, kind: 'end', as: deed.kind === 'cancel' ? 'cancelled' : 'completed' };
}

/** What somebody does to a tracker. */
export type TrackerDeed = TrackerAct;

export function doToTracker(
  table: Table,
  id: string,
  deed: TrackerDeed,
  atMs: number,
  shapes: TrackerShapes = new Map(),
): Promise<Told<TrackerTold>> {
  const now = (): number => atMs;
  const perform = async (): Promise<Told<TrackerTold>> => {
    switch (deed.kind) {
      case 'report': {
        const { step, ifStep } = deed;
        const { status, currentStep } = await reportProgress(table, now, shapes, agent(deed.who), id, { step, ifStep });
        // The creator is told the step that it has set itself, and the status of a moment later.
        const seen = deed.who === 'creator' ? { status } : { status, currentStep };
        return { answer: { code: 'ok' }, look: { code: 'ok', ...seen } };
      }
      case 'look': {
        const { status, currentStep } = viewTracker((await readTracker(table, now, admin, id)).tracker, atMs);
        return { answer: { code: 'ok', status, currentStep } };
      }
      case 'cancel':
        await cancelTracker(table, now, agent('creator'), id, undefined);
        return { answer: { code: 'ok' } };
    }
  };
  return toldBy(perform(), (code, { progressTracker, actualStep }) => ({
    code,
    status: (progressTracker as { status: TrackerTold['status'] } | undefined)?.status,
    actualStep: actualStep as number | undefined,
  }));
}

/** An act and, where it told of the whole as well, the look that came after it. */
export function operationsOf<Act, Answer>(
  act: Act,
  look: Act,
  told: Told<Answer>,
  time: { readonly began: number; readonly ended: number },
): Operation<Act, Answer>[] {
  const { began } = time;
  const ended = told.answer === null ? Infinity : time.ended;
  const operation: Operation<Act, Answer> = { act, told: told.answer, began, ended };
  return told.look === undefined
    ? [operation]
    : [operation, { act: look, told: told.look, began, ended, after: operation }];
}
