/** How far everyone was when, from the events of a tracker. */
import type { Event } from '@muster/client';

export interface Point {
  readonly atMs: number;
  readonly step: number;
}

/** The reports of each agent, oldest first. */
export type Progressions = ReadonlyMap<string, readonly Point[]>;

/** A table asks for each of its rows. */
const known = new WeakMap<readonly Event[], Progressions>();

export function progressionsOf(events: readonly Event[]): Progressions {
  const found = known.get(events);
  if (found) return found;
  const byAgent = new Map<string, Point[]>();
  for (const { type, agentId, timestamp, details } of events) {
    if (type !== 'PROGRESS_UPDATED') continue;
    const point = { atMs: Date.parse(timestamp), step: Number(details['step']) };
    const points = byAgent.get(agentId);
    if (points) points.push(point);
    else byAgent.set(agentId, [point]);
  }
  known.set(events, byAgent);
  return byAgent;
}

/** What the recent speed is taken from. */
const RECENT_MS = 5 * 60_000;

/** Steps a minute in the last five, up to now; 0 until two reports tell a speed, and when work went back. */
export function ratePerMinute(points: readonly Point[], nowMs: number): number {
  const last = points.at(-1);
  const before = points.findLastIndex(({ atMs }) => atMs <= nowMs - RECENT_MS);
  const first = points[Math.max(0, before)];
  if (!first || !last || first === last) return 0;
  const sinceMs = Math.max(first.atMs, nowMs - RECENT_MS);
  return Math.max(0, ((last.step - first.step) * 60_000) / Math.max(1, nowMs - sinceMs));
}

/** The step of an agent at a time; null before its first report. */
export function stepAt(points: readonly Point[], atMs: number): number | null {
  return points.findLast((point) => point.atMs <= atMs)?.step ?? null;
}

export const MOST_SERIES = 12;

export const CHOICES = {
  behind: 'Furthest behind',
  ahead: 'Furthest ahead',
  recent: 'Reported last',
} as const;

export type Choice = keyof typeof CHOICES;

/** Those that are drawn where not all fit, in the order in which they were chosen. */
export function chosenOf(progressions: Progressions, choice: Choice, search = ''): string[] {
  const text = search.trim().toLowerCase();
  const ranked = [...progressions].flatMap(([agentId, points]) => {
    const last = points.at(-1);
    return last && agentId.toLowerCase().includes(text) ? [{ agentId, last }] : [];
  });
  const rank = {
    behind: ({ step }: Point) => step,
    ahead: ({ step }: Point) => -step,
    recent: ({ atMs }: Point) => -atMs,
  }[choice];
  return ranked
    .sort((one, other) => rank(one.last) - rank(other.last))
    .slice(0, MOST_SERIES)
    .map(({ agentId }) => agentId);
}

/** Rows of a chart: the times in seconds, then for each agent its step at each of them, or null. */
export type Aligned = [times: number[], ...steps: (number | null)[][]];

/**
 * A step is kept until the next report, so each line goes on to the end.
 *
 * @param endMs where the lines end: now, or the ending
 */
export function alignedOf(progressions: Progressions, agentIds: readonly string[], endMs: number): Aligned {
  const lists = agentIds.map((agentId) => progressions.get(agentId) ?? []);
  const times = new Set(lists.flatMap((points) => points.map(({ atMs }) => atMs)));
  const sorted = [...times].sort((one, other) => one - other);
  const lastMs = sorted.at(-1);
  if (lastMs !== undefined && lastMs < endMs) sorted.push(endMs);
  const rows = lists.map((points) => {
    let next = 0;
    let step: number | null = null;
    return sorted.map((atMs) => {
      for (let point = points[next]; point && point.atMs <= atMs; point = points[next]) {
        step = point.step;
        next += 1;
      }
      return step;
    });
  });
  return [sorted.map((atMs) => atMs / 1_000), ...rows];
}
