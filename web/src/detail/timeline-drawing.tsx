/** What stands in the columns of the timeline. */
import { Mark } from '../parts/status';
import { type Column, countsOf, type Settled } from './timeline-data';

/** In CSS pixels. */
export const BARS_HEIGHT = 96;
const MARK_SIZE = 13;
const ROW = 15;
const LEAST_ROWS = 3;

/** Of marks; it grows with the stacks, so that a few don't stand in a void. */
export const heightOf = (columns: readonly Column[]): number =>
  ROW * Math.max(LEAST_ROWS, ...columns.map(({ happened }) => happened.length)) + 4;

interface DrawingProps {
  readonly columns: readonly Column[];
  readonly columnWidth: number;
}

interface MarksProps extends DrawingProps {
  readonly height: number;
}

/** The first of a column at the bottom. */
export const TimelineMarks = ({ columns, columnWidth, height }: MarksProps) => (
  <>
    {columns.flatMap(({ index, happened }) =>
      happened.map(({ agentId, outcome }, row) => (
        <svg
          key={agentId}
          x={(index + 0.5) * columnWidth - MARK_SIZE / 2}
          y={height - 4 - (row + 1) * ROW}
          width={MARK_SIZE}
          height={MARK_SIZE}
        >
          <Mark of={outcome} />
        </svg>
      )),
    )}
  </>
);

const STACK: readonly Settled[] = ['arrived', 'excused', 'failed'];

/** A single failure among thousands of arrivals has to be seen. */
const LEAST_HEIGHT = 3;

export function TimelineBars({ columns, columnWidth }: DrawingProps) {
  const highest = Math.max(1, ...columns.map(({ happened }) => happened.length));
  const scale = (BARS_HEIGHT - 4 - LEAST_HEIGHT * 2) / highest;
  return (
    <>
      {columns.flatMap(({ index, happened }) => {
        const counts = countsOf(happened);
        let bottom = BARS_HEIGHT - 1;
        return STACK.filter((outcome) => counts[outcome] > 0).map((outcome) => {
          const height = Math.max(LEAST_HEIGHT, counts[outcome] * scale);
          bottom -= height;
          return (
            <rect
              key={`${index} ${outcome}`}
              class={outcome}
              x={index * columnWidth + 0.5}
              y={bottom}
              width={Math.max(1, columnWidth - 1)}
              height={height}
            />
          );
        });
      })}
    </>
  );
}
