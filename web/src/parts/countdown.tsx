import { now } from '../live/clock';
import { durationText } from '../text';
import { exact } from './when';

/** With less left, a countdown is shown as urgent, unless the roster says when to warn. */
const WARN_SECONDS = 60;

interface CountdownProps {
  readonly deadline: string | null;
  readonly createdAt: string;
  readonly warnSeconds: number | null;
}

/** What is left until the deadline, in words and as a line that runs out. */
export function Countdown({ deadline, createdAt, warnSeconds }: CountdownProps) {
  if (deadline === null) return <p class="countdown muted">no deadline</p>;
  const endMs = Date.parse(deadline);
  const leftMs = endMs - now.value;
  const share = Math.min(1, Math.max(0, leftMs / Math.max(1, endMs - Date.parse(createdAt))));
  return (
    <p class={`countdown ${urgencyOf(leftMs, warnSeconds)}`} title={exact(deadline)}>
      <span class="countdown-text">{leftMs > 0 ? `${durationText(leftMs)} left` : 'deadline passed'}</span>
      <span class="countdown-line" aria-hidden="true">
        <span style={{ inlineSize: `${share * 100}%` }} />
      </span>
    </p>
  );
}

export function urgencyOf(leftMs: number, warnSeconds: number | null): '' | 'near' | 'over' {
  if (leftMs <= 0) return 'over';
  return leftMs <= (warnSeconds ?? WARN_SECONDS) * 1_000 ? 'near' : '';
}
