import type { ProgressTracker } from '@muster/client';
import { useRoute } from 'preact-iso';
import { Frame, OwnOutcome } from '../detail/frame';
import { Messages } from '../detail/messages';
import { Participants } from '../detail/participants';
import { Parts } from '../detail/parts';
import { People } from '../detail/people';
import { ProgressOverTime } from '../detail/progress';
import { Reports } from '../detail/reports';
import { isOpen, useTracker } from '../detail/use-detail';
import { now } from '../live/clock';
import { Countdown } from '../parts/countdown';
import { Meter } from '../parts/meter';
import { Status } from '../parts/status';
import { When } from '../parts/when';
import { countText, durationText } from '../text';

/** How far the work is, how fast it goes, and who is behind. */
export function TrackerPage() {
  const id = useRoute().params['id'] ?? '';
  return <TrackerOf key={id} id={id} />;
}

const PARTS = [
  ['Participants', Participants],
  ['Reports', Reports],
  ['Messages', Messages],
] as const;

function TrackerOf({ id }: { readonly id: string }) {
  const detail = useTracker(id);
  const view = detail.watched.view.value;
  return (
    <Frame kind="tracker" id={id} detail={detail}>
      {view && (
        <>
          <State view={view} />
          <ProgressOverTime view={view} />
        </>
      )}
      <Parts parts={PARTS} />
    </Frame>
  );
}

function State({ view }: { readonly view: ProgressTracker }) {
  const isStalled = view.stalledSince !== null;
  return (
    <section class="panel state">
      <h2 class="for-readers">State</h2>
      <div class="state-body">
        <OwnOutcome />
        <div class="overall">
          <Meter share={view.percent / 100} label="overall" state={isStalled ? 'stalled' : 'arrived'} />
          <span class="percent">{Math.floor(view.percent)} %</span>
        </div>
        <p>
          <Pace view={view} />
        </p>
        <p>{ruleOf(view)}</p>
        {isOpen(view) && (
          <Countdown deadline={view.deadline} createdAt={view.createdAt} warnSeconds={view.warnSeconds} />
        )}
        <People />
      </div>
    </section>
  );
}

function Pace({ view }: { readonly view: ProgressTracker }) {
  const { stalledSince, etaSeconds, lastProgressAt } = view;
  if (stalledSince !== null) {
    return <Status of="stalled">{`no progress for ${durationText(now.value - Date.parse(stalledSince))}`}</Status>;
  }
  return (
    <span class="muted">
      {etaSeconds !== null &&
        (etaSeconds > 0 ? `Done in about ${durationText(etaSeconds * 1_000)}. ` : 'Done any moment. ')}
      {lastProgressAt === null ? (
        'Nothing has been reported yet.'
      ) : (
        <>
          Last progress <When at={lastProgressAt} />.
        </>
      )}
    </span>
  );
}

function ruleOf({ completeWhen, currentStep, totalSteps }: ProgressTracker): string {
  const total = countText(totalSteps);
  return completeWhen === 'everyone'
    ? `It completes when everyone has reached step ${total}; the first failure fails it.`
    : `Its creator is at step ${countText(currentStep)} of ${total}, and completes it by reaching the last one.`;
}
