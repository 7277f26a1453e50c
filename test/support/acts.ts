import { isoTimeOrNull } from '../../lib/common/clock';
import type { GatewayEvent } from '../../lib/http/app';
import { expireDeadline } from '../../lib/rosters/deadline';
import { excuse, viewRecorded } from '../../lib/rosters/outcomes';
import type { ScheduleSetter } from '../../lib/schedules/schedules';
import { trackerApi } from '../../lib/trackers/api';
import { viewTracker } from '../../lib/trackers/tracker';
import type { RosterCache } from '../../lib/rosters/service';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import type { Table } from '../../lib/table/table';
import type { Operation } from './linearizability';
import { refusalOf, type SyncPointAct, type SyncPointTold } from './sync-point-model';
import type { TrackerAct, TrackerTold } from './tracker-model';
import { admin, agent } from './callers';
import {
  arrive,
  endSyncPoint,
  endTracker,
  excuseFrom,
  failAt,
  failTracker,
  moveDeadline,
  readSyncPoint,
  readTracker,
  reportProgress,
  type SyncPointStatus,
  trackerService,
} from './operations';

/** What ends something by hand. */
const ENDED_AS = { cancel: 'cancelled', complete: 'completed', end: 'failed' } as const;
type EndingDeed = keyof typeof ENDED_AS;

/** What somebody does to a sync point by a clock of its own. */
export type SyncPointDeed = { readonly atMs: number } & (
  | { readonly kind: 'arrive' | 'fail' | 'excuse'; readonly who: string }
  /** `expire`: the schedule of the deadline fires. `end`: it is ended as failed. */
  | { readonly kind: EndingDeed | 'look' | 'expire' }
  | { readonly kind: 'move'; readonly deadlineMs: number | null }
);

/** What was told. */
export interface Told<Answer> {
  /** null: nothing that tells whether it took effect. */
  readonly answer: Answer | null;
  /** What the answer said of the whole as well, looked up after the act; see the models for the two kinds. */
  readonly looks?: readonly Look<Answer>[];
  readonly error?: unknown;
}

interface Look<Answer> {
  readonly kind: 'look' | 'glance';
  readonly told: Answer;
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

const NO_EVENT = {} as GatewayEvent;
const NO_SCHEDULES: ScheduleSetter = { set: () => Promise.resolve() };

/** Every deed is that of a container of its own, unless it is given what it remembers. */
export function doToSyncPoint(
  table: Table,
  id: string,
  deed: SyncPointDeed,
  rosters: RosterCache = new Map(),
): Promise<Told<SyncPointTold>> {
  const now = (): number => deed.atMs;
  const container = { table, now, rosters };
  const creator = agent('creator');
  const perform = async (): Promise<Told<SyncPointTold>> => {
    switch (deed.kind) {
      case 'arrive': {
        const { repeated, arrivedAt: at, status } = await arrive(container, agent(deed.who), id, undefined);
        return { answer: { code: 'ok', repeated, at }, looks: [{ kind: 'glance', told: { code: 'ok', status } }] };
      }
      case 'fail': {
        const { repeated, failedAt: at, status } = await failAt(container, agent(deed.who), id);
        return { answer: { code: 'ok', repeated, at }, looks: [{ kind: 'look', told: { code: 'ok', status } }] };
      }
      case 'excuse': {
        const { repeated, excusedAt: at, status } = await excuseFrom(container, creator, id, deed.who);
        return { answer: { code: 'ok', repeated, at }, looks: [{ kind: 'glance', told: { code: 'ok', status } }] };
      }
      case 'look': {
        const { syncPoint } = await readSyncPoint(container, admin, id);
        return { answer: { code: 'ok', status: viewSyncPoint(syncPoint).status } };
      }
      case 'expire':
        await expireDeadline({ table, now, schedules: NO_SCHEDULES }, { kind: 'SP', id });
        return { answer: { code: 'ok' } };
      case 'move':
        await moveDeadline(container, creator, id, { deadline: isoTimeOrNull(deed.deadlineMs) });
        return { answer: { code: 'ok' } };
      default:
        await endSyncPoint(container, creator, id, { as: ENDED_AS[deed.kind] });
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
  switch (deed.kind) {
    case 'arrive':
    case 'fail':
    case 'excuse':
      return { ...time, kind: deed.kind, who: deed.who };
    case 'move':
      return { ...time, kind: 'move', deadlineMs: deed.deadlineMs };
    // A schedule that fires tells nobody anything; what it finds is what a reader finds.
    case 'look':
    case 'expire':
      return { ...time, kind: 'look' };
    default:
      return { ...time, kind: 'end', as: ENDED_AS[deed.kind] };
  }
}

/** What somebody does to a tracker by a clock of its own. */
export type TrackerDeed = { readonly atMs: number } & (
  | { readonly kind: 'report'; readonly who: string; readonly step: number; readonly ifStep?: number | undefined }
  | { readonly kind: 'fail' | 'excuse'; readonly who: string }
  | { readonly kind: EndingDeed | 'look' | 'expire' }
  | { readonly kind: 'move'; readonly totalSteps?: number | undefined; readonly deadlineMs?: number | null | undefined }
);

export function doToTracker(
  table: Table,
  id: string,
  deed: TrackerDeed,
  rosters: RosterCache = new Map(),
): Promise<Told<TrackerTold>> {
  const { atMs } = deed;
  const now = (): number => atMs;
  const container = { table, now, rosters };
  const creator = agent('creator');
  const perform = async (): Promise<Told<TrackerTold>> => {
    switch (deed.kind) {
      case 'report': {
        const { step, ifStep } = deed;
        const told = await reportProgress(container, agent(deed.who), id, { step, ifStep });
        const { status, currentStep, repeated } = told;
        return {
          answer: { code: 'ok', repeated },
          looks: [
            { kind: 'glance', told: { code: 'ok', status } },
            // The creator is told the step that it has set itself.
            ...(deed.who === 'creator' ? [] : [{ kind: 'glance', told: { code: 'ok', currentStep } } as const]),
          ],
        };
      }
      case 'fail': {
        const { repeated, status } = await failTracker(container, agent(deed.who), id);
        return { answer: { code: 'ok', repeated }, looks: [{ kind: 'glance', told: { code: 'ok', status } }] };
      }
      case 'excuse': {
        const service = trackerService(container);
        const recorded = await excuse(service, creator, id, { agentId: deed.who });
        const { repeated, status } = viewRecorded(service, id, 'excused', recorded);
        return { answer: { code: 'ok', repeated }, looks: [{ kind: 'glance', told: { code: 'ok', status } }] };
      }
      case 'look': {
        const { tracker } = await readTracker(container, admin, id);
        const { status, currentStep } = viewTracker(tracker, atMs, null);
        return { answer: { code: 'ok', status, currentStep } };
      }
      case 'expire':
        await expireDeadline({ table, now, schedules: NO_SCHEDULES }, { kind: 'PT', id });
        return { answer: { code: 'ok' } };
      case 'move': {
        const { totalSteps, deadlineMs } = deed;
        const body = { totalSteps, ...(deadlineMs !== undefined && { deadline: isoTimeOrNull(deadlineMs) }) };
        const request = { caller: creator, params: { id }, query: undefined, headers: undefined, body };
        await trackerApi(container).change({ ...request, event: NO_EVENT });
        return { answer: { code: 'ok' }, looks: [{ kind: 'look', told: { code: 'ok' } }] };
      }
      default:
        await endTracker(container, creator, id, { as: ENDED_AS[deed.kind] });
        return { answer: { code: 'ok' } };
    }
  };
  return toldBy(perform(), (code, { progressTracker, actualStep }) => ({
    code,
    status: (progressTracker as { status: TrackerTold['status'] } | undefined)?.status,
    actualStep: actualStep as number | undefined,
  }));
}

export function trackerActOf(deed: TrackerDeed): TrackerAct {
  const { atMs, ...rest } = deed;
  const time = { fromMs: atMs, toMs: atMs };
  switch (rest.kind) {
    case 'report':
    case 'fail':
    case 'excuse':
    case 'move':
      return { ...time, ...rest };
    case 'look':
    case 'expire':
      return { ...time, kind: 'look' };
    default:
      return { ...time, kind: 'end', as: ENDED_AS[rest.kind] };
  }
}

interface Lasting {
  readonly began: number;
  readonly ended: number;
}

/** An act and, where it told of the whole as well, the looks that came after it. */
export function operationsOf<Act extends { readonly fromMs: number; readonly toMs: number }, Answer>(
  act: Act,
  { answer, looks = [] }: Told<Answer>,
  { began, ended }: Lasting,
  after?: Operation<Act, Answer>,
): Operation<Act, Answer>[] {
  const time = { began, ended: answer === null ? Infinity : ended };
  const operation: Operation<Act, Answer> = { act, told: answer, ...time, ...(after && { after }) };
  const { fromMs, toMs } = act;
  return [
    operation,
    ...looks.map(({ kind, told }) => ({
      act: { kind, fromMs, toMs } as unknown as Act,
      told,
      ...time,
      after: operation,
    })),
  ];
}

/** The same for a tracker: a move looks at the steps first, so that its moment may be later. */
export function trackerOperationsOf(
  act: TrackerAct,
  told: Told<TrackerTold>,
  time: Lasting,
): Operation<TrackerAct, TrackerTold>[] {
  if (act.kind !== 'move') return operationsOf(act, told, time);
  const check: TrackerAct = { ...act, kind: 'check' };
  if (told.answer?.code === 'request.invalid') return operationsOf(check, told, time);
  const [checked] = operationsOf<TrackerAct, TrackerTold>(check, { answer: told.answer && { code: 'ok' } }, time);
  return checked ? [checked, ...operationsOf(act, told, time, checked)] : [];
}
