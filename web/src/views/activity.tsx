/**
 * What happens, as it happens. New events are those of the room, a request every 1.5 to 4 s for all views together. The
 * view itself asks for earlier ones only: one request for each hundred, those that are shown already included. What it
 * looks for may be rare among the latest, so with a filter by kind or agent the first earlier ones are read at once.
 */
import type { Event } from '@muster/client';
import { useLocation } from 'preact-iso';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { agentEvents } from '../live/agent-events';
import { inPieces } from '../live/merge';
import { Pager, type Piece, piecesOf } from '../live/pager';
import { useShared } from '../live/use-room';
import { Filters } from '../parts/filters';
import { MoreButton } from '../parts/more-button';
import { Loading, Notice } from '../parts/notice';
import { useTitle } from '../parts/title';
import { isAdmin } from '../session';
import { countText, plural } from '../text';
import {
  type ActivityFilter,
  activityUrl,
  filterEvents,
  groupChoices,
  readActivityFilter,
  typesOf,
} from './activity-filter';
import { EventStream } from './event-stream';

const EARLIER_AT_ONCE = 100;
/** As many as fill the box, which a page of what is rare does not. */
const EARLIER_ENOUGH = 25;
const MOST_SUGGESTIONS = 20;

export function ActivityPage() {
  const { room, session } = useShared();
  useTitle('Activity');
  if (!isAdmin(session)) {
    return (
      <div class="view">
        <h1>Activity</h1>
        <Notice title="The log of all events is for admins.">
          What concerns you is on <a href={`/agents/${encodeURIComponent(session.me.id)}`}>your own page</a>.
        </Notice>
      </div>
    );
  }
  if (!room.isReady.value) return <Loading what="what has happened" />;
  return <Activity />;
}

function Activity() {
  const { room } = useShared();
  const { query, route } = useLocation();
  const filter = readActivityFilter(query);
  const { group, agent, search } = filter;
  /** What was there when the stream was stopped; null while it flows. */
  const [frozen, setFrozen] = useState<readonly Event[] | null>(null);
  const earlier = useEarlier(filter);
  const current = room.events.value;
  const past = earlier.items.value;
  const rosters = room.rosters.value;
  const events = useMemo(() => {
    const names = new Map(rosters.map(({ id, latest }) => [id, latest.name]));
    return filterEvents(withEarlier(frozen ?? current, past), filter, names);
  }, [frozen ?? current, past, rosters, group, agent, search]);
  const change = (changed: Partial<ActivityFilter>): void => {
    route(activityUrl({ ...filter, ...changed }), true);
  };
  return (
    <div class="view activity">
      <div class="page-head">
        <h1>Activity</h1>
        <p class="muted">
          {plural(events.length, 'event')}, newest first. What is open now is on the <a href="/">overview</a>.
        </p>
        <button
          type="button"
          class="secondary"
          onClick={() => {
            setFrozen(frozen ? null : current);
          }}
        >
          {frozen ? `Go on: ${newText(current, frozen)}` : 'Pause'}
        </button>
      </div>
      <Filters
        label="Search by id or name"
        search={search}
        onSearch={(typed) => {
          change({ search: typed });
        }}
        choices={groupChoices}
        chosen={group}
        onChoose={(chosen) => {
          change({ group: chosen });
        }}
      >
        <OfAgent agent={agent} onChange={change} />
      </Filters>
      {events.length > 0 ? (
        <EventStream key={activityUrl(filter)} events={events} />
      ) : earlier.state.value === 'reading' ? (
        <Loading what="earlier events" />
      ) : (
        <Notice title={current.length === 0 ? 'Nothing has happened yet.' : 'No event matches.'}>
          {current.length > 0 && 'Clear the filters, or look at earlier events.'}
        </Notice>
      )}
      <MoreButton pager={earlier}>Earlier events</MoreButton>
    </div>
  );
}

function newText(current: readonly Event[], frozen: readonly Event[]): string {
  const index = current.findIndex(({ id }) => id === frozen[0]?.id);
  return index === -1 ? `more than ${countText(current.length)} new` : `${countText(index)} new`;
}

/** Those from the room come first; the time that both have in common is taken from it. */
function withEarlier(recent: readonly Event[], past: readonly Event[]): readonly Event[] {
  if (past.length === 0) return recent;
  const known = new Set(recent.map(({ id }) => id));
  return [...recent, ...past.filter(({ id }) => !known.has(id))];
}

function useEarlier({ group, agent }: ActivityFilter): Pager<Event> {
  const { room, session } = useShared();
  const pager = useMemo(
    () =>
      new Pager(() => {
        const { muster } = session;
        const types = typesOf(group);
        const filter = types && { type: types };
        const pieces =
          agent === ''
            ? piecesOf(muster.events.list({ ...filter, order: 'newest', limit: EARLIER_AT_ONCE }))
            : inPieces(agentEvents(muster, agent, filter), EARLIER_AT_ONCE);
        return unknownOf(pieces, new Set(room.events.peek().map(({ id }) => id)));
      }, EARLIER_ENOUGH),
    [group, agent],
  );
  useEffect(() => {
    if (group !== 'all' || agent !== '') void pager.more();
  }, [pager]);
  return pager;
}

/** The log is read from its newest end: what is shown already is passed over. */
async function* unknownOf(
  pieces: AsyncIterable<Piece<Event>>,
  known: ReadonlySet<string>,
): AsyncGenerator<Piece<Event>> {
  for await (const { items, isLast } of pieces) {
    const unknown = items.filter(({ id }) => !known.has(id));
    const isPassedOver = unknown.length === 0 && items.length > 0 && !isLast;
    if (!isPassedOver) yield { items: unknown, isLast };
  }
}

interface OfAgentProps {
  readonly agent: string;
  readonly onChange: (changed: Partial<ActivityFilter>) => void;
}

function OfAgent({ agent, onChange }: OfAgentProps) {
  const { room } = useShared();
  return (
    <>
      <input
        type="search"
        class="of-agent"
        aria-label="Only of this agent"
        placeholder="Only of this agent"
        value={agent}
        list="agents-known"
        onChange={({ currentTarget }) => {
          onChange({ agent: currentTarget.value.trim() });
        }}
      />
      <datalist id="agents-known">
        {room.agents.value.slice(0, MOST_SUGGESTIONS).map(({ id }) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </>
  );
}
