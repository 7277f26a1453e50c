import type { Participant, TrackerParticipant } from '@muster/client';
import { useLocation } from 'preact-iso';
import type { Outcome } from '../live/roster';
import { useShared } from '../live/use-room';
import { AgentLink } from '../parts/agent-link';
import { Loading, Notice } from '../parts/notice';
import { wordOf } from '../parts/outcome';
import { Status } from '../parts/status';
import { When } from '../parts/when';
import { countText } from '../text';
import { askToExcuse } from './actions';
import { Data } from './data';
import { More } from './more';
import { StepCells, StepHeads } from './steps';
import { isOpen, isTracker, resourceOf, useDetail, useLost, useMayChange, usePages, type View } from './use-detail';

const ROWS = 50;
const OUTCOMES: readonly Outcome[] = ['pending', 'arrived', 'failed', 'excused'];

/** Everyone, with what became of them. 1 request for each 50 that are shown, with each change. */
export function Participants() {
  const { kind, view } = useDetail();
  const { muster } = useShared().session;
  const { query, path, route } = useLocation();
  const outcome = OUTCOMES.find((each) => each === query['outcome']);
  const pages = usePages<Row>(
    (page, options) =>
      resourceOf(muster, kind).participants(view.id, { ...page, ...(outcome && { outcome }) }, options),
    [muster, view.id, outcome],
    ROWS,
  );
  const show = (chosen: Outcome | undefined): void => {
    route(chosen ? `${path}?outcome=${chosen}` : path, true);
  };
  const rows = pages.items.value;
  const counts = countsOf(view);
  return (
    <>
      <div class="choices" role="group" aria-label="Show participants">
        <Choice text="All" isOn={outcome === undefined} count={view.participants.length} onClick={show} />
        {OUTCOMES.map((each) => (
          <Choice
            key={each}
            of={each}
            text={choiceOf(each, view)}
            isOn={outcome === each}
            count={counts[each]}
            onClick={show}
          />
        ))}
      </div>
      {!pages.isRead.value ? (
        <Loading what="the participants" />
      ) : rows.length === 0 ? (
        <Notice title={outcome ? `Nobody is ${choiceOf(outcome, view)}.` : 'Nobody takes part.'}>
          {outcome === undefined && isTracker(view) ? 'Its creator reports the overall step alone.' : undefined}
        </Notice>
      ) : (
        <Table rows={rows} />
      )}
      <More pages={pages} noun="participant" total={outcome ? counts[outcome] : view.participants.length} />
    </>
  );
}

interface ChoiceProps {
  /** Absent: any. */
  readonly of?: Outcome;
  readonly text: string;
  readonly isOn: boolean;
  readonly count: number;
  readonly onClick: (of: Outcome | undefined) => void;
}

const Choice = ({ of, text, isOn, count, onClick }: ChoiceProps) => (
  <button
    type="button"
    class="choice"
    aria-pressed={isOn}
    onClick={() => {
      onClick(of);
    }}
  >
    {text} {countText(count)}
  </button>
);

type Row = Participant | TrackerParticipant;

function Table({ rows }: { readonly rows: readonly Row[] }) {
  const { view } = useDetail();
  const mayChange = useMayChange();
  const { me } = useShared().session;
  const hasReasons = rows.some(({ reason }) => reason !== null);
  const hasData = rows.some(({ data }) => data !== undefined);
  return (
    <div class="table-box" role="region" aria-label="Participants" tabIndex={0}>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">Participant</th>
            <th scope="col">Outcome</th>
            {isTracker(view) && <StepHeads />}
            {hasReasons && <th scope="col">Reason</th>}
            {hasData && <th scope="col">Data</th>}
            {mayChange && (
              <th scope="col">
                <span class="for-readers">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.agentId} class={row.agentId === me.id ? 'own' : undefined}>
              <th scope="row">
                <AgentLink id={row.agentId} />
                {row.agentId === me.id && <span class="muted"> (you)</span>}
              </th>
              <td class="together">
                <OutcomeOf row={row} />
              </td>
              {isTracker(view) && 'step' in row && <StepCells row={row} view={view} />}
              {hasReasons && <td class="long">{row.reason}</td>}
              {hasData && (
                <td class="long">
                  <Data of={row.data} />
                </td>
              )}
              {mayChange && <td class="end">{row.outcome === 'pending' && <Excuse agentId={row.agentId} />}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OutcomeOf({ row: { agentId, outcome, at } }: { readonly row: Row }) {
  const { view } = useDetail();
  const isLost = useLost().has(agentId) && outcome === 'pending' && isOpen(view);
  return (
    <>
      {isLost ? <Status of="lost" /> : <Status of={outcome}>{wordOf(view, agentId, outcome)}</Status>}
      {at !== null && (
        <>
          {' '}
          <span class="muted">
            <When at={at} />
          </span>
        </>
      )}
    </>
  );
}

/** Nobody waits any more after the end. */
const choiceOf = (outcome: Outcome, view: View): string =>
  outcome === 'pending' && !isOpen(view) && countsOf(view).pending === view.missingParticipants.length
    ? 'missing'
    : outcome;

function Excuse({ agentId }: { readonly agentId: string }) {
  const shown = useDetail();
  const { muster } = useShared().session;
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Excuse ${agentId}`}
      onClick={() => {
        askToExcuse(muster, shown, agentId);
      }}
    >
      Excuse
    </button>
  );
}

function countsOf(view: View): Record<Outcome, number> {
  const [arrived, failed, excused] = [
    view.arrivedParticipants.length,
    view.failedParticipants.length,
    view.excusedParticipants.length,
  ];
  return { pending: view.participants.length - arrived - failed - excused, arrived, failed, excused };
}
