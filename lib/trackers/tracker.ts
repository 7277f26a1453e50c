import { isoTimeOrNull } from '../common/clock';
import type { Rules } from '../rosters/create';
import { currentTerms, decisionOf } from '../rosters/decision';
import { type Page, TRACKER_PAGE } from '../rosters/page';
import { type Participant, participantsOf, type Roster, type RosterStatus, statusOf } from '../rosters/roster';
import { viewRoster } from '../rosters/view';
import type { CreateTracker, TrackerView } from './routes';

export type TrackerStatus = RosterStatus<'PT'>;

export const rulesOf = ({ totalSteps, completeWhen, monotonic }: CreateTracker): Rules => ({
  rule: { quorum: null, endWhen: 'decided', creatorDecides: completeWhen !== 'everyone' },
  capacity: TRACKER_PAGE,
  totalSteps,
  monotonic: monotonic ?? false,
});

/** The creator's step. */
export const overallStepOf = ([first]: readonly Page[]): number => first?.overall?.entry.step ?? 0;

export const totalStepsOf = ({ pages }: Pick<Roster, 'pages'>): number => currentTerms(pages).totalSteps ?? 0;

/** Two decimals: enough to show movement within a thousand steps. A lowered total may be below an old step. */
const percentOf = (fraction: number): number => Math.round(Math.min(1, fraction) * 10_000) / 100;

/**
 * 1 if completed. Otherwise the overall step if the creator completes the tracker, and the mean of the participants
 * that are not excused if everyone must reach the total.
 */
function fractionDone(roster: Roster): number {
  const totalSteps = totalStepsOf(roster);
  if (statusOf(roster) === 'completed') return 1;
  const waitedFor = participantsOf(roster).filter(({ outcome }) => outcome !== 'excused');
  if (roster.header.rule.creatorDecides || waitedFor.length === 0) return overallStepOf(roster.pages) / totalSteps;
  return waitedFor.reduce((sum, participant) => sum + fractionOf(participant, totalSteps), 0) / waitedFor.length;
}

/** Who has arrived has reached the total, also if that was raised later. */
const fractionOf = ({ outcome, step }: Participant, totalSteps: number): number =>
  outcome === 'arrived' ? 1 : Math.min(1, step / totalSteps);

/** Everyone that reports: the participants, and the creator. */
export function reportersOf(roster: Roster): Participant[] {
  const participants = participantsOf(roster);
  const overall = roster.pages[0]?.overall;
  return overall && !overall.participates
    ? [...participants, { agentId: overall.agentId, ...overall.entry }]
    : participants;
}

/** Time of the last report of a new step, or with new data if that is asked for; null before the first. */
export function lastReportMs(roster: Roster, of: 'movedAtMs' | 'reportedAtMs'): number | null {
  return Math.max(0, ...reportersOf(roster).map((reporter) => reporter[of] ?? 0)) || null;
}

/** Since when nothing has moved, if that is longer than agreed; null: it moves, or has ended. */
export function stalledSinceMs(roster: Roster, nowMs: number): number | null {
  const { stallSeconds, createdAtMs } = roster.header;
  if (stallSeconds === null || decisionOf(roster.pages)) return null;
  const movedAtMs = lastReportMs(roster, 'movedAtMs') ?? createdAtMs;
  return movedAtMs + stallSeconds * 1_000 <= nowMs ? movedAtMs : null;
}

/** @param etaSeconds see eta.ts */
export function viewTracker(roster: Roster, nowMs: number, etaSeconds: number | null): TrackerView {
  const { header, pages } = roster;
  const totalSteps = totalStepsOf(roster);
  const participants = participantsOf(roster);
  const perParticipant = <Value>(value: (participant: Participant) => Value): Record<string, Value> =>
    Object.fromEntries(participants.map((participant) => [participant.agentId, value(participant)]));
  return {
    ...viewRoster(roster),
    totalSteps,
    completeWhen: header.rule.creatorDecides ? 'creator' : 'everyone',
    monotonic: header.monotonic,
    currentStep: overallStepOf(pages),
    participantProgress: perParticipant(({ step }) => step),
    status: statusOf(roster) as TrackerStatus,
    percent: percentOf(fractionDone(roster)),
    participantPercent: perParticipant((participant) => percentOf(fractionOf(participant, totalSteps))),
    lastProgressAt: isoTimeOrNull(lastReportMs(roster, 'reportedAtMs')),
    etaSeconds,
    stallSeconds: header.stallSeconds,
    stalledSince: isoTimeOrNull(stalledSinceMs(roster, nowMs)),
  };
}

/** What the list of participants shows in addition. */
export const viewProgress =
  (roster: Roster) =>
  (participant: Participant): { step: number; percent: number; lastReportAt: string | null } => ({
    step: participant.step,
    percent: percentOf(fractionOf(participant, totalStepsOf(roster))),
    lastReportAt: isoTimeOrNull(participant.seenAtMs),
  });
