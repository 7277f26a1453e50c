/** What the views of sync points and trackers have in common: heading, bars, outcomes, and what doesn't fit. */
import type { ProgressTracker, SyncPoint } from '@muster/client';
import { type Style, statusStyle } from '../style';
import { relative, withoutControls } from '../text';
import { clockTime } from './durations';
import { type Line, span } from './line';

export type Outcome = 'pending' | 'arrived' | 'failed' | 'excused';

/** For how long and on how much room a view is drawn. */
export interface Surroundings {
  readonly nowMs: number;
  readonly columns: number;
  readonly rows: number;
}

/** Why and when, of a participant; only the roster has the rest. */
export interface Detail {
  readonly at: string | null;
  readonly reason: string | null;
  readonly lastReportAt?: string | null;
}

/** By agent id; those of a large roster are left out. */
export type Details = ReadonlyMap<string, Detail>;

export const MARKS: Readonly<Record<Outcome, readonly [mark: string, word: string, style: Style]>> = {
  pending: ['…', 'missing', 'yellow'],
  failed: ['✗', 'failed', 'red'],
  excused: ['–', 'excused', 'dim'],
  arrived: ['✓', 'arrived', 'green'],
};

/** With less left, a countdown is shown as a warning, unless the roster says when to warn. */
const WARN_SECONDS = 60;

type Roster = SyncPoint | ProgressTracker;

/** Name and id. */
export const heading = ({ id, name }: Roster): Line => [span(withoutControls(name), 'bold'), span(`  ${id}`, 'dim')];

export const hasEnded = ({ status }: Roster): boolean => status !== 'waiting' && status !== 'active';

/** Status, and what remains of the time or what became of it. */
export function statusOf(roster: Roster, nowMs: number): Line {
  const { status, deadline, warnSeconds, createdAt, endedAt, endedBy, endReason } = roster;
  const said = span(status, statusStyle(status));
  if (!hasEnded(roster)) {
    if (deadline === null) return [said, span('   no deadline', 'dim')];
    const leftMs = Date.parse(deadline) - nowMs;
    if (leftMs <= 0) return [said, span('   the deadline has passed', 'red')];
    const isNear = leftMs <= (warnSeconds ?? WARN_SECONDS) * 1_000;
    return [said, span(`   ${clockTime(leftMs)} left`, isNear ? 'yellow' : undefined)];
  }
  const by = endedBy === null || endedBy === 'system' ? '' : ` by ${endedBy}`;
  const after = endedAt === null ? '' : ` after ${clockTime(Date.parse(endedAt) - Date.parse(createdAt))}`;
  return [said, span(`${by}${after}`), span(endReason === null ? '' : `   ${withoutControls(endReason)}`)];
}

export function bar(share: number, width: number, style?: Style): Line {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return [span('█'.repeat(full), style), span('░'.repeat(width - full), 'dim')];
}

/** Each participant's outcome, in the order in which the roster lists them. */
export function outcomesOf(roster: Roster): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>(roster.participants.map((agentId) => [agentId, 'pending']));
  for (const agentId of roster.arrivedParticipants) outcomes.set(agentId, 'arrived');
  for (const agentId of roster.failedParticipants) outcomes.set(agentId, 'failed');
  for (const agentId of roster.excusedParticipants) outcomes.set(agentId, 'excused');
  return outcomes;
}

const ORDER: readonly Outcome[] = ['pending', 'failed', 'excused', 'arrived'];

/** Those still waited for come first, then what went wrong. */
export const missingFirst = (outcomes: ReadonlyMap<string, Outcome>): [string, Outcome][] =>
  ORDER.flatMap((outcome) => [...outcomes].filter(([, each]) => each === outcome));

/** "2 missing, 1 failed". */
export const countsOf = (outcomes: Iterable<Outcome>): string => {
  const all = [...outcomes];
  const counts = ORDER.map((outcome) => [all.filter((each) => each === outcome).length, MARKS[outcome][1]] as const);
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
};

/** As many as there is room for, and how many more there are. */
export function rowsThatFit(
  entries: readonly (readonly [string, Outcome])[],
  room: number,
  draw: (agentId: string, outcome: Outcome) => Line,
): Line[] {
  const fitting = entries.length <= room ? entries : entries.slice(0, Math.max(0, room - 1));
  const lines = fitting.map(([agentId, outcome]) => draw(agentId, outcome));
  const more = entries.slice(fitting.length);
  if (more.length === 0) return lines;
  const counts = countsOf(more.map(([, outcome]) => outcome));
  return [...lines, [span(`    and ${more.length} more: ${counts}`, 'dim')]];
}

/** How long ago the outcome was, and why it is what it is. */
export function detailOf(detail: Detail | undefined, nowMs: number): Line {
  if (!detail) return [];
  const when = detail.at === null ? '' : relative(detail.at, nowMs);
  return [span(when.padEnd(12), 'dim'), span(detail.reason === null ? '' : withoutControls(detail.reason))];
}

/** Of the column of ids, so that half of the line is left for the rest. */
export const idWidthOf = ({ participants }: Roster, columns: number): number =>
  Math.min(Math.max(...participants.map((agentId) => agentId.length), 0), Math.floor(columns / 2));
