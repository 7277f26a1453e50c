import { isoTime, isoTimeOrNull } from '../common/clock';
import { DEFAULT_LIST_LIMIT } from '../common/limits';
import { decodeCursor, encodeCursor } from '../table/cursor';
import { sortableTime } from '../table/keys';
import type { Table } from '../table/table';
import { type Accepted, readDetails, type StoredDetails, viewsWithinDataLimit } from './details';
import type { Outcome } from './entry';
import { type Participant, participantsOf, type Roster, rosterId, withOutcome } from './roster';

interface ListPage {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** In order of arrival. Cost: 1 read unit per 4 KB of data, in addition to reading the roster. */
export function listArrivals(table: Table, roster: Roster, page: ListPage) {
  const listed = withOutcome(roster, 'arrived').map((participant) => ({
    participant,
    position: `${sortableTime(participant.atMs ?? 0)}#${participant.agentId}`,
  }));
  const view = ({ agentId, atMs }: Participant) => ({ agentId, arrivedAt: isoTime(atMs ?? 0) });
  return list(table, roster, { scope: `arrivals ${roster.header.id}`, listed, view }, page);
}

/** What became of each participant, in the order given at creation. The cost is that of listArrivals. */
export function listParticipants<View extends object>(
  table: Table,
  roster: Roster,
  { outcome, ...page }: ListPage & { readonly outcome?: Outcome | undefined },
  viewMore: (participant: Participant) => View,
) {
  const listed = participantsOf(roster)
    .map((participant, index) => ({ participant, position: sortableTime(index) }))
    .filter(({ participant }) => outcome === undefined || participant.outcome === outcome);
  const view = (participant: Participant, details: StoredDetails | undefined) => ({
    agentId: participant.agentId,
    outcome: participant.outcome,
    at: isoTimeOrNull(participant.atMs),
    reason: details?.reason ?? null,
    ...viewMore(participant),
  });
  return list(table, roster, { scope: `participants ${roster.header.id} ${outcome ?? ''}`, listed, view }, page);
}

interface Listing<View> {
  readonly scope: string;
  readonly listed: readonly { readonly participant: Participant; readonly position: string }[];
  readonly view: (participant: Participant, details: StoredDetails | undefined) => View;
}

async function list<View>(table: Table, roster: Roster, { scope, listed, view }: Listing<View>, page: ListPage) {
  const after = decodeCursor(scope, page.cursor);
  const rest = listed.filter(({ position }) => after === undefined || position > after);
  const slice = rest.slice(0, page.limit ?? DEFAULT_LIST_LIMIT);
  const attemptOf = ({ agentId, atMs }: Participant): Accepted => ({ agentId, atMs: atMs ?? 0 });
  // The data of a tracker's participant that has reached the total is that of the report.
  const detailed = slice.filter(
    ({ participant }) => participant.detailed || participant.atMs === participant.reportedAtMs,
  );
  const detailsOf = await readDetails(
    table,
    rosterId(roster),
    detailed.filter(({ participant }) => participant.atMs !== null).map(({ participant }) => attemptOf(participant)),
  );
  const items = viewsWithinDataLimit(
    slice.map(({ participant }) => ({ ...participant, atMs: participant.atMs ?? 0, participant })),
    (one) => (one.participant.atMs === null ? undefined : detailsOf(one)),
    ({ participant }, details) => view(participant, details),
  );
  const last = slice[items.length - 1];
  return { items, nextCursor: last && items.length < rest.length ? encodeCursor(scope, last.position) : null };
}
