/** A sync point or tracker as the overview keeps it: changed in place by events, at the same price at any size. */
import type { Event, ProgressTracker, SyncPoint } from '@muster/client';
import { signal } from '@preact/signals';
import { serverNow } from './connection';

export type Outcome = 'pending' | 'arrived' | 'failed' | 'excused';

export type RosterStatus = SyncPoint['status'] | ProgressTracker['status'];

export const OPEN_STATUSES: readonly RosterStatus[] = ['waiting', 'active'];

export type RosterKind = 'sync-point' | 'tracker';

export const rosterKey = (kind: RosterKind, id: string): string => `${kind} ${id}`;

export const keyOf = (view: SyncPoint | ProgressTracker): string =>
  rosterKey('totalSteps' in view ? 'tracker' : 'sync-point', view.id);

/** Of an `AGENT_…` or `…_CHANGED` event; what the overview doesn't know yet is read instead. */
type Applied = 'applied' | 'read-again';

export class Roster {
  readonly id: string;
  readonly changes = signal(0);
  readonly outcomes = new Map<string, Outcome>();
  /** Those waited for, in the order of the roster. */
  readonly pending = new Set<string>();
  /** Why, by the id of who failed; null if no reason was given or it isn't known. */
  readonly failed = new Map<string, string | null>();
  readonly progress: Progress | undefined;
  arrived = 0;
  excused = 0;
  latest: SyncPoint | ProgressTracker;
  status: RosterStatus;
  deadline: string | null;
  /** `latest` has all that happened before, by the clock of Muster. */
  readAtMs = 0;
  /** When the page noticed that it has ended. */
  endedSeenMs: number | undefined;
  /** When an event last moved the deadline or a step. */
  #movedAtMs = 0;

  constructor(view: SyncPoint | ProgressTracker, askedAtMs: number) {
    this.id = view.id;
    this.latest = view;
    this.status = view.status;
    this.deadline = view.deadline;
    if ('totalSteps' in view) this.progress = new Progress(view);
    this.replace(view, askedAtMs);
  }

  get kind(): RosterKind {
    return this.progress ? 'tracker' : 'sync-point';
  }

  /** A sync point and a tracker may have the same id. */
  get key(): string {
    return rosterKey(this.kind, this.id);
  }

  get isOpen(): boolean {
    return OPEN_STATUSES.includes(this.status);
  }

  /** How many arrivals complete it. */
  get needed(): number {
    const quorum = 'quorum' in this.latest ? this.latest.quorum : null;
    return quorum ?? this.outcomes.size - this.excused;
  }

  /** Whoever calls this while it is drawn is drawn again with each change: the roster itself stays the same object. */
  observe(): number {
    return this.changes.value;
  }

  /** Whether it is open. A component that asks is drawn again when it ends. */
  observeOpen(): boolean {
    return this.observe() >= 0 && this.isOpen;
  }

  /**
   * Takes over what was read. An answer may be older than what is known: a list was asked for, then an event came, then
   * the list. So nothing goes back that never goes back in Muster.
   *
   * @param askedAtMs before the request was sent, by the clock of Muster
   */
  replace(view: SyncPoint | ProgressTracker, askedAtMs: number): void {
    const isOld = view.version < this.latest.version || (!this.isOpen && OPEN_STATUSES.includes(view.status));
    if (isOld) return;
    this.latest = view;
    this.status = view.status;
    this.readAtMs = Math.max(this.readAtMs, askedAtMs);
    this.#settleAll(view);
    // A deadline and a step move both ways: what events have said since the request was sent may be newer.
    if (askedAtMs >= this.#movedAtMs) {
      this.deadline = view.deadline;
      if ('totalSteps' in view) this.progress?.replace(view);
    }
    this.changes.value += 1;
  }

  /** An outcome stays; only who is pending can get one. */
  #settleAll(view: SyncPoint | ProgressTracker): void {
    const before = new Map(this.outcomes);
    const reasons = new Map(this.failed);
    this.outcomes.clear();
    this.pending.clear();
    this.failed.clear();
    this.arrived = 0;
    this.excused = 0;
    for (const agentId of view.participants) this.outcomes.set(agentId, before.get(agentId) ?? 'pending');
    for (const agentId of view.arrivedParticipants) this.outcomes.set(agentId, 'arrived');
    for (const agentId of view.excusedParticipants) this.outcomes.set(agentId, 'excused');
    for (const agentId of view.failedParticipants) this.outcomes.set(agentId, 'failed');
    for (const [agentId, outcome] of this.outcomes) {
      if (outcome === 'pending') this.pending.add(agentId);
      else if (outcome === 'arrived') this.arrived += 1;
      else if (outcome === 'excused') this.excused += 1;
      else this.failed.set(agentId, reasons.get(agentId) ?? null);
    }
  }

  /** Reasons are in the events alone, so those that came before are taken from them. */
  noteReason(agentId: string, reason: string | null): void {
    if (!this.failed.has(agentId) || this.failed.get(agentId) === reason) return;
    this.failed.set(agentId, reason);
    this.changes.value += 1;
  }

  apply({ type, agentId, details }: Event): Applied {
    switch (type) {
      case 'AGENT_ARRIVED':
        this.#settle(agentId, 'arrived');
        break;
      case 'AGENT_FAILED': {
        const failed = textOf(details['agentId']) ?? agentId;
        this.#settle(failed, 'failed');
        this.noteReason(failed, textOf(details['reason']));
        break;
      }
      case 'AGENT_EXCUSED':
        this.#settle(textOf(details['agentId']) ?? '', 'excused');
        break;
      case 'SYNC_POINT_DEADLINE_CHANGED':
      case 'PROGRESS_TRACKER_DEADLINE_CHANGED':
        this.deadline = textOf(details['deadline']);
        this.#movedAtMs = serverNow();
        break;
      case 'PROGRESS_UPDATED':
        this.#report(agentId, Number(details['step']));
        this.#movedAtMs = serverNow();
        break;
      default: {
        const ending = endingOf(type);
        if (ending === undefined) return 'read-again';
        this.status = ending;
      }
    }
    this.changes.value += 1;
    return 'applied';
  }

  #report(agentId: string, step: number): void {
    if (!this.progress) return;
    this.progress.report(step, {
      agentId,
      takesPart: this.outcomes.has(agentId),
      isCreator: agentId === this.latest.createdBy,
    });
    if (this.progress.completeWhen === 'everyone' && step >= this.progress.totalSteps) this.#settle(agentId, 'arrived');
  }

  #settle(agentId: string, outcome: Exclude<Outcome, 'pending'>): void {
    if (this.outcomes.get(agentId) !== 'pending') return;
    this.outcomes.set(agentId, outcome);
    this.pending.delete(agentId);
    if (outcome === 'arrived') this.arrived += 1;
    else if (outcome === 'excused') this.excused += 1;
    else this.failed.set(agentId, null);
  }
}

interface Reporter {
  readonly agentId: string;
  readonly takesPart: boolean;
  readonly isCreator: boolean;
}

/** How far everyone is. */
export class Progress {
  readonly steps = new Map<string, number>();
  completeWhen: ProgressTracker['completeWhen'] = 'creator';
  totalSteps = 1;
  currentStep = 0;
  /** 0 to 1. */
  fraction = 0;
  etaSeconds: number | null = null;
  stalledSince: string | null = null;
  #perStep = 0;

  constructor(view: ProgressTracker) {
    this.replace(view);
  }

  replace(view: ProgressTracker): void {
    this.completeWhen = view.completeWhen;
    this.totalSteps = view.totalSteps;
    this.currentStep = view.currentStep;
    this.fraction = view.percent / 100;
    this.etaSeconds = view.etaSeconds;
    this.stalledSince = view.stalledSince;
    this.steps.clear();
    for (const [agentId, step] of Object.entries(view.participantProgress)) this.steps.set(agentId, step);
    const waitedFor = view.participants.length - view.excusedParticipants.length;
    this.#perStep = 1 / (view.totalSteps * Math.max(1, waitedFor));
  }

  /** A creator that takes part reports its own step and the overall one at once. */
  report(step: number, { agentId, takesPart, isCreator }: Reporter): void {
    this.stalledSince = null;
    const before = this.steps.get(agentId) ?? 0;
    if (takesPart) this.steps.set(agentId, step);
    if (isCreator) this.currentStep = step;
    if (this.completeWhen === 'creator') this.fraction = this.currentStep / this.totalSteps;
    else if (takesPart) this.fraction += (step - before) * this.#perStep;
    this.fraction = Math.min(1, Math.max(0, this.fraction));
  }
}

const ENDINGS = { COMPLETED: 'completed', FAILED: 'failed', EXPIRED: 'expired', CANCELLED: 'cancelled' } as const;

export type Ending = (typeof ENDINGS)[keyof typeof ENDINGS];

/** Of `SYNC_POINT_EXPIRED` and the like; undefined for what is no ending. */
export function endingOf(type: Event['type']): Ending | undefined {
  const word = /^(?:SYNC_POINT|PROGRESS_TRACKER)_([A-Z]+)$/.exec(type)?.[1];
  return word !== undefined && word in ENDINGS ? ENDINGS[word as keyof typeof ENDINGS] : undefined;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
