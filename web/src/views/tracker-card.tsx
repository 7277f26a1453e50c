import { now } from '../live/clock';
import type { Progress, Roster } from '../live/roster';
import { rosterPath } from '../parts/agent-link';
import { Countdown } from '../parts/countdown';
import { Meter } from '../parts/meter';
import { Status } from '../parts/status';
import { countText, durationText } from '../text';

const MOST_BARS = 5;

/** How far the work is, and who is behind. */
export function TrackerCard({ roster }: { readonly roster: Roster }) {
  roster.observe();
  const { id, latest, progress } = roster;
  if (!progress) return null;
  const isStalled = progress.stalledSince !== null && roster.isOpen;
  return (
    <article class={`card tracker ${roster.status}`}>
      <div class="card-body">
        <h3>
          <a href={rosterPath('tracker', id)}>{latest.name}</a>
        </h3>
        <p class="card-id id">{id}</p>
        <div class="overall">
          <Meter share={progress.fraction} label="overall" state={isStalled ? 'stalled' : 'arrived'} />
          <span class="number">{Math.floor(progress.fraction * 100)} %</span>
        </div>
        <p class="card-line">
          {roster.isOpen ? <Pace roster={roster} progress={progress} /> : <Status of={roster.status} />}
        </p>
        <Bars roster={roster} progress={progress} />
        {roster.isOpen && roster.deadline !== null && (
          <Countdown deadline={roster.deadline} createdAt={latest.createdAt} warnSeconds={latest.warnSeconds} />
        )}
      </div>
    </article>
  );
}

interface PartProps {
  readonly roster: Roster;
  readonly progress: Progress;
}

function Pace({ roster, progress }: PartProps) {
  const { stalledSince, etaSeconds } = progress;
  if (stalledSince !== null) {
    return <Status of="stalled">{`no progress for ${durationText(now.value - Date.parse(stalledSince))}`}</Status>;
  }
  if (etaSeconds === null) return <span class="muted">{stepsText(progress)}</span>;
  const leftMs = etaSeconds * 1_000 - (now.value - roster.readAtMs);
  return (
    <span class="muted">
      {stepsText(progress)}, {leftMs > 1_000 ? `done in about ${durationText(leftMs)}` : 'done any moment'}
    </span>
  );
}

const stepsText = ({ completeWhen, currentStep, totalSteps, steps }: Progress): string =>
  completeWhen === 'creator'
    ? `step ${countText(currentStep)} of ${countText(totalSteps)}`
    : `${countText(steps.size)} at work, ${countText(totalSteps)} steps each`;

/** Those that are furthest behind come first where not all fit. */
function Bars({ roster, progress }: PartProps) {
  const { outcomes } = roster;
  const ids = [...outcomes.keys()];
  const stepOf = (agentId: string): number => progress.steps.get(agentId) ?? 0;
  const shown =
    ids.length <= MOST_BARS ? ids : ids.sort((one, other) => stepOf(one) - stepOf(other)).slice(0, MOST_BARS);
  return (
    <ul class="bars">
      {shown.map((agentId) => (
        <li key={agentId}>
          <span class="id">{agentId}</span>
          <Meter
            share={stepOf(agentId) / progress.totalSteps}
            label={agentId}
            state={outcomes.get(agentId) ?? 'pending'}
          />
          <span class="number">
            {countText(stepOf(agentId))}/{countText(progress.totalSteps)}
          </span>
        </li>
      ))}
      {ids.length > MOST_BARS && <li class="muted">and {countText(ids.length - MOST_BARS)} that are further on</li>}
    </ul>
  );
}
