/** When what became of whom, and where that is drawn. */
import type { Event } from '@muster/client';

export type Settled = 'arrived' | 'failed' | 'excused';

export interface Happened {
  readonly agentId: string;
  readonly outcome: Settled;
  readonly atMs: number;
  readonly reason: string | null;
}

const OUTCOMES: Partial<Record<Event['type'], Settled>> = {
  AGENT_ARRIVED: 'arrived',
  AGENT_FAILED: 'failed',
  AGENT_EXCUSED: 'excused',
};

/** Of the events of a sync point, in their order. */
export function happenedOf(events: readonly Event[]): Happened[] {
  return events.flatMap(({ type, agentId, timestamp, details }) => {
    const outcome = OUTCOMES[type];
    if (!outcome) return [];
    // An excuse, and a failure after a loss, are caused by others than the participant.
    const participant = typeof details['agentId'] === 'string' ? details['agentId'] : agentId;
    const reason = typeof details['reason'] === 'string' ? details['reason'] : null;
    return [{ agentId: participant, outcome, atMs: Date.parse(timestamp), reason }];
  });
}

export interface Column {
  /** From the left; of `columns`. */
  readonly index: number;
  readonly happened: readonly Happened[];
}

/** Up to here each outcome has a mark of its own, unless too many fall into one column. */
const MOST_MARKS = 100;
const MOST_STACKED = 6;

/** @returns those columns that something falls into, from left to right */
export function columnsOf(
  happened: readonly Happened[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  columns: number,
): Column[] {
  const spanMs = Math.max(1, endMs - startMs);
  const filled = new Map<number, Happened[]>();
  for (const one of happened) {
    const share = (one.atMs - startMs) / spanMs;
    const index = Math.min(columns - 1, Math.max(0, Math.floor(share * columns)));
    const column = filled.get(index);
    if (column) column.push(one);
    else filled.set(index, [one]);
  }
  return [...filled].sort(([one], [other]) => one - other).map(([index, inColumn]) => ({ index, happened: inColumn }));
}

export const fitsMarks = (columns: readonly Column[]): boolean =>
  columns.reduce((sum, { happened }) => sum + happened.length, 0) <= MOST_MARKS &&
  columns.every(({ happened }) => happened.length <= MOST_STACKED);

export function countsOf(happened: readonly Happened[]): Record<Settled, number> {
  const counts = { arrived: 0, failed: 0, excused: 0 };
  for (const { outcome } of happened) counts[outcome] += 1;
  return counts;
}
