import type { EventView, InboxItem, SyncPointView } from '../support/http-client';
import { checkFailureMessages, checkOutcomeEvents, checkParticipants } from './check-outcomes';
import { acceptedBy, acceptedExcuses, type Entry, type EntryOf, isAccepted, isPossible, ofKind } from './ledger';
import {
  type Consequences,
  type Contradiction,
  contradictionsOf,
  type Observation,
  mustBeLogged,
  mustEndAs,
  tally,
} from './observation';

const ENDING_EVENTS = {
  completed: 'SYNC_POINT_COMPLETED',
  failed: 'SYNC_POINT_FAILED',
  cancelled: 'SYNC_POINT_CANCELLED',
  expired: 'SYNC_POINT_EXPIRED',
} as const;
const ENDING_TYPES: readonly string[] = Object.values(ENDING_EVENTS);

interface Counts {
  readonly arrived: number;
  readonly failed: number;
  readonly excused: number;
}

type Creation = EntryOf<'create sync point'>;

const isReached = ({ participants, quorum }: Creation, { arrived, excused }: Counts): boolean =>
  arrived >= (quorum ?? participants.length - excused);
const isImpossible = ({ participants, quorum }: Creation, { failed, excused }: Counts): boolean =>
  quorum === undefined ? failed > 0 : failed + excused > participants.length - quorum;

/**
 * Whether the ledger alone says that it is over: by what was accepted, ended by hand, or every deadline that it may
 * have has passed.
 */
function mustHaveEnded(entries: readonly Entry[], nowMs: number): boolean {
  const [creation] = ofKind(entries, 'create sync point');
  const exists = entries.some((entry) => isAccepted(entry));
  if (!creation || !exists) return false;
  if (ofKind(entries, 'cancel sync point', 'complete sync point', 'fail sync point').some(isAccepted)) return true;
  const outcomes = [acceptedBy(entries, 'arrive'), acceptedBy(entries, 'fail'), acceptedExcuses(entries)] as const;
  const [arrived, failed, excused] = outcomes;
  if (creation.participants.every((id) => outcomes.some((ids) => ids.has(id)))) return true;
  if (creation.endWhen !== 'everyone') {
    // More may have been excused than was told, which would only end it earlier.
    const counts = { arrived: arrived.size, failed: failed.size, excused: excused.size };
    if (isReached(creation, counts) || isImpossible(creation, counts)) return true;
  }
  const deadlines = [
    ...ofKind(entries, 'create sync point').map(({ deadlineMs }) => deadlineMs),
    ...ofKind(entries, 'move deadline')
      .filter(isPossible)
      .map(({ deadlineMs }) => deadlineMs),
  ];
  const moved = ofKind(entries, 'move deadline').some(isAccepted);
  const possible = moved ? deadlines.filter((deadlineMs) => deadlineMs !== null) : deadlines;
  return possible.every((deadlineMs) => deadlineMs !== null && deadlineMs < nowMs);
}

/** What may not be of the events and messages about one sync point, by the ledger alone. */
export function checkSyncPointConsequences(
  id: string,
  entries: readonly Entry[],
  { feed, inboxes }: Consequences,
  nowMs: number,
): Contradiction[] {
  const { found, must } = contradictionsOf(id);
  const [creation] = ofKind(entries, 'create sync point');
  if (!creation) return [];
  const events = feed.get(id) ?? [];
  if (events.length === 0 && !entries.some(isAccepted)) return [];

  const ofType = (type: string): EventView[] => events.filter((event) => event.type === type);
  const count = (type: string): number => ofType(type).length;
  must(count('SYNC_POINT_CREATED') === 1, `${count('SYNC_POINT_CREATED')} events of its creation`);
  const endings = events.filter(({ type }) => ENDING_TYPES.includes(type));
  must(endings.length <= 1, `it ended ${endings.length} times: ${endings.map(({ type }) => type).join()}`);
  if (mustHaveEnded(entries, nowMs)) must(endings.length > 0, 'it should have ended, and there is no event of an end');

  const arrivals = tally(ofType('AGENT_ARRIVED').map(({ agentId }) => agentId));
  for (const [agentId, times] of arrivals) must(times === 1, `${times} events of the arrival of ${agentId}`);
  const accepted = ofKind(entries, 'arrive').filter(isAccepted);
  for (const by of new Set(accepted.map((arrival) => arrival.by))) {
    must(arrivals.has(by), `no event of the arrival of ${by}, which was accepted`);
  }
  checkOutcomeEvents(must, entries, events);
  const moves = ofKind(entries, 'move deadline');
  const moved = count('SYNC_POINT_DEADLINE_CHANGED');
  const [least, most] = [moves.filter(isAccepted).length, moves.filter(isPossible).length];
  must(moved >= least && moved <= most, `${moved} events of moved deadlines, and ${least} to ${most} were moved`);

  const told = (agentId: string): readonly InboxItem[] | undefined =>
    inboxes.get(agentId)?.filter(({ content }) => content['syncPointId'] === id);
  const ending = endings[0]?.type;
  for (const agentId of new Set([...creation.participants, creation.by])) {
    const items = told(agentId);
    if (items === undefined) continue;
    if (agentId === creation.by) {
      const owed = creation.quorum !== undefined || creation.endWhen === 'everyone';
      checkFailureMessages(must, { creator: creation.by, events, items, owed });
    }
    const types = items.map(({ content }) => content.type);
    const creations = types.filter((type) => type === 'SYNC_POINT_NOTIFICATION').length;
    const expected = creation.participants.includes(agentId) ? 1 : 0;
    must(creations === expected, `${agentId} has ${creations} messages of the creation instead of ${expected}`);
    const ends = types.filter((type) => ENDING_TYPES.includes(type));
    must(
      ending === undefined ? ends.length === 0 : ends.length === 1 && ends[0] === ending,
      `${agentId} has [${ends.join()}] of the end, and the event is ${ending ?? 'none'}`,
    );
  }
  return found;
}

/** What may not be of one sync point as it is read in the end, against ledger, events and messages. */
export function checkSyncPoint(
  id: string,
  entries: readonly Entry[],
  observation: Observation,
  nowMs: number,
): Contradiction[] {
  const { found, must } = contradictionsOf(id);
  found.push(...checkSyncPointConsequences(id, entries, observation, nowMs));
  const observed = observation.syncPoints.get(id);
  const [creation] = ofKind(entries, 'create sync point');
  const view = observed?.view;
  if (!creation || !observed || !view) {
    must(!entries.some(isAccepted), 'it was answered, and is not there');
    return found;
  }
  const feed = observation.feed.get(id) ?? [];
  const expected = view.status === 'waiting' ? [] : [ENDING_EVENTS[view.status]];
  mustBeLogged(must, feed, observed.log);
  mustEndAs(must, feed, ENDING_TYPES, view.status, expected);

  const arrived = new Map(observed.arrivals.map((arrival) => [arrival.agentId, arrival]));
  must(arrived.size === observed.arrivals.length, 'an agent is twice in the list of arrivals');
  const logged = feed.filter(({ type }) => type === 'AGENT_ARRIVED');
  must(
    JSON.stringify(logged.map((event) => `${event.agentId} ${event.timestamp}`).sort()) ===
      JSON.stringify(observed.arrivals.map((arrival) => `${arrival.agentId} ${arrival.arrivedAt}`).sort()),
    `${logged.length} events of ${arrived.size} arrivals, or of other times`,
  );
  for (const agentId of creation.participants) {
    const attempts = ofKind(entries, 'arrive').filter(({ by }) => by === agentId);
    const arrival = arrived.get(agentId);
    if (arrival === undefined) {
      must(!attempts.some(isAccepted), `the arrival of ${agentId} was accepted, and is lost`);
      continue;
    }
    must(attempts.some(isPossible), `${agentId} has arrived, and was refused each time`);
    for (const attempt of attempts.filter(isAccepted)) {
      must(
        attempt.arrivedAt === arrival.arrivedAt,
        `${agentId} was told ${attempt.arrivedAt ?? 'no time'}, and the list says ${arrival.arrivedAt}`,
      );
    }
    const sent = attempts.filter(isPossible).map(({ data }) => JSON.stringify(data));
    must(sent.includes(JSON.stringify(arrival.data)), `the data of ${agentId} is none that it sent`);
  }
  checkParticipants(must, entries, feed, observed.participants);
  const counts = {
    arrived: arrived.size,
    failed: view.failedParticipants.length,
    excused: view.excusedParticipants.length,
  };
  for (const outcome of ['arrived', 'failed', 'excused'] as const) {
    const listed = observed.participants.filter((participant) => participant.outcome === outcome).length;
    must(listed === counts[outcome], `${listed} are listed as ${outcome}, and ${counts[outcome]} are`);
  }
  found.push(...checkEnding(id, entries, creation, view, counts));
  return found;
}

const BY_HAND = [
  ['complete sync point', 'completed', 'completing'],
  ['fail sync point', 'failed', 'failing'],
  ['cancel sync point', 'cancelled', 'cancelling'],
] as const;

function checkEnding(
  id: string,
  entries: readonly Entry[],
  creation: Creation,
  { status, endedBy, endedAt, deadline }: SyncPointView,
  counts: Counts,
): Contradiction[] {
  const { found, must } = contradictionsOf(id);
  const [reached, impossible] = [isReached(creation, counts), isImpossible(creation, counts)];
  const count = `${counts.arrived} of ${creation.participants.length} arrived`;
  const bySystem = endedBy === 'system';
  // Who ends by hand what waits for everyone decides alone; else enough arrivals come first.
  const decidedAlone = creation.endWhen === 'everyone' && !bySystem;
  must(!reached || decidedAlone || status === 'completed', `${count}, and it is ${status}`);
  must(!(bySystem && status === 'completed') || reached, `it is completed, and only ${count}`);
  must(!(bySystem && status === 'failed') || impossible, `it has failed, and ${count}`);
  if (status === 'expired') {
    must(!impossible, `it expired, and had failed: ${count}`);
    must(endedAt === deadline, 'it expired at another time than its deadline');
  }
  for (const [kind, ending, doing] of BY_HAND) {
    const attempts = ofKind(entries, kind);
    must(bySystem || status !== ending || attempts.some(isPossible), `it is ${ending} by hand, and nobody did`);
    must(!attempts.some(isAccepted) || status === ending, `${doing} was accepted, and it is ${status}`);
  }
  return found;
}
