import type { EventView, InboxItem } from '../support/http-client';
import { checkFailureMessages, checkOutcomeEvents, checkParticipants } from './check-outcomes';
import { acceptedBy, acceptedExcuses, type Entry, isAccepted, isPossible, ofKind } from './ledger';
import {
  type Consequences,
  type Contradiction,
  contradictionsOf,
  type Observation,
  mustBeLogged,
  mustEndAs,
  tally,
} from './observation';

const ENDING_TYPES: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED'].map((end) => `PROGRESS_TRACKER_${end}`);
/** Told to the creator too, as an ending and no update. */
const ENDED_OTHERWISE = ['PROGRESS_TRACKER_FAILED', 'PROGRESS_TRACKER_CANCELLED'];

/** What may not be of the events and messages about one tracker, by the ledger alone. */
export function checkTrackerConsequences(
  id: string,
  entries: readonly Entry[],
  { feed, inboxes }: Consequences,
): Contradiction[] {
  const { found, must } = contradictionsOf(id);
  const [creation] = ofKind(entries, 'create tracker');
  if (!creation) return [];
  const events = feed.get(id) ?? [];
  if (events.length === 0 && !entries.some(isAccepted)) return [];

  const ofType = (type: string): EventView[] => events.filter((event) => event.type === type);
  must(ofType('PROGRESS_TRACKER_CREATED').length === 1, 'there is not exactly one event of its creation');
  const endings = events.filter(({ type }) => ENDING_TYPES.includes(type));
  must(endings.length <= 1, `it ended ${endings.length} times: ${endings.map(({ type }) => type).join()}`);
  const [ending] = endings;
  const atTotal = new Set(
    ofKind(entries, 'report')
      .filter((report) => isAccepted(report) && report.step >= creation.totalSteps)
      .map(({ by }) => by),
  );
  const failed = acceptedBy(entries, 'fail');
  const excused = acceptedExcuses(entries);
  const decided =
    creation.completeWhen === 'creator'
      ? atTotal.has(creation.by)
      : failed.size > 0 || creation.participants.every((agentId) => atTotal.has(agentId) || excused.has(agentId));
  if (decided || ofKind(entries, 'cancel tracker').some(isAccepted)) {
    must(ending !== undefined, 'it should have ended, and there is no event of an end');
  }

  checkOutcomeEvents(must, entries, events);
  const updates = ofType('PROGRESS_UPDATED');
  const keyOf = (agentId: string, at: string, step: unknown): string => `${agentId} ${at} ${String(step)}`;
  const logged = tally(updates.map((event) => keyOf(event.agentId, event.timestamp, event.details['step'])));
  for (const [key, times] of logged) must(times === 1, `${times} events of the report ${key}`);
  for (const report of ofKind(entries, 'report').filter(isAccepted)) {
    const key = keyOf(report.by, report.reportedAt ?? '', report.step);
    must(logged.has(key), `no event of the report ${key}, which was accepted`);
  }

  // The step that completes is told as the completion, to everyone but who brought it about.
  const overall = updates.filter(({ agentId }) => agentId === creation.by);
  const completed = ending?.type === 'PROGRESS_TRACKER_COMPLETED';
  const completedByCreator = completed && creation.completeWhen === 'creator';
  for (const agentId of new Set([...creation.participants, creation.by])) {
    const items = inboxes.get(agentId)?.filter(({ content }) => content['trackerId'] === id);
    if (items === undefined) continue;
    const participant = creation.participants.includes(agentId);
    if (agentId === creation.by) {
      checkFailureMessages(must, { creator: creation.by, events, items, owed: creation.completeWhen === 'creator' });
    }
    const told = (type: string): InboxItem[] => items.filter(({ content }) => content.type === type);
    const creations = told('PROGRESS_TRACKER_NOTIFICATION').length;
    must(creations === (participant ? 1 : 0), `${agentId} has ${creations} messages of the creation`);
    const steps = told('PROGRESS_UPDATE_NOTIFICATION').filter(({ content }) => content['completed'] === false).length;
    const owed = participant && agentId !== creation.by ? overall.length - (completedByCreator ? 1 : 0) : 0;
    must(steps === owed, `${agentId} has ${steps} messages of overall steps instead of ${owed}`);
    const ends = told('PROGRESS_UPDATE_NOTIFICATION').length - steps;
    const owedEnds = completed && ending.agentId !== agentId ? 1 : 0;
    must(ends === owedEnds, `${agentId} has ${ends} messages of the completion instead of ${owedEnds}`);
    for (const type of ENDED_OTHERWISE) {
      const [there, owedOnes] = [told(type).length, ending?.type === type ? 1 : 0];
      must(there === owedOnes, `${agentId} has ${there} messages ${type} instead of ${owedOnes}`);
    }
  }
  return found;
}

/** What may not be of one tracker as it is read in the end, against ledger, events and messages. */
export function checkTracker(id: string, entries: readonly Entry[], observation: Observation): Contradiction[] {
  const { found, must } = contradictionsOf(id);
  found.push(...checkTrackerConsequences(id, entries, observation));
  const observed = observation.trackers.get(id);
  const [creation] = ofKind(entries, 'create tracker');
  const view = observed?.view;
  if (!creation || !observed || !view) {
    must(!entries.some(isAccepted), 'it was answered, and is not there');
    return found;
  }
  const feed = observation.feed.get(id) ?? [];
  const expected = view.status === 'active' ? [] : [`PROGRESS_TRACKER_${view.status.toUpperCase()}`];
  mustBeLogged(must, feed, observed.log);
  mustEndAs(must, feed, ENDING_TYPES, view.status, expected);

  const attempts = ofKind(entries, 'report');
  const updates = feed.filter(({ type }) => type === 'PROGRESS_UPDATED').length;
  must(updates === observed.reports.length, `${updates} events of ${observed.reports.length} reports`);
  for (const attempt of attempts.filter(isAccepted)) {
    const same = observed.reports.filter(
      ({ agentId, reportedAt, step }) =>
        agentId === attempt.by && reportedAt === attempt.reportedAt && step === attempt.step,
    );
    const told = `the report of step ${attempt.step} by ${attempt.by}`;
    must(same.length === 1, `${told} was accepted, and is there ${same.length} times`);
    const [report] = same;
    // A report of the same step without data repeats one with data.
    const saysNothing = attempt.repeated === true && attempt.data === undefined;
    const isSame = saysNothing || JSON.stringify(report?.data) === JSON.stringify(attempt.data);
    if (report) must(isSame, `${told} has other data`);
  }
  for (const agentId of new Set(observed.reports.map((report) => report.agentId))) {
    const there = observed.reports.filter((report) => report.agentId === agentId);
    const most = attempts.filter((attempt) => attempt.by === agentId && isPossible(attempt)).length;
    must(there.length <= most, `${there.length} reports of ${agentId}, who made ${most}`);
    const latest = there.reduce((one, other) => (other.reportedAt >= one.reportedAt ? other : one));
    const shown = agentId === creation.by ? view.currentStep : view.participantProgress[agentId];
    // Requests that overlap may be accepted in another order than that of the times they took: those answered later.
    const own = attempts.filter((attempt) => attempt.by === agentId);
    const answered = own.findIndex(({ reportedAt, step }) => reportedAt === latest.reportedAt && step === latest.step);
    const overlapping = own.filter(({ outcome }, index) => index > answered || outcome === 'unknown');
    must(
      shown === latest.step || overlapping.some(({ step }) => step === shown),
      `${agentId} is shown at ${String(shown)}, and reported ${latest.step} last`,
    );
  }

  checkParticipants(must, entries, feed, observed.participants);
  const { status, participantProgress, arrivedParticipants, failedParticipants, excusedParticipants } = view;
  if (creation.completeWhen === 'everyone') {
    const finished = creation.participants.every(
      (agentId) => arrivedParticipants.includes(agentId) || excusedParticipants.includes(agentId),
    );
    const expectedStatus = finished ? 'completed' : failedParticipants.length > 0 ? 'failed' : 'active';
    must(
      status === 'cancelled' ? !finished : status === expectedStatus,
      `it is ${status} instead of ${expectedStatus}`,
    );
    for (const agentId of creation.participants) {
      const atTotal = (participantProgress[agentId] ?? 0) >= creation.totalSteps;
      const arrived = arrivedParticipants.includes(agentId);
      must(atTotal === arrived, `${agentId} is at ${String(participantProgress[agentId])}, arrived: ${arrived}`);
    }
  } else {
    must(status !== 'failed', 'it has failed, which only its creator could decide, and did not');
  }
  if (creation.completeWhen === 'creator' && view.status === 'completed') {
    must(view.currentStep === creation.totalSteps, `it is completed at step ${view.currentStep}`);
  }
  const cancels = ofKind(entries, 'cancel tracker');
  if (view.status === 'cancelled') must(cancels.some(isPossible), 'it is cancelled, and nobody did');
  if (cancels.some(isAccepted)) must(view.status === 'cancelled', `cancelling was accepted, and it is ${view.status}`);
  return found;
}
