import { isoTime } from '../clock';
import { decodeCursor, encodeCursor } from '../api/cursor';
import { eventSortKey, listEventsAfter, logPosition } from '../events/event-repository';
import { DEFAULT_LIST_LIMIT, MAX_DATA_PER_ANSWER_BYTES } from '../limits';
import { readData } from '../rosters/attempt-data';
import type { Table } from '../table/table';
import { progressOf, type Tracker } from './progress-tracker';
import type { StepRecord } from './step-record';
import { progressUpdated } from './progress-updated';

export interface Report {
  readonly agentId: string;
  readonly step: number;
  readonly reportedAt: string;
  /** Absent when the report had none; null, false, 0 and '' are data. */
  readonly data?: unknown;
}

interface LoggedReport {
  readonly agentId: string;
  readonly step: number;
  readonly atMs: number;
  readonly position: string;
}

/**
 * Reports, oldest first. They are read from the event log; an agent's latest report is on its page before the log has
 * it, so it is taken from there, and a report can be read as soon as it has been answered.
 * Cost: 1 read unit per 4 KB of log and of data, besides reading the tracker.
 */
export async function listReports(
  table: Table,
  tracker: Tracker,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: Report[]; nextCursor: string | null }> {
  const { id } = tracker.header;
  const scope = `reports ${id}`;
  const limit = page.limit ?? DEFAULT_LIST_LIMIT;
  const after = decodeCursor(scope, page.cursor);
  const logged: LoggedReport[] = [];
  let position = logPosition(tracker.header.createdAtMs, after);
  let more = true;
  while (more && logged.length <= limit) {
    const found = await listEventsAfter(table, 'PT', id, limit + 1, position);
    for (const { event, sortKey } of found.entries) {
      position = sortKey;
      if (event.type !== 'PROGRESS_UPDATED') continue;
      const step = Number(event.details['step']);
      logged.push({ agentId: event.agentId, step, atMs: event.timestampMs, position: sortKey });
    }
    more = found.more;
  }
  const all = withLatest(logged, tracker, after);
  const slice = all.slice(0, limit);
  const dataOf = await readData(table, 'PT', id, slice);

  const items: Report[] = [];
  let dataBytes = 0;
  for (const report of slice) {
    const json = dataOf(report);
    dataBytes += json === undefined ? 0 : Buffer.byteLength(json);
    if (items.length > 0 && dataBytes > MAX_DATA_PER_ANSWER_BYTES) break;
    items.push({
      agentId: report.agentId,
      step: report.step,
      reportedAt: isoTime(report.atMs),
      ...(json !== undefined && { data: JSON.parse(json) as unknown }),
    });
  }
  const last = slice[items.length - 1];
  const complete = items.length === all.length && !more;
  return { items, nextCursor: last && !complete ? encodeCursor(scope, last.position) : null };
}

/**
 * Adds each agent's latest report that the log does not have yet. On every page: the log fills from many places at once,
 * so what it lacks may lie before what it has, and a cursor that has passed it never comes back.
 */
function withLatest(logged: readonly LoggedReport[], tracker: Tracker, after: string | undefined): LoggedReport[] {
  const records = new Map<string, StepRecord>([
    ...progressOf(tracker),
    [tracker.header.createdBy, tracker.overall.record],
  ]);
  const known = new Set(logged.map((report) => report.position));
  const latest = [...records].flatMap(([agentId, record]) => {
    if (record.atMs === null) return [];
    const position = eventSortKey(progressUpdated(tracker.header.id, agentId, record));
    const listed = known.has(position) || (after !== undefined && position <= after);
    return listed ? [] : [{ agentId, step: record.step, atMs: record.atMs, position }];
  });
  return [...logged, ...latest].sort((one, other) => (one.position < other.position ? -1 : 1));
}
