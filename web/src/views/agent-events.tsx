import type { Event } from '@muster/client';
import { usePager } from '../live/pager';
import { inPieces, merged } from '../live/merge';
import { useShared } from '../live/use-room';
import { EventLine } from '../parts/event-line';
import { MoreButton } from '../parts/more-button';

const EVENTS_AT_ONCE = 25;

/**
 * What an agent did and what became of it. Those from before cost 2 requests for each hundred, when they are asked for;
 * new ones are those of the room and cost nothing.
 */
export function AgentEvents({ id }: { readonly id: string }) {
  const { room, session } = useShared();
  const pager = usePager(() => {
    const { events } = session.muster;
    const caused = events.list({ agentId: id, order: 'newest', limit: 100 });
    const suffered = events.list({ relatedId: id, order: 'newest', limit: 100 });
    return inPieces(merged(caused, suffered, isNewer), EVENTS_AT_ONCE);
  }, id);
  const recent = room.events.value.filter(({ agentId, relatedId }) => agentId === id || relatedId === id);
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
      <MoreButton pager={pager}>Show earlier ones</MoreButton>
    </section>
  );
}

const isNewer = (one: Event, other: Event): boolean =>
  one.timestamp > other.timestamp || (one.timestamp === other.timestamp && one.id > other.id);
