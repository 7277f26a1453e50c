import type { Outcome } from '../live/roster';

interface MeterProps {
  /** 0 to 1. */
  readonly share: number;
  readonly label: string;
  readonly state?: Outcome | 'stalled';
}

/** A bar that fills. */
export function Meter({ share, label, state = 'pending' }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      class={`meter ${state}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={{ inlineSize: `${percent}%` }} />
    </div>
  );
}
