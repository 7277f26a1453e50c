/**
 * Everything that is open, and what happens to it: one picture that all views share. An admin's is kept up to date by
 * the log of events, at one request every few seconds however much is open; an agent, which can't read the log, lists
 * its own.
 */
import type { Event, Muster } from '@muster/client';
import { batch, signal } from '@preact/signals';
import { isAdmin, type Session } from '../session';
import { serverNow } from './connection';
import { Directory } from './directory';
import { Endings, ENDINGS_WINDOW_MS } from './endings';
import { ENDING_TYPES } from './event-types';
import { Feed } from './feed';
import { keepReading, once } from './keep-reading';
import { OpenRosters } from './open-rosters';

export { ENDINGS_WINDOW_MS, type EndingSeen } from './endings';
export { MOST_ROSTERS } from './open-rosters';

/** With something happening, and without. */
const BUSY_MS = 1_500;
const IDLE_MS = 4_000;
const IDLE_AFTER_MS = 30_000;

/** Trackers' estimates and agents' presence are read this often. */
const REFRESH_MS = 60_000;

/** After so long without an answer, all is read anew: to catch up with the log of a night would take forever. */
const ANEW_AFTER_MS = 120_000;

/** While something changes; without, the pause grows by as much each time. */
const OWN_MS = 5_000;
const OWN_LONGEST_MS = 15_000;

const PAGE = 100;
const MOST_EVENTS = 5_000;
const EVENTS_AT_START = 200;
const ENDINGS_AT_START = 500;

export class Room {
  /** Newest first. */
  readonly events = signal<readonly Event[]>([]);
  /** Of an agent's own inbox; the first hundred are counted. */
  readonly unacknowledged = signal(0);
  readonly isReady = signal(false);
  readonly directory: Directory;
  readonly #session: Session;
  readonly #muster: Muster;
  readonly #open: OpenRosters;
  readonly #endings = new Endings();

  constructor(session: Session) {
    this.#session = session;
    this.#muster = session.muster;
    this.directory = new Directory(session.muster);
    this.#open = new OpenRosters(session.muster);
  }

  get agents(): Directory['agents'] {
    return this.directory.agents;
  }

  /** Open ones and those that have just ended, newest first. */
  get rosters(): OpenRosters['all'] {
    return this.#open.all;
  }

  /** More was open than is shown. */
  get isCut(): OpenRosters['isCut'] {
    return this.#open.isCut;
  }

  /** Of the last hour, in any order. */
  get endings(): Endings['all'] {
    return this.#endings.all;
  }

  /** Events of failures don't tell; what is open is known. */
  kindOf(id: string): ReturnType<OpenRosters['kindOf']> {
    return this.#open.kindOf(id);
  }

  /** @returns stops it */
  start(): () => void {
    const stop = isAdmin(this.#session) ? this.#followFeed() : this.#followOwn();
    const sweeping = setInterval(() => {
      this.#open.sweep();
      this.#endings.sweep();
    }, 2_000);
    return () => {
      clearInterval(sweeping);
      stop();
    };
  }

  #followFeed(): () => void {
    let feed: Feed | undefined;
    let readMs = 0;
    let listedMs = 0;
    let busyUntilMs = 0;
    return keepReading(async (signal) => {
      if (!feed || Date.now() - readMs > ANEW_AFTER_MS) {
        feed = await this.#begin(signal);
        readMs = listedMs = Date.now();
      }
      // What was logged late is older than what is shown: the lists put right what it takes back.
      const isListDue = Date.now() - listedMs > REFRESH_MS;
      const fresh = await feed.next(signal, isListDue);
      readMs = Date.now();
      this.#take(fresh);
      if (fresh.length > 0) busyUntilMs = Date.now() + IDLE_AFTER_MS;
      if (await this.#open.readWhatIsNew(signal)) this.#open.noteReasons(this.events.value);
      await this.directory.readChanged(signal);
      if (isListDue) {
        await this.#listAll(signal);
        listedMs = Date.now();
      }
      return Date.now() < busyUntilMs ? BUSY_MS : IDLE_MS;
    });
  }

  /** Shows what is open and what happened before, and returns what follows it. */
  async #begin(signal: AbortSignal): Promise<Feed> {
    const askedMs = Date.now();
    await this.#muster.health(once(signal));
    const startMs = serverNow() - (Date.now() - askedMs);
    const since = new Date(startMs - ENDINGS_WINDOW_MS).toISOString();
    const [latest, endings] = await Promise.all([
      this.#muster.events.list({ order: 'newest', limit: PAGE }, once(signal)).toArray({ limit: EVENTS_AT_START }),
      this.#muster.events
        .list({ order: 'newest', type: [...ENDING_TYPES], since, limit: PAGE }, once(signal))
        .toArray({ limit: ENDINGS_AT_START }),
      this.#listAll(signal),
    ]);
    batch(() => {
      this.events.value = latest;
      this.#endings.note(endings);
      this.#open.noteReasons(latest);
    });
    return new Feed(this.#muster, startMs);
  }

  /** Some were shown before: what was listed meanwhile may not have had them. */
  #take(fresh: readonly Event[]): void {
    if (fresh.length === 0) return;
    batch(() => {
      for (const event of fresh) {
        this.directory.note(event);
        this.#open.apply(event);
      }
      const shown = new Set(this.events.value.map(({ id }) => id));
      const unknown = fresh.filter(({ id }) => !shown.has(id)).toReversed();
      this.events.value = [...unknown, ...this.events.value].sort(byTime).slice(0, MOST_EVENTS);
      this.#endings.note(fresh);
    });
  }

  async #listAll(signal: AbortSignal): Promise<void> {
    const options = once(signal);
    const syncPoints = this.#muster.syncPoints.list({ all: true, status: ['waiting'], limit: PAGE }, options);
    const trackers = this.#muster.trackers.list({ all: true, status: ['active'], limit: PAGE }, options);
    await Promise.all([
      this.#open.list('sync-point', syncPoints.pages(), signal),
      this.#open.list('tracker', trackers.pages(), signal),
      this.directory.list(signal),
    ]);
    this.#open.noteReasons(this.events.value);
    this.isReady.value = true;
  }

  #followOwn(): () => void {
    let pauseMs = OWN_MS;
    return keepReading(async (signal) => {
      const hasChanged = await this.#listOwn(signal);
      pauseMs = hasChanged ? OWN_MS : Math.min(OWN_LONGEST_MS, pauseMs + OWN_MS);
      return pauseMs;
    });
  }

  async #listOwn(signal: AbortSignal): Promise<boolean> {
    const options = once(signal);
    const syncPoints = this.#muster.syncPoints.list({ status: ['waiting'], limit: PAGE }, options);
    const trackers = this.#muster.trackers.list({ status: ['active'], limit: PAGE }, options);
    const changes = await Promise.all([
      this.#open.list('sync-point', syncPoints.pages(), signal),
      this.#open.list('tracker', trackers.pages(), signal),
      this.#countInbox(signal),
    ]);
    this.isReady.value = true;
    return changes.includes(true);
  }

  /** @returns whether it is another number than before */
  async #countInbox(signal: AbortSignal): Promise<boolean> {
    const before = this.unacknowledged.value;
    const { items } = await this.#muster.inbox.list({ unacknowledged: true, limit: PAGE }, once(signal));
    this.unacknowledged.value = items.length;
    return items.length !== before;
  }
}

/** Newest first; a late one comes where its time is. */
const byTime = (a: Event, b: Event): number => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0);
