/**
 * Everything that is open, and what happens to it: one picture that all views share. An admin's is kept up to date by
 * the log of events, at one request every few seconds however much is open; an agent, which can't read the log, lists
 * its own.
 */
import type { Event, Muster, ProgressTracker, SyncPoint } from '@muster/client';
import { batch, signal } from '@preact/signals';
import { isAdmin, type Session } from '../session';
import { serverNow } from './connection';
import { Directory } from './directory';
import { Feed } from './feed';
import { keepReading, once } from './keep-reading';
import { type Ending, endingOf, Roster } from './roster';

/** With something happening, and without. */
const BUSY_MS = 1_500;
const IDLE_MS = 4_000;
const IDLE_AFTER_MS = 30_000;

/** Trackers' estimates, agents' presence, and events that were logged too late for the feed are read this often. */
const REFRESH_MS = 60_000;
const AGENT_REFRESH_MS = 5_000;

/** What has ended stays in sight for so long. */
const LINGER_MS = 20_000;

const PAGE = 100;
export const MOST_ROSTERS = 500;
const MOST_EVENTS = 5_000;
const EVENTS_AT_START = 200;
const ENDINGS_AT_START = 500;
export const ENDINGS_WINDOW_MS = 3_600_000;

const ENDING_TYPES: Event['type'][] = [
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_FAILED',
  'SYNC_POINT_EXPIRED',
  'SYNC_POINT_CANCELLED',
  'PROGRESS_TRACKER_COMPLETED',
  'PROGRESS_TRACKER_FAILED',
  'PROGRESS_TRACKER_EXPIRED',
  'PROGRESS_TRACKER_CANCELLED',
];

export interface EndingSeen {
  readonly atMs: number;
  readonly ending: Ending;
}

type Kind = Roster['kind'];

export class Room {
  /** Open ones and those that have just ended, newest first. */
  readonly rosters = signal<readonly Roster[]>([]);
  /** Newest first. */
  readonly events = signal<readonly Event[]>([]);
  /** Of the last hour, in any order. */
  readonly endings = signal<readonly EndingSeen[]>([]);
  /** Of an agent's own inbox; the first hundred are counted. */
  readonly unacknowledged = signal(0);
  readonly isReady = signal(false);
  /** More was open than is shown. */
  readonly isCut = signal(false);
  readonly directory: Directory;
  readonly #session: Session;
  readonly #muster: Muster;
  readonly #known = new Map<string, Roster>();
  readonly #toRead = new Map<string, Kind>();

  constructor(session: Session) {
    this.#session = session;
    this.#muster = session.muster;
    this.directory = new Directory(session.muster);
  }

  get agents(): Directory['agents'] {
    return this.directory.agents;
  }

  /** Events of failures don't tell; what is open is known. */
  kindOf(id: string): Kind {
    return this.#known.get(id)?.kind ?? 'sync-point';
  }

  /** @returns stops it */
  start(): () => void {
    const stops = isAdmin(this.#session)
      ? [this.#followFeed(), keepReading((signal) => this.#refresh(signal))]
      : [keepReading((signal) => this.#listOwn(signal))];
    const sweeping = setInterval(() => {
      this.#sweep();
    }, 2_000);
    return () => {
      clearInterval(sweeping);
      for (const stop of stops) stop();
    };
  }

  #followFeed(): () => void {
    let feed: Feed | undefined;
    let busyUntilMs = 0;
    return keepReading(async (signal) => {
      feed ??= await this.#showLog(signal);
      const fresh = await feed.next(signal);
      this.#take(fresh);
      await this.#readWhatIsNew(signal);
      if (fresh.length > 0) busyUntilMs = Date.now() + IDLE_AFTER_MS;
      return Date.now() < busyUntilMs ? BUSY_MS : IDLE_MS;
    });
  }

  /** Shows what happened before, and returns what follows it. */
  async #showLog(signal: AbortSignal): Promise<Feed> {
    await this.#muster.health(once(signal));
    const startMs = serverNow();
    const since = new Date(startMs - ENDINGS_WINDOW_MS).toISOString();
    const [latest, endings] = await Promise.all([
      this.#muster.events.list({ order: 'newest', limit: PAGE }, once(signal)).toArray({ limit: EVENTS_AT_START }),
      this.#muster.events
        .list({ order: 'newest', type: ENDING_TYPES, since, limit: PAGE }, once(signal))
        .toArray({ limit: ENDINGS_AT_START }),
    ]);
    batch(() => {
      this.events.value = latest;
      this.#noteEndings(endings);
      this.#noteReasons();
    });
    return new Feed(this.#muster, startMs, latest);
  }

  #take(fresh: readonly Event[]): void {
    if (fresh.length === 0) return;
    batch(() => {
      for (const event of fresh) this.#apply(event);
      this.events.value = [...fresh.toReversed(), ...this.events.value].slice(0, MOST_EVENTS);
      this.#noteEndings(fresh);
    });
  }

  #apply(event: Event): void {
    const { type, relatedId, timestamp } = event;
    this.directory.note(event);
    const roster = this.#known.get(relatedId);
    if (!roster) {
      if (type === 'SYNC_POINT_CREATED') this.#toRead.set(relatedId, 'sync-point');
      else if (type === 'PROGRESS_TRACKER_CREATED') this.#toRead.set(relatedId, 'tracker');
      return;
    }
    // What was read later has it already.
    if (Date.parse(timestamp) < roster.readAtMs - 1_000) return;
    if (roster.apply(event) === 'read-again') this.#toRead.set(relatedId, roster.kind);
  }

  async #readWhatIsNew(signal: AbortSignal): Promise<void> {
    for (const [id, kind] of this.#toRead) {
      const resource = kind === 'tracker' ? this.#muster.trackers : this.#muster.syncPoints;
      const view = await resource.get(id, {}, once(signal));
      this.#toRead.delete(id);
      this.#show([view]);
    }
    await this.directory.readChanged(signal);
  }

  async #refresh(signal: AbortSignal): Promise<number> {
    const options = once(signal);
    await Promise.all([
      this.#showAll(
        this.#muster.syncPoints.list({ all: true, status: ['waiting'], limit: PAGE }, options).pages(),
        'sync-point',
      ),
      this.#showAll(
        this.#muster.trackers.list({ all: true, status: ['active'], limit: PAGE }, options).pages(),
        'tracker',
      ),
      this.directory.list(signal),
    ]);
    this.isReady.value = true;
    return REFRESH_MS;
  }

  async #listOwn(signal: AbortSignal): Promise<number> {
    const options = once(signal);
    await Promise.all([
      this.#showAll(this.#muster.syncPoints.list({ status: ['waiting'], limit: PAGE }, options).pages(), 'sync-point'),
      this.#showAll(this.#muster.trackers.list({ status: ['active'], limit: PAGE }, options).pages(), 'tracker'),
      this.#countInbox(signal),
    ]);
    this.isReady.value = true;
    return AGENT_REFRESH_MS;
  }

  async #countInbox(signal: AbortSignal): Promise<void> {
    const { items } = await this.#muster.inbox.list({ unacknowledged: true, limit: PAGE }, once(signal));
    this.unacknowledged.value = items.length;
  }

  /** Shows what is open; what was open and isn't listed any more has ended, and is read once more. */
  async #showAll(
    pages: AsyncIterable<{ readonly items: readonly (SyncPoint | ProgressTracker)[] }>,
    kind: Kind,
  ): Promise<void> {
    const startedMs = serverNow();
    const listed = new Set<string>();
    for await (const { items } of pages) {
      this.#show(items);
      for (const { id } of items) listed.add(id);
      this.isCut.value = listed.size >= MOST_ROSTERS;
      if (this.isCut.value) return;
    }
    for (const roster of this.#known.values()) {
      const isGone = roster.kind === kind && roster.isOpen && roster.readAtMs < startedMs && !listed.has(roster.id);
      if (isGone) this.#show([await this.#readOne(roster)]);
    }
  }

  #readOne({ id, kind }: Roster): Promise<SyncPoint | ProgressTracker> {
    return Promise.resolve(kind === 'tracker' ? this.#muster.trackers.get(id) : this.#muster.syncPoints.get(id));
  }

  #show(views: readonly (SyncPoint | ProgressTracker)[]): void {
    const readAtMs = serverNow();
    batch(() => {
      let isNew = false;
      for (const view of views) {
        const known = this.#known.get(view.id);
        if (known) known.replace(view, readAtMs);
        else {
          const roster = new Roster(view, readAtMs);
          this.#known.set(view.id, roster);
          isNew = true;
        }
      }
      if (isNew) this.#publish();
      this.#noteReasons();
    });
  }

  #publish(): void {
    this.rosters.value = [...this.#known.values()].sort((a, b) => (a.latest.createdAt < b.latest.createdAt ? 1 : -1));
  }

  /** Those that failed before the page was opened have their reasons in the log. */
  #noteReasons(): void {
    for (const { type, relatedId, agentId, details } of this.events.value) {
      if (type !== 'AGENT_FAILED' || typeof details['reason'] !== 'string') continue;
      const failed = typeof details['agentId'] === 'string' ? details['agentId'] : agentId;
      this.#known.get(relatedId)?.noteReason(failed, details['reason']);
    }
  }

  #noteEndings(events: readonly Event[]): void {
    const fresh = events.flatMap(({ type, timestamp }) => {
      const ending = endingOf(type);
      return ending ? [{ atMs: Date.parse(timestamp), ending }] : [];
    });
    if (fresh.length > 0) this.endings.value = [...this.endings.value, ...fresh];
  }

  /** Forgets what has ended a while ago. */
  #sweep(): void {
    const nowMs = serverNow();
    let isGone = false;
    for (const roster of this.#known.values()) {
      if (roster.isOpen) continue;
      roster.endedSeenMs ??= nowMs;
      if (nowMs - roster.endedSeenMs < LINGER_MS) continue;
      this.#known.delete(roster.id);
      isGone = true;
    }
    if (isGone) this.#publish();
    const oldestMs = nowMs - ENDINGS_WINDOW_MS;
    if (this.endings.value.some(({ atMs }) => atMs < oldestMs))
      this.endings.value = this.endings.value.filter(({ atMs }) => atMs >= oldestMs);
  }
}
