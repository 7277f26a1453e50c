/** What may not be of failures and excuses, at a sync point or a tracker. */
import type { EventView, InboxItem } from '../support/http-client';
import { type Entry, isAccepted, isPossible, ofKind } from './ledger';
import { type Must, type ObservedParticipant, tally } from './observation';

const whomOf = ({ details, agentId }: EventView): string =>
  typeof details['agentId'] === 'string' ? details['agentId'] : agentId;

/** Everyone has one outcome at most, and each that was accepted has its event. */
export function checkOutcomeEvents(must: Must, entries: readonly Entry[], events: readonly EventView[]): void {
  const outcomes = events.filter(({ type }) => ['AGENT_ARRIVED', 'AGENT_FAILED', 'AGENT_EXCUSED'].includes(type));
  for (const [agentId, times] of tally(outcomes.map(whomOf))) {
    const types = outcomes.filter((event) => whomOf(event) === agentId).map(({ type }) => type);
    must(times === 1, `${agentId} has ${times} outcomes: ${types.join()}`);
  }
  const logged = (type: string): string[] => events.filter((event) => event.type === type).map(whomOf);
  const failed = new Set(logged('AGENT_FAILED'));
  for (const { by } of ofKind(entries, 'fail').filter(isAccepted)) {
    must(failed.has(by), `no event of the failure of ${by}, which was accepted`);
  }
  const excused = new Set(logged('AGENT_EXCUSED'));
  for (const { agentId } of ofKind(entries, 'excuse').filter(isAccepted)) {
    must(excused.has(agentId), `no event that ${agentId} was excused, which was accepted`);
  }
}

/** The creator is told of a failure that is not the ending by itself, unless the failure is its own. */
export function checkFailureMessages(
  must: Must,
  {
    creator,
    events,
    items,
    owed,
  }: {
    readonly creator: string;
    readonly events: readonly EventView[];
    readonly items: readonly InboxItem[];
    readonly owed: boolean;
  },
): void {
  const told = items.filter(({ content }) => content.type === 'AGENT_FAILED').map(({ content }) => content['agentId']);
  const failures = owed ? events.filter(({ type }) => type === 'AGENT_FAILED').map(whomOf) : [];
  const failed = failures.filter((agentId) => agentId !== creator);
  must(
    JSON.stringify([...told].sort()) === JSON.stringify(failed.sort()),
    `the creator was told that [${told.join()}] failed, instead of [${failed.join()}]`,
  );
}

/** The list of participants says of each what the events say, and what those who did it were told. */
export function checkParticipants(
  must: Must,
  entries: readonly Entry[],
  events: readonly EventView[],
  participants: readonly ObservedParticipant[],
): void {
  for (const { agentId, outcome, at, reason, data } of participants) {
    const event = events.find((each) => each.type === `AGENT_${outcome.toUpperCase()}` && whomOf(each) === agentId);
    const isLogged = outcome === 'failed' || outcome === 'excused';
    must(
      !isLogged || event?.timestamp === at,
      `${agentId} is listed as ${outcome} at ${at ?? 'no time'}, and logged otherwise`,
    );

    const failures = ofKind(entries, 'fail').filter(({ by }) => by === agentId);
    if (outcome === 'failed') {
      const own = failures.filter(isPossible);
      must(own.length > 0, `${agentId} has failed, and was refused each time`);
      must(
        own.some((attempt) => attempt.reason === reason),
        `the reason of ${agentId} is none that it gave`,
      );
      const sent = own.map((attempt) => JSON.stringify(attempt.data));
      must(sent.includes(JSON.stringify(data)), `the data of the failure of ${agentId} is none that it sent`);
    }
    for (const { failedAt } of failures.filter(isAccepted)) {
      must(
        outcome === 'failed' && failedAt === at,
        `${agentId} was told that it failed at ${failedAt ?? 'no time'}, and is listed as ${outcome}`,
      );
    }
    const excuses = ofKind(entries, 'excuse').filter((attempt) => attempt.agentId === agentId);
    must(outcome !== 'excused' || excuses.some(isPossible), `${agentId} is excused, and nobody did`);
    for (const { excusedAt } of excuses.filter(isAccepted)) {
      must(
        outcome === 'excused' && excusedAt === at,
        `${agentId} was excused at ${excusedAt ?? 'no time'}, and is listed as ${outcome}`,
      );
    }
  }
}
