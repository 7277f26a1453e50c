import { useComputed } from '@preact/signals';
import { now } from '../live/clock';
import { ENDINGS_WINDOW_MS } from '../live/room';
import type { Ending } from '../live/roster';
import { useShared } from '../live/use-room';
import { EndingsChart } from '../parts/endings-chart';
import { EventLine } from '../parts/event-line';
import { Mark } from '../parts/status';
import { isAdmin } from '../session';
import { countText } from '../text';

const LATEST_EVENTS = 25;
const MOST_DOTS = 200;

/** The four figures that tell whether to look closer. */
export function Totals() {
  const { room, session } = useShared();
  const rosters = room.rosters.value;
  const open = rosters.filter((roster) => roster.observeOpen());
  const waiting = open.filter(({ kind }) => kind === 'sync-point');
  const stalled = open.filter(({ progress }) => (progress?.stalledSince ?? null) !== null);
  return (
    <dl class="totals">
      <Total of={waiting.length} text="waiting" />
      <Total
        of={open.length - waiting.length}
        text="under way"
        detail={stalled.length > 0 ? `${stalled.length} stalled` : ''}
      />
      {isAdmin(session) ? (
        <>
          <AgentTotal />
          <EndingTotal />
        </>
      ) : (
        <Total of={room.unacknowledged.value} text="messages to deal with" />
      )}
    </dl>
  );
}

interface TotalProps {
  readonly of: number;
  readonly text: string;
  readonly detail?: string;
}

const Total = ({ of, text, detail = '' }: TotalProps) => (
  <div>
    <dt>{text}</dt>
    <dd>
      {countText(of)}
      {detail !== '' && <span class="alert"> {detail}</span>}
    </dd>
  </div>
);

function AgentTotal() {
  const { room } = useShared();
  const countOf = (status: 'present' | 'lost'): number =>
    room.agents.value.filter(({ presence }) => presence?.status === status).length;
  const lost = countOf('lost');
  return <Total of={countOf('present')} text="agents present" detail={lost > 0 ? `${lost} lost` : ''} />;
}

function EndingTotal() {
  const { room } = useShared();
  const all = room.endings.value;
  const bad = all.filter(({ ending }) => ending !== 'completed').length;
  return <Total of={all.length} text="ended in the last hour" detail={bad > 0 ? `${bad} without success` : ''} />;
}

const ENDINGS: readonly Ending[] = ['completed', 'failed', 'expired', 'cancelled'];

/** Beside the cards: who is there, how things end, and what has just happened. */
export function SidePanel() {
  const { room } = useShared();
  const minute = useComputed(() => Math.floor(now.value / 60_000));
  return (
    <aside>
      <section class="panel">
        <h2>Endings in the last hour</h2>
        <EndingsChart endings={room.endings.value} endMs={(minute.value + 1) * 60_000} windowMs={ENDINGS_WINDOW_MS} />
        <ul class="legend">
          {ENDINGS.map((ending) => (
            <li key={ending}>
              <Mark of={ending} /> {room.endings.value.filter((each) => each.ending === ending).length} {ending}
            </li>
          ))}
        </ul>
      </section>
      <AgentsPanel />
      <section class="panel">
        <h2>
          <a href="/activity">Latest events</a>
        </h2>
        <ol class="events" aria-live="off">
          {room.events.value.slice(0, LATEST_EVENTS).map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
          {room.events.value.length === 0 && <li class="muted">Nothing has happened yet.</li>}
        </ol>
      </section>
    </aside>
  );
}

function AgentsPanel() {
  const { room } = useShared();
  const agents = room.agents.value;
  const lost = agents.filter(({ presence }) => presence?.status === 'lost');
  const present = agents.filter(({ presence }) => presence?.status === 'present');
  return (
    <section class="panel">
      <h2>
        <a href="/agents">Agents</a>{' '}
        <span class="muted">
          {present.length} present, {lost.length} lost of {agents.length}
          {room.directory.isCut.value && ' listed'}
        </span>
      </h2>
      <ul class="presence">
        {[...lost, ...present].slice(0, MOST_DOTS).map(({ id, presence }) => (
          <li key={id}>
            <a
              href={`/agents/${encodeURIComponent(id)}`}
              class={presence?.status}
              title={`${id}: ${presence?.status ?? ''}`}
            >
              <Mark of={presence?.status ?? 'present'} /> {id}
            </a>
          </li>
        ))}
        {lost.length + present.length === 0 && <li class="muted">No agent has checked in.</li>}
      </ul>
    </section>
  );
}
