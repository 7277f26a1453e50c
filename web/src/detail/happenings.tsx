import { useState } from 'preact/hooks';
import { EventLine } from '../parts/event-line';
import { Loading, Notice } from '../parts/notice';
import { countText } from '../text';
import { useDetail, useTask } from './use-detail';

const FEW = 25;
const STEP = 100;

/** The log of this sync point or tracker, newest first. */
export function Happenings() {
  const { log } = useDetail().detail;
  const [most, setMost] = useState(FEW);
  const events = log.recent.value;
  const hasEarlier = log.hasEarlier.value;
  const { isBusy, error, run } = useTask(async (signal) => {
    if (hasEarlier && events.length <= most + STEP) await log.earlier(signal);
    setMost(most + STEP);
  });
  return (
    <section class="panel">
      <h2>
        Events{' '}
        <span class="muted">
          {countText(events.length)}
          {hasEarlier && '+'}
        </span>
      </h2>
      {!log.isRead.value ? (
        <Loading what="what has happened" />
      ) : events.length === 0 ? (
        <Notice title="No events are kept.">
          They are logged a moment after each change, and removed after the time that is set for the service.
        </Notice>
      ) : (
        <ul>
          {events.slice(0, most).map((event) => (
            <EventLine key={event.id} event={event} isHere />
          ))}
        </ul>
      )}
      {error !== null && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {(events.length > most || hasEarlier) && (
        <button type="button" class="secondary" aria-busy={isBusy} disabled={isBusy} onClick={run}>
          Show more
        </button>
      )}
    </section>
  );
}
