/** The picture of a progress tracker: how far everyone is, how fast, and how much longer it takes. */
import type { ProgressTracker } from '@muster/client';
import type { Style } from '../style';
import { pad, relative } from '../text';
import { clockTime } from './durations';
import { fit, type Line, span } from './line';
import {
  bar,
  countsOf,
  type Detail,
  detailOf,
  type Details,
  heading,
  idWidthOf,
  MARKS,
  missingFirst,
  type Outcome,
  outcomesOf,
  rowsThatFit,
  statusOf,
  type Surroundings,
} from './view';

const HEADING_ROWS = 4;
const WIDEST_BAR = 30;
const OVERALL = 'overall';

/** @param readAtMs when the tracker was read: its estimate is of that moment */
export function trackerView(
  tracker: ProgressTracker,
  details: Details,
  readAtMs: number,
  { nowMs, columns, rows }: Surroundings,
): Line[] {
  const outcomes = outcomesOf(tracker);
  const idWidth = Math.max(idWidthOf(tracker, columns), OVERALL.length);
  const barWidth = Math.min(WIDEST_BAR, Math.max(4, columns - idWidth - 40));
  const draw = (agentId: string, outcome: Outcome): Line => {
    const percent = tracker.participantPercent[agentId] ?? 0;
    const step = tracker.participantProgress[agentId] ?? 0;
    return [
      span(`  ${pad(agentId, idWidth)}  `),
      ...progress(percent, barWidth, MARKS[outcome][2]),
      span(pad(`  ${step}/${tracker.totalSteps}`, 2 * String(tracker.totalSteps).length + 5)),
      ...outcomeOf(outcome, details.get(agentId), nowMs),
    ];
  };
  const lines = [
    heading(tracker),
    [...statusOf(tracker, nowMs), ...speedOf(tracker, readAtMs, nowMs)],
    [
      span(`  ${pad(OVERALL, idWidth)}  `, 'bold'),
      ...progress(tracker.percent, barWidth, tracker.percent >= 100 ? 'green' : undefined),
      span(`  ${overallOf(tracker, outcomes)}`),
    ],
    [],
    ...rowsThatFit(inOrder(tracker, outcomes, rows - HEADING_ROWS), rows - HEADING_ROWS, draw),
  ];
  return lines.slice(0, rows).map((line) => fit(line, columns));
}

const progress = (percent: number, width: number, style?: Style): Line => [
  ...bar(percent / 100, width, style === 'yellow' ? undefined : style),
  span(`${String(Math.floor(percent)).padStart(4)} %`),
];

/** Rows that keep their places are easier to follow; where not all fit, those behind are what matters. */
function inOrder(
  { participantProgress }: ProgressTracker,
  outcomes: ReadonlyMap<string, Outcome>,
  room: number,
): (readonly [string, Outcome])[] {
  if (outcomes.size <= room) return [...outcomes];
  const stepOf = (agentId: string): number => participantProgress[agentId] ?? 0;
  const behindFirst = [...outcomes].sort(([one], [other]) => stepOf(one) - stepOf(other));
  return missingFirst(new Map(behindFirst));
}

function overallOf(
  { completeWhen, currentStep, totalSteps, participants, arrivedParticipants }: ProgressTracker,
  outcomes: ReadonlyMap<string, Outcome>,
): string {
  if (completeWhen === 'creator') return `${currentStep}/${totalSteps}`;
  const done = `${arrivedParticipants.length} of ${participants.length} done`;
  const failures = [...outcomes.values()].filter((outcome) => outcome === 'failed' || outcome === 'excused');
  return failures.length > 0 ? `${done}, ${countsOf(failures)}` : done;
}

function outcomeOf(outcome: Outcome, detail: Detail | undefined, nowMs: number): Line {
  if (outcome === 'pending') {
    const { lastReportAt = null } = detail ?? {};
    return [span(lastReportAt === null ? '' : `  ${relative(lastReportAt, nowMs)}`, 'dim')];
  }
  const [, word, style] = MARKS[outcome];
  return [span(`  ${word.padEnd(9)}`, style), ...detailOf(detail, nowMs)];
}

function speedOf(tracker: ProgressTracker, readAtMs: number, nowMs: number): Line {
  const { stalledSince, etaSeconds } = tracker;
  if (stalledSince !== null) return [span(`   stalled for ${clockTime(nowMs - Date.parse(stalledSince))}`, 'red')];
  if (etaSeconds === null) return [];
  const perMinute = stepsPerMinute(tracker, readAtMs);
  const leftMs = etaSeconds * 1_000 - (nowMs - readAtMs);
  return [
    span(perMinute === undefined ? '' : `   ${perMinute} steps/min`),
    span(leftMs > 0 ? `   done in about ${clockTime(leftMs)}` : '   done any moment'),
  ];
}

/** The speed that the estimate was made from: the steps left, by the seconds that they take from the last move on. */
function stepsPerMinute(tracker: ProgressTracker, readAtMs: number): string | undefined {
  const { completeWhen, currentStep, totalSteps, missingParticipants, participantProgress } = tracker;
  const { etaSeconds, lastProgressAt } = tracker;
  const left =
    completeWhen === 'creator'
      ? totalSteps - currentStep
      : missingParticipants.reduce((sum, agentId) => sum + totalSteps - (participantProgress[agentId] ?? 0), 0);
  const sinceMoveMs = lastProgressAt === null ? 0 : Math.max(0, readAtMs - Date.parse(lastProgressAt));
  const takesMs = (etaSeconds ?? 0) * 1_000 + sinceMoveMs;
  if (takesMs <= 0 || left <= 0) return undefined;
  const rate = (left / takesMs) * 60_000;
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}
