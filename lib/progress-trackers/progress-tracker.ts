import { isoTime, isoTimeOrNull } from '../clock';
import type { PageCapacity, RosterShape } from '../rosters/page';
import type { RosterId } from '../rosters/roster-repository';
import type { StepRecord } from './step-record';

export type TrackerEnding = 'completed' | 'cancelled';
export type TrackerStatus = 'active' | TrackerEnding;
export type CompleteWhen = 'creator' | 'everyone';

/** With ids of 36 characters: 51 bytes each, and about 130 bytes for keys and the other attributes. */
export const TRACKER_PAGE: PageCapacity = { single: 17, further: 17 };

/** The cold part. `status` and what belongs to it are projections of the overall item. */
export interface TrackerHeader extends RosterShape {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly totalSteps: number;
  readonly completeWhen: CompleteWhen;
  readonly monotonic: boolean;
  readonly participantCount: number;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly status: TrackerStatus;
  readonly requestHash: string;
}

export interface TrackerClosing {
  readonly as: TrackerEnding;
  readonly atMs: number;
  readonly by: string;
  readonly reason: string | null;
}

/** The overall step, driven by the creator, and the one place where the ending is decided. */
export interface Overall {
  readonly record: StepRecord;
  readonly creator: string;
  readonly totalSteps: number;
  readonly completeWhen: CompleteWhen;
  readonly pageCount: number;
  readonly closing: TrackerClosing | null;
}

/** Steps of some participants. The creator's own step is the overall step, so a creator is on no page. */
export interface TrackerPage extends RosterShape {
  readonly index: number;
  readonly steps: ReadonlyMap<string, StepRecord>;
  readonly totalSteps: number;
  readonly monotonic: boolean;
  /** Participants below the total; null unless everyone must reach it. */
  readonly remaining: number | null;
  readonly closed: boolean;
}

export interface Tracker {
  readonly header: TrackerHeader;
  readonly overall: Overall;
  readonly pages: readonly TrackerPage[];
  /** In the order given. */
  readonly participants: readonly string[];
}

export const trackerRoster = (id: string): RosterId => ({ kind: 'PT', id });

export const statusOf = (tracker: Tracker): TrackerStatus => tracker.overall.closing?.as ?? 'active';

/** Latest report of each participant, the creator's included when it takes part. */
export function progressOf(tracker: Tracker): Map<string, StepRecord> {
  const records = new Map(tracker.pages.flatMap((page) => [...page.steps]));
  return new Map(
    tracker.participants.map((id) => [
      id,
      id === tracker.header.createdBy ? tracker.overall.record : (records.get(id) ?? { step: 0, atMs: null }),
    ]),
  );
}

/** When the last report was accepted; null before the first. */
function lastProgressMs(tracker: Tracker): number | null {
  const times = [tracker.overall.record, ...progressOf(tracker).values()].map((record) => record.atMs ?? 0);
  return Math.max(...times) || null;
}

/** The end can't be before a report that was accepted while the pages were being closed. */
export const endedAtMs = (tracker: Tracker): number | null =>
  tracker.overall.closing && Math.max(tracker.overall.closing.atMs, lastProgressMs(tracker) ?? 0);

/** Two decimals: enough to see movement in a thousand steps. */
const percentOf = (step: number, totalSteps: number): number => Math.round((step / totalSteps) * 10_000) / 100;

/**
 * 100 when completed. Otherwise the overall step where the creator completes the tracker, and the mean of the
 * participants where everyone must reach the total.
 */
function fractionDone(tracker: Tracker): number {
  const { totalSteps, completeWhen } = tracker.header;
  if (statusOf(tracker) === 'completed') return 1;
  const steps = [...progressOf(tracker).values()].map((record) => record.step);
  if (completeWhen === 'creator' || steps.length === 0) return tracker.overall.record.step / totalSteps;
  return steps.reduce((sum, step) => sum + step, 0) / (steps.length * totalSteps);
}

/**
 * Seconds until completion at the mean speed from the creation to the last report: (time taken ÷ part done) × part
 * left, less what has passed since, rounded up; 0 when it is overdue. Absent (null) before the first progress and after
 * the end, where nothing can be told.
 */
export function etaSeconds(tracker: Tracker, nowMs: number): number | null {
  const lastMs = lastProgressMs(tracker);
  const done = fractionDone(tracker);
  if (statusOf(tracker) !== 'active' || lastMs === null || done === 0) return null;
  const takenMs = lastMs - tracker.header.createdAtMs;
  const leftMs = (takenMs / done) * (1 - done) - (nowMs - lastMs);
  return Math.max(0, Math.ceil(leftMs / 1_000));
}

/** A tracker as the API shows it. */
export function viewTracker(tracker: Tracker, nowMs: number) {
  const { header, overall, participants } = tracker;
  const progress = [...progressOf(tracker)];
  const perParticipant = <Value>(value: (record: StepRecord) => Value): Record<string, Value> =>
    Object.fromEntries(progress.map(([id, record]) => [id, value(record)]));
  return {
    id: header.id,
    name: header.name,
    description: header.description,
    participants: [...participants],
    totalSteps: header.totalSteps,
    completeWhen: header.completeWhen,
    monotonic: header.monotonic,
    currentStep: overall.record.step,
    participantProgress: perParticipant((record) => record.step),
    status: statusOf(tracker),
    createdAt: isoTime(header.createdAtMs),
    createdBy: header.createdBy,
    completedAt: overall.closing?.as === 'completed' ? isoTimeOrNull(endedAtMs(tracker)) : null,
    endedAt: isoTimeOrNull(endedAtMs(tracker)),
    endedBy: overall.closing?.by ?? null,
    endReason: overall.closing?.reason ?? null,
    metadata: header.metadata,
    percent: Math.round(fractionDone(tracker) * 10_000) / 100,
    participantPercent: perParticipant((record) => percentOf(record.step, header.totalSteps)),
    lastProgressAt: isoTimeOrNull(lastProgressMs(tracker)),
    etaSeconds: etaSeconds(tracker, nowMs),
  };
}

export type TrackerView = ReturnType<typeof viewTracker>;
