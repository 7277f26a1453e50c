import type { Outcome, RosterStatus } from '../live/roster';

/** A mark beside each word, so that nobody has to tell them apart by colour. */
const MARKS: Readonly<Record<RosterStatus | Outcome | 'present' | 'lost' | 'stalled', string>> = {
  waiting: '◔',
  active: '◔',
  completed: '✓',
  failed: '✕',
  expired: '⧗',
  cancelled: '⊘',
  pending: '○',
  arrived: '✓',
  excused: '–',
  present: '●',
  lost: '✕',
  stalled: '‖',
};

type Shown = keyof typeof MARKS;

export const Mark = ({ of }: { readonly of: Shown }) => (
  <span class={`mark ${of}`} aria-hidden="true">
    {MARKS[of]}
  </span>
);

/** "✓ completed". */
export const Status = ({ of, children }: { readonly of: Shown; readonly children?: string }) => (
  <span class={`status ${of}`}>
    <Mark of={of} /> {children ?? of}
  </span>
);
