import { useState } from 'preact/hooks';
import { MOST_EVENTS } from '../live/detail';
import { EventLine } from '../parts/event-line';
import { Loading, Notice } from '../parts/notice';
import { countText } from '../text';
import { useDetail } from './use-detail';

const FEW = 25;
const STEP = 100;

/** The log of this sync point or tracker, newest first. It is the one that the timeline or chart is drawn from. */
export function Happenings() {
  const { detail } = useDetail();
  const [most, setMost] = useState(FEW);
  const { items, isRead, hasMore } = detail.log;
  const events = items.value;
  const shown = events.slice(-most).reverse();
  return (
    <section class="panel">
      <h2>
        Events{' '}
        <span class="muted">
          {countText(events.length)}
          {hasMore.value && '+'}
        </span>
      </h2>
      {!isRead.value ? (
        <Loading what="what has happened" />
      ) : shown.length === 0 ? (
        <Notice title="No events are kept.">They are logged a moment after each change, and kept for 90 days.</Notice>
      ) : (
        <ul>
          {shown.map((event) => (
            <EventLine key={event.id} event={event} isHere />
          ))}
        </ul>
      )}
      {events.length >= MOST_EVENTS && <p class="muted">Only the first {countText(MOST_EVENTS)} are read here.</p>}
      {events.length > most && (
        <button
          type="button"
          class="secondary"
          onClick={() => {
            setMost(most + STEP);
          }}
        >
          Show more
        </button>
      )}
    </section>
  );
}
