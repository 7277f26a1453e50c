/** How far a participant of a tracker is, in the table of participants. */
import type { ProgressTracker, TrackerParticipant } from '@muster/client';
import { now } from '../live/clock';
import { Meter } from '../parts/meter';
import { Status } from '../parts/status';
import { When } from '../parts/when';
import { countText, durationText } from '../text';
import { progressionsOf, ratePerMinute } from './progress-data';
import { isOpen, useDetail } from './use-detail';

export const StepHeads = () => (
  <>
    <th scope="col">Step</th>
    <th scope="col">A minute</th>
    <th scope="col">Time left</th>
    <th scope="col">Last report</th>
  </>
);

interface StepCellsProps {
  readonly row: TrackerParticipant;
  readonly view: ProgressTracker;
}

export function StepCells({ row, view }: StepCellsProps) {
  const { agentId, step, percent, outcome, lastReportAt } = row;
  const isAtWork = isOpen(view) && outcome === 'pending' && step < view.totalSteps;
  const isStalled = isAtWork && isQuiet(lastReportAt ?? view.createdAt, view.stallSeconds);
  const rate = useRate(agentId, isAtWork && !isStalled);
  const number = rate > 0 ? 'number' : 'number unknown';
  return (
    <>
      <td class="line">
        <span class="step">
          <Meter share={percent / 100} label={`${agentId}: ${percent} %`} state={isStalled ? 'stalled' : outcome} />
          <span class="number">
            {countText(step)}/{countText(view.totalSteps)}
          </span>
        </span>
      </td>
      <td class={number} data-label="A minute">
        {rate > 0 ? rate.toLocaleString('en', { maximumSignificantDigits: 2 }) : '–'}
      </td>
      <td class={number} data-label="Time left">
        {rate > 0 ? `about ${durationText(((view.totalSteps - step) / rate) * 60_000)}` : '–'}
      </td>
      <td data-label="Last report">
        {lastReportAt === null ? <span class="muted">none</span> : <When at={lastReportAt} />}
        {isStalled && (
          <>
            {' '}
            <Status of="stalled" />
          </>
        )}
      </td>
    </>
  );
}

function useRate(agentId: string, isAtWork: boolean): number {
  const events = useDetail().detail.log.all.items.value;
  return isAtWork ? ratePerMinute(progressionsOf(events).get(agentId) ?? [], now.value) : 0;
}

const isQuiet = (since: string, stallSeconds: number | null): boolean =>
  stallSeconds !== null && now.value - Date.parse(since) > stallSeconds * 1_000;
