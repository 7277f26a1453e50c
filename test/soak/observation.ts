/** What is there once all is quiet, as the API shows it. */
import type { Arrival, EventView, InboxItem, Report, SyncPointView, TrackerView } from '../support/http-client';

/** What both lists of participants have. */
export interface ObservedParticipant {
  readonly agentId: string;
  readonly outcome: 'pending' | 'arrived' | 'failed' | 'excused';
  readonly at: string | null;
  readonly reason: string | null;
  readonly data?: unknown;
}

/** A sync point or tracker that is answered with 404 has no view. */
export interface ObservedSyncPoint {
  readonly view?: SyncPointView;
  readonly arrivals: readonly Arrival[];
  readonly participants: readonly ObservedParticipant[];
  /** Its own log. */
  readonly log: readonly EventView[];
}

export interface ObservedTracker {
  readonly view?: TrackerView;
  readonly reports: readonly Report[];
  readonly participants: readonly ObservedParticipant[];
  readonly log: readonly EventView[];
}

export interface ObservedMessage {
  readonly recipients: readonly { readonly id: string; readonly acknowledgedAt: string | null }[];
}

/** What follows from changes, read without touching any sync point or tracker: a reader would mend what is late. */
export interface Consequences {
  /** The feed of all events, by what they are about. */
  readonly feed: ReadonlyMap<string, readonly EventView[]>;
  /** By agent; an agent that has been deactivated has none, since only itself may read it. */
  readonly inboxes: ReadonlyMap<string, readonly InboxItem[]>;
}

export interface Observation extends Consequences {
  readonly syncPoints: ReadonlyMap<string, ObservedSyncPoint>;
  readonly trackers: ReadonlyMap<string, ObservedTracker>;
  /** By message id, as its sender sees it. */
  readonly messages: ReadonlyMap<string, ObservedMessage>;
  /** Status of the answer to `GET /v1/me` with each token that was revoked. */
  readonly revokedTokens: ReadonlyMap<string, number>;
}

/** Something that may not be. */
export interface Contradiction {
  /** Sync point, tracker, message, agent. */
  readonly id: string;
  readonly sentence: string;
}

/** Notes the sentence unless it holds. */
export type Must = (holds: boolean, sentence: string) => void;

/** Collects sentences about one thing. */
export function contradictionsOf(id: string): {
  readonly found: Contradiction[];
  readonly must: Must;
} {
  const found: Contradiction[] = [];
  return {
    found,
    must: (holds, sentence) => {
      if (!holds) found.push({ id, sentence });
    },
  };
}

/** How often each occurs. */
export function tally(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** In the order of the API's times, which sort as text. */
const sortedIds = (events: readonly EventView[]): string => JSON.stringify(events.map(({ id }) => id).sort());

/** Its log and the feed of all events hold the same of it. */
export function mustBeLogged(must: Must, feed: readonly EventView[], log: readonly EventView[]): void {
  must(sortedIds(feed) === sortedIds(log), `its log has ${log.length} events, the feed ${feed.length}`);
}

/** The events of its ending are those of the status that it is read with. */
export function mustEndAs(
  must: Must,
  feed: readonly EventView[],
  endingTypes: readonly string[],
  status: string,
  expected: readonly string[],
): void {
  const ends = feed.filter(({ type }) => endingTypes.includes(type)).map(({ type }) => type);
  must(JSON.stringify(ends) === JSON.stringify(expected), `it is ${status}, and the events are [${ends.join()}]`);
}
