import type { Outcome, RosterStatus } from '../live/roster';

type Shown = RosterStatus | Outcome | 'present' | 'lost' | 'stalled';

/** Lines on a square of 16, beside each word, so that nobody has to tell outcomes apart by colour. */
const CHECK = 'M3 8.5 6.5 12 13 4.5';
const CROSS = 'M4 4 12 12 M12 4 4 12';
const CIRCLE = 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11';
const MARKS: Readonly<Record<Shown, string>> = {
  waiting: `${CIRCLE} M8 5v3.2l2 1.3`,
  active: `${CIRCLE} M8 5v3.2l2 1.3`,
  completed: CHECK,
  failed: CROSS,
  expired: 'M4 2.5h8 M4 13.5h8 M5 2.5c0 3 3 4 3 5.5s-3 2.5-3 5.5 M11 2.5c0 3-3 4-3 5.5s3 2.5 3 5.5',
  cancelled: `${CIRCLE} M4.2 11.8 11.8 4.2`,
  pending: CIRCLE,
  arrived: CHECK,
  excused: 'M3.5 8h9',
  present: 'M8 6a2 2 0 1 1 0 4a2 2 0 1 1 0-4',
  lost: CROSS,
  stalled: 'M5.5 3.5v9 M10.5 3.5v9',
};

export const Mark = ({ of }: { readonly of: Shown }) => (
  <svg class={`mark ${of}`} viewBox="0 0 16 16" aria-hidden="true">
    <path d={MARKS[of]} />
  </svg>
);

/** "✓ completed". */
export const Status = ({ of, children }: { readonly of: Shown; readonly children?: string | undefined }) => (
  <span class={`status ${of}`}>
    <Mark of={of} /> {children ?? of}
  </span>
);
