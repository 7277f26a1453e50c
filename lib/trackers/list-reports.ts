import { isoTime } from '../common/clock';
import { decodeCursor, encodeCursor } from '../table/cursor';
import { eventSortKey, listEventsAfter, logPosition } from '../events/store';
import { DEFAULT_LIST_LIMIT } from '../common/limits';
import { readDetails, viewsWithinDataLimit } from '../rosters/details';
import { type Roster, rosterId } from '../rosters/roster';
import type { Table } from '../table/table';
import { reportersOf } from './tracker';
import type { Report } from './routes';
import { progressUpdated } from './progress-updated';

interface LoggedReport {
  readonly agentId: string;
  readonly step: number;
  readonly atMs: number;
  readonly position: string;
}

/**
 * Reports, oldest first. They are read from the event log. The latest report of an agent is on its page before it is in
 * the log, so it is read from the page: a report is listed as soon as it was accepted.
 * Cost: 1 read unit per 4 KB of log and of data, in addition to reading the tracker.
 */
export async function listReports(
  table: Table,
  tracker: Roster,
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
    const found = await listEventsAfter(table, { kind: 'PT', id }, limit + 1, position);
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
  const detailsOf = await readDetails(table, rosterId(tracker), slice);
  const items = viewsWithinDataLimit(slice, detailsOf, ({ agentId, step, atMs }) => ({
    agentId,
    step,
    reportedAt: isoTime(atMs),
  }));
  const last = slice[items.length - 1];
  const complete = items.length === all.length && !more;
  return { items, nextCursor: last && !complete ? encodeCursor(scope, last.position) : null };
}

/**
 * Adds the latest report of each agent that the log does not have yet. This is done for every page: the log is filled
 * in parallel, so a missing entry may belong before existing ones, and a cursor never returns to it.
 */
function withLatest(logged: readonly LoggedReport[], tracker: Roster, after: string | undefined): LoggedReport[] {
  const known = new Set(logged.map((report) => report.position));
  const latest = reportersOf(tracker).flatMap(({ agentId, step, reportedAtMs: atMs }) => {
    if (atMs === null) return [];
    const position = eventSortKey(progressUpdated(tracker.header.id, agentId, { step, atMs }, null));
    const listed = known.has(position) || (after !== undefined && position <= after);
    return listed ? [] : [{ agentId, step, atMs, position }];
  });
  return [...logged, ...latest].sort((one, other) => (one.position < other.position ? -1 : 1));
}
