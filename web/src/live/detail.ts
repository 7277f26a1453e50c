/**
 * One sync point or tracker with all that its page shows. The state comes by long polls: 3 requests a minute while
 * nothing changes, and one for each change, at most four a second. With a change, the end of the log is read again for
 * five seconds, as events are logged a moment later, and so are the pages shown of the list that is open: while it
 * changes all the time, that is 40 times a minute 1 or 2 requests for the log, 1 for each page, and where the log is
 * longer than is drawn, 1 for each hundred of its newest events that are shown.
 */
import type { ProgressTracker, SyncPoint } from '@muster/client';
import { keepReading } from './keep-reading';
import { Log, type ReadEvents } from './log';
import type { Watched } from './watch';

/** How often it is looked whether something has to be read; this alone sends nothing. */
const TICK_MS = 250;
const PACE_MS = 1_500;
const LOGGED_AFTER_MS = 5_000;

interface Part {
  readonly read: (signal: AbortSignal) => Promise<void>;
  version: number | undefined;
  nextMs: number;
}

export class Detail<View extends SyncPoint | ProgressTracker> {
  readonly watched: Watched<View>;
  /** What has happened here. */
  readonly log: Log;
  readonly #parts = new Set<Part>();
  #loggedVersion: number | undefined;
  #logUntilMs = 0;
  #logNextMs = 0;

  constructor(watched: Watched<View>, events: ReadEvents) {
    this.watched = watched;
    this.log = new Log(events);
  }

  /** @returns stops it */
  start(): () => void {
    // By themselves: the first reading of a long log takes seconds.
    const stops = [
      this.watched.start(),
      this.#keepUp((version, signal) => this.#readLog(version, signal)),
      this.#keepUp((version, signal) => this.#readParts(version, signal)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #keepUp(read: (version: number, signal: AbortSignal) => Promise<void>): () => void {
    return keepReading(async (signal) => {
      const version = this.watched.view.peek()?.version;
      if (version !== undefined) await read(version, signal);
      return this.watched.error.peek() ? null : TICK_MS;
    });
  }

  /** A part that is open, and read again when something has changed. @returns closes it */
  open(read: (signal: AbortSignal) => Promise<void>): () => void {
    const part: Part = { read, version: undefined, nextMs: 0 };
    this.#parts.add(part);
    return () => {
      this.#parts.delete(part);
    };
  }

  async #readLog(version: number, signal: AbortSignal): Promise<void> {
    const nowMs = Date.now();
    if (version !== this.#loggedVersion) this.#logUntilMs = nowMs + LOGGED_AFTER_MS;
    if (nowMs >= this.#logUntilMs || nowMs < this.#logNextMs) return;
    await this.log.follow(signal);
    this.#loggedVersion = version;
    this.#logNextMs = Date.now() + PACE_MS;
  }

  async #readParts(version: number, signal: AbortSignal): Promise<void> {
    for (const part of this.#parts) {
      if (part.version === version || Date.now() < part.nextMs) continue;
      await part.read(signal);
      part.version = version;
      part.nextMs = Date.now() + PACE_MS;
    }
  }
}
