import type { EventView, InboxItem, SyncPointView } from '../support/http-client';
import { type Entry, isAccepted, isPossible, ofKind } from './ledger';
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
  cancelled: 'SYNC_POINT_CANCELLED',
  expired: 'SYNC_POINT_EXPIRED',
} as const;
const ENDING_TYPES: readonly string[] = Object.values(ENDING_EVENTS);

/** Whether the ledger alone says that it is over: everyone in, ended by hand, or every deadline that it may have has passed. */
export function mustHaveEnded(entries: readonly Entry[], nowMs: number): boolean {
  const [creation] = ofKind(entries, 'create sync point');
  const exists = entries.some((entry) => isAccepted(entry));
  if (!creation || !exists) return false;
  if (ofKind(entries, 'cancel sync point', 'complete sync point').some(isAccepted)) return true;
  const arrived = new Set(
    ofKind(entries, 'arrive')
      .filter(isAccepted)
      .map(({ by }) => by),
  );
  if (creation.participants.every((id) => arrived.has(id))) return true;
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
  found.push(...checkEnding(id, entries, view, arrived.size));
  return found;
}

function checkEnding(id: string, entries: readonly Entry[], view: SyncPointView, arrived: number): Contradiction[] {
  const { found, must } = contradictionsOf(id);
  const byHand = (kind: 'cancel sync point' | 'complete sync point') => ofKind(entries, kind);
  const everyone = arrived === view.participants.length;
  must(!everyone || view.status === 'completed', `everyone arrived, and it is ${view.status}`);
  if (view.status === 'completed' && view.endedBy === 'system') {
    must(everyone, `it is completed, and only ${arrived} of ${view.participants.length} arrived`);
  }
  if (view.status === 'completed' && view.endedBy !== 'system') {
    must(byHand('complete sync point').some(isPossible), 'it was completed by hand, and nobody did');
  }
  if (view.status === 'cancelled')
    must(byHand('cancel sync point').some(isPossible), 'it is cancelled, and nobody did');
  if (view.status === 'expired') must(view.endedAt === view.deadline, 'it expired at another time than its deadline');
  if (byHand('cancel sync point').some(isAccepted)) {
    must(view.status === 'cancelled', `cancelling was accepted, and it is ${view.status}`);
  }
  if (byHand('complete sync point').some(isAccepted)) {
    must(view.status === 'completed', `completing was accepted, and it is ${view.status}`);
  }
  return found;
}
