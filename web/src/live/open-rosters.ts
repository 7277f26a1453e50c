/** The sync points and trackers that are open, and those that have just ended: read, and changed by events. */
import {
  type Event,
  type Muster,
  NotFoundError,
  type Page,
  type ProgressTracker,
  type SyncPoint,
} from '@muster/client';
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { serverNow } from './connection';
import { MOVING_TYPES, PARTICIPANT_TYPES } from './event-types';
import { once } from './keep-reading';
import { keyOf, Roster, rosterKey, type RosterKind } from './roster';

type View = SyncPoint | ProgressTracker;

/** Of each kind. */
export const MOST_ROSTERS = 500;

/** What has ended stays in sight for so long. */
const LINGER_MS = 20_000;

/** The clocks of Muster and of this machine differ by less, once the difference is corrected. */
const CLOCKS_DIFFER_MS = 3_000;

export class OpenRosters {
  /** Newest first. */
  readonly all = signal<readonly Roster[]>([]);
  /** More is open than was read. */
  readonly isCut: ReadonlySignal<boolean>;
  readonly #isCut = { 'sync-point': signal(false), tracker: signal(false) };
  readonly #muster: Muster;
  readonly #known = new Map<string, Roster>();
  readonly #toRead = new Map<string, { readonly kind: RosterKind; readonly id: string }>();

  constructor(muster: Muster) {
    this.#muster = muster;
    this.isCut = computed(() => this.#isCut['sync-point'].value || this.#isCut.tracker.value);
  }

  /** Events of failures don't tell; what is open is known. */
  kindOf(id: string): RosterKind {
    const isTracker = this.#known.has(rosterKey('tracker', id)) && !this.#known.has(rosterKey('sync-point', id));
    return isTracker ? 'tracker' : 'sync-point';
  }

  apply(event: Event): void {
    const { type, relatedId: id } = event;
    if (PARTICIPANT_TYPES.includes(type)) {
      this.#applyOfEither(event);
      return;
    }
    const kind = kindIn(type);
    if (kind === undefined) return;
    const roster = this.#known.get(rosterKey(kind, id));
    if (!roster) {
      if (type.endsWith('_CREATED')) this.#toRead.set(rosterKey(kind, id), { kind, id });
      return;
    }
    const wasRead = Date.parse(event.timestamp) < roster.readAtMs - CLOCKS_DIFFER_MS;
    if (wasRead && MOVING_TYPES.includes(type)) return;
    if (roster.apply(event) === 'read-again') this.#toRead.set(roster.key, roster);
  }

  /** The event is of a sync point or of a tracker. If both wait for the participant, they are read again. */
  #applyOfEither(event: Event): void {
    const participant = event.details['agentId'] ?? event.agentId;
    const either = (['sync-point', 'tracker'] as const).flatMap((kind) => {
      const roster = this.#known.get(rosterKey(kind, event.relatedId));
      return roster ? [roster] : [];
    });
    const waiting = either.filter(({ pending }) => typeof participant === 'string' && pending.has(participant));
    if (waiting.length === 1) waiting[0]?.apply(event);
    else if (waiting.length > 1) for (const roster of waiting) this.#toRead.set(roster.key, roster);
    // Its outcome may have been read before its reason came.
    else this.noteReasons([event]);
  }

  /** Those that failed before they were read have their reasons in the log. */
  noteReasons(events: readonly Event[]): void {
    for (const { type, relatedId, agentId, details } of events) {
      if (type !== 'AGENT_FAILED' || typeof details['reason'] !== 'string') continue;
      const failed = typeof details['agentId'] === 'string' ? details['agentId'] : agentId;
      for (const kind of ['sync-point', 'tracker'] as const)
        this.#known.get(rosterKey(kind, relatedId))?.noteReason(failed, details['reason']);
    }
  }

  /** @returns whether there was something to read */
  async readWhatIsNew(signal: AbortSignal): Promise<boolean> {
    const toRead = [...this.#toRead];
    for (const [key, { kind, id }] of toRead) {
      await this.#read(kind, id, signal);
      this.#toRead.delete(key);
    }
    return toRead.length > 0;
  }

  /**
   * Shows what is open; what was open and isn't listed any more has ended, and is read once more.
   *
   * @param list has all that are open
   * @returns whether something has changed
   */
  async list(kind: RosterKind, list: AsyncIterable<Page<View>>, signal: AbortSignal): Promise<boolean> {
    const startedMs = serverNow();
    const listed = new Set<string>();
    let hasChanged = false;
    let askedAtMs = startedMs;
    for await (const { items, nextCursor } of list) {
      hasChanged = this.#show(items, askedAtMs) || hasChanged;
      for (const { id } of items) listed.add(id);
      this.#isCut[kind].value = nextCursor !== null && listed.size >= MOST_ROSTERS;
      if (this.#isCut[kind].value) return hasChanged;
      askedAtMs = serverNow();
    }
    for (const roster of [...this.#known.values()]) {
      const isGone = roster.kind === kind && roster.isOpen && roster.readAtMs < startedMs && !listed.has(roster.id);
      if (!isGone) continue;
      await this.#read(kind, roster.id, signal);
      hasChanged = true;
    }
    return hasChanged;
  }

  /** Forgets what has ended a while ago. */
  sweep(): void {
    const nowMs = serverNow();
    let isGone = false;
    for (const roster of this.#known.values()) {
      if (roster.isOpen) continue;
      roster.endedSeenMs ??= nowMs;
      if (nowMs - roster.endedSeenMs < LINGER_MS) continue;
      this.#known.delete(roster.key);
      isGone = true;
    }
    if (isGone) this.#publish();
  }

  async #read(kind: RosterKind, id: string, signal: AbortSignal): Promise<void> {
    const askedAtMs = serverNow();
    const resource = kind === 'tracker' ? this.#muster.trackers : this.#muster.syncPoints;
    try {
      this.#show([await resource.get(id, {}, once(signal))], askedAtMs);
    } catch (error) {
      // It ended long ago, and is no longer kept.
      if (!(error instanceof NotFoundError)) throw error;
      this.#known.delete(rosterKey(kind, id));
      this.#publish();
    }
  }

  /** @returns whether something has changed */
  #show(views: readonly View[], askedAtMs: number): boolean {
    let isNew = false;
    let hasChanged = false;
    batch(() => {
      for (const view of views) {
        const known = this.#known.get(keyOf(view));
        hasChanged ||= known === undefined || view.version > known.latest.version;
        if (known) known.replace(view, askedAtMs);
        else {
          this.#known.set(keyOf(view), new Roster(view, askedAtMs));
          isNew = true;
        }
      }
      if (isNew) this.#publish();
    });
    return hasChanged;
  }

  #publish(): void {
    this.all.value = [...this.#known.values()].sort((a, b) => (a.latest.createdAt < b.latest.createdAt ? 1 : -1));
  }
}

/** undefined: of neither, or of either. */
function kindIn(type: Event['type']): RosterKind | undefined {
  if (type.startsWith('SYNC_POINT_')) return 'sync-point';
  return type.startsWith('PROGRESS_') ? 'tracker' : undefined;
}
