import type { Outcome } from '../live/roster';
import { countText } from '../text';

const ORDER = ['arrived', 'failed', 'excused'] as const satisfies readonly Outcome[];

/** Up to here each participant has a piece of its own. */
const MOST_PIECES = 36;

/** Longer numbers are written smaller, so that they fit inside. */
const MOST_LARGE = 1_000;

/** Share of a piece that is gap. */
const GAP = 0.16;

interface RingProps {
  readonly total: number;
  readonly counts: Readonly<Record<Exclude<Outcome, 'pending'>, number>>;
  /** How many arrivals are enough, if fewer than all. */
  readonly quorum: number | null;
  readonly label: string;
}

/** A circle that fills as participants arrive, with what went wrong in other colours and hatchings. */
export function Ring({ total, counts, quorum, label }: RingProps) {
  const pieces = total <= MOST_PIECES ? total : undefined;
  let start = 0;
  const arcs = ORDER.map((outcome) => {
    const arc = { outcome, start, count: counts[outcome] };
    start += arc.count;
    return arc;
  });
  return (
    <svg class="ring" viewBox="0 0 80 80" role="img" aria-label={label}>
      <Arc class="pending" start={0} count={total} total={total} isSplit={pieces !== undefined} />
      {arcs.map(({ outcome, start: from, count }) =>
        count > 0 ? (
          <Arc class={outcome} start={from} count={count} total={total} isSplit={pieces !== undefined} />
        ) : null,
      )}
      {quorum !== null && quorum < total && <QuorumMark angle={(quorum / total) * 360} />}
      <text class={counts.arrived < MOST_LARGE ? 'ring-count' : 'ring-count small'} x="40" y="40">
        {countText(counts.arrived)}
      </text>
      <text class="ring-total" x="40" y="54">
        of {countText(quorum ?? total - counts.excused)}
      </text>
    </svg>
  );
}

interface ArcProps {
  readonly class: string;
  readonly start: number;
  readonly count: number;
  readonly total: number;
  readonly isSplit: boolean;
}

function Arc({ class: name, start, count, total, isSplit }: ArcProps) {
  const dashes = isSplit && total > 1 ? splitInto(count, total) : `${count} ${total - count}`;
  return (
    <circle
      class={`arc ${name}`}
      cx="40"
      cy="40"
      r="34"
      pathLength={total}
      stroke-dasharray={dashes}
      stroke-dashoffset={-start}
    />
  );
}

const splitInto = (count: number, total: number): string =>
  `${`${1 - GAP} ${GAP} `.repeat(count - 1)}${1 - GAP} ${GAP + total - count}`;

const QuorumMark = ({ angle }: { readonly angle: number }) => (
  <line class="quorum" x1="40" y1="1" x2="40" y2="11" transform={`rotate(${angle} 40 40)`}>
    <title>So many are enough.</title>
  </line>
);
