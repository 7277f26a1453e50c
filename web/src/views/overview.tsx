import type { JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { now } from '../live/clock';
import { MOST_ROSTERS } from '../live/room';
import type { Roster } from '../live/roster';
import { useShared } from '../live/use-room';
import { Filters } from '../parts/filters';
import { Loading, Notice } from '../parts/notice';
import { useTitle } from '../parts/title';
import { isAdmin } from '../session';
import { matches, readFilter, showChoices, urlOf } from './overview-filter';
import { SidePanel, Totals } from './overview-side';
import { SyncPointCard } from './sync-point-card';
import { TrackerCard } from './tracker-card';

/** The whole room at a glance: what waits, how far work is, and what is wrong. */
export function Overview() {
  const { room, session } = useShared();
  const { query, route } = useLocation();
  const filter = readFilter(query);
  const { lost } = room.directory;
  useTitle('Overview');
  if (!room.isReady.value) return <Loading what="what is open" />;

  const shown = room.rosters.value.filter((roster) => matches(roster, filter, lost.value));
  const isFiltered = filter.search !== '' || filter.show !== 'all';
  const syncPoints = byUrgency(shown.filter(({ kind }) => kind === 'sync-point'));
  const trackers = byUrgency(shown.filter(({ kind }) => kind === 'tracker'));
  const openOf = (kind: Roster['kind']): number => countOpen(room.rosters.value.filter((one) => one.kind === kind));
  const change = (changed: Partial<typeof filter>): void => {
    route(urlOf({ ...filter, ...changed }), true);
  };
  return (
    <div class={isAdmin(session) ? 'overview with-side' : 'overview'}>
      <div class="overview-main">
        <h1 class="for-readers">Overview</h1>
        <Totals />
        <Filters
          label="Search by name, id or participant"
          search={filter.search}
          onSearch={(search) => {
            change({ search });
          }}
          choices={showChoices}
          chosen={filter.show}
          onChoose={(show) => {
            change({ show });
          }}
        />
        {room.isCut.value && (
          <p class="muted">More is open than is shown here: the {MOST_ROSTERS} newest of each kind are.</p>
        )}
        <Section title="Sync points" rosters={syncPoints} openOf={isFiltered ? openOf('sync-point') : undefined}>
          {(roster) => <SyncPointCard key={roster.key} roster={roster} lost={lost} />}
        </Section>
        <Section title="Progress trackers" rosters={trackers} openOf={isFiltered ? openOf('tracker') : undefined}>
          {(roster) => <TrackerCard key={roster.key} roster={roster} />}
        </Section>
      </div>
      {isAdmin(session) && <SidePanel />}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly rosters: readonly Roster[];
  /** Open of this kind, shown or not, if a filter is set. */
  readonly openOf: number | undefined;
  readonly children: (roster: Roster) => JSX.Element;
}

const Section = ({ title, rosters, openOf, children }: SectionProps) => (
  <section>
    <h2>
      {title}{' '}
      <span class="muted">
        {countOpen(rosters)} {openOf !== undefined && `of ${openOf} `}open
      </span>
    </h2>
    {rosters.length > 0 ? (
      <div class="cards">{rosters.map(children)}</div>
    ) : openOf !== undefined ? (
      <Notice title="Nothing matches.">Clear the search, or show all.</Notice>
    ) : (
      <Notice title={`No ${title.toLowerCase()} are open.`}>One shows up here as soon as an agent creates it.</Notice>
    )}
  </section>
);

const countOpen = (rosters: readonly Roster[]): number => rosters.filter((roster) => roster.observeOpen()).length;

/** The nearest deadline comes first, then what has none, newest first, then what has ended. */
const byUrgency = (rosters: readonly Roster[]): Roster[] =>
  [...rosters].sort(
    (a, b) =>
      Number(b.observeOpen()) - Number(a.observeOpen()) ||
      rankOf(a) - rankOf(b) ||
      (a.latest.createdAt < b.latest.createdAt ? 1 : -1),
  );

/** By minutes, so that cards don't swap places all the time. */
function rankOf({ deadline }: Roster): number {
  return deadline === null ? Infinity : Math.floor((Date.parse(deadline) - now.peek()) / 60_000);
}
