import { agentEvents, concernsAgent, isNewer } from '../live/agent-events';
import { inPieces } from '../live/merge';
import { usePager } from '../live/pager';
import { useShared } from '../live/use-room';
import { EventLine } from '../parts/event-line';
import { MoreButton } from '../parts/more-button';
import { Loading } from '../parts/notice';

const EVENTS_AT_ONCE = 25;

/** What an agent did and what became of it. New ones are those of the room, at no further request. */
export function AgentEvents({ id }: { readonly id: string }) {
  const { room, session } = useShared();
  const pager = usePager(() => inPieces(agentEvents(session.muster, id), EVENTS_AT_ONCE), id);
  const recent = room.events.value.filter((event) => concernsAgent(event, id));
  const shown = new Map([...recent, ...pager.items.value].map((event) => [event.id, event]));
  const newestFirst = [...shown.values()].sort((a, b) => (isNewer(a, b) ? -1 : 1));
  return (
    <section class="panel">
      <h2>
        <a href={`/activity?agent=${encodeURIComponent(id)}`}>Events</a>
      </h2>
      <ol class="events" aria-live="off">
        {newestFirst.slice(0, Math.max(EVENTS_AT_ONCE, pager.items.value.length)).map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
        {shown.size === 0 && pager.state.value === 'done' && <li class="muted">Nothing has happened yet.</li>}
      </ol>
      {shown.size === 0 && pager.state.value === 'reading' ? (
        <Loading what="its events" />
      ) : (
        <MoreButton pager={pager}>Show earlier ones</MoreButton>
      )}
    </section>
  );
}
