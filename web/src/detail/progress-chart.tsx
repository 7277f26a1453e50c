/** Steps over time as lines. uPlot comes with this module, which is read when a tracker has something to draw. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { theme } from '../theme';
import type { Aligned } from './progress-data';
import { useWidth } from './use-width';

const HEIGHT = 240;
const COLOURS = 6;

interface ProgressChartProps {
  readonly agentIds: readonly string[];
  readonly aligned: Aligned;
  readonly totalSteps: number;
  /** Whose steps are those of the whole, where the creator takes no part. */
  readonly overallBy: string | null;
}

export default function ProgressChart({ agentIds, aligned, totalSteps, overallBy }: ProgressChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const width = useWidth(box);
  const [at, setAt] = useState<number | null>(null);
  const [near, setNear] = useState<string | null>(null);
  // Names, colours and scale are part of a plot; new numbers aren't.
  const look = JSON.stringify([agentIds, totalSteps, theme(), width > 0]);
  useEffect(() => {
    if (!box.current || width === 0) return;
    const drawn = new uPlot(optionsOf(agentIds, totalSteps, width, setAt), aligned, box.current);
    plot.current = drawn;
    return () => {
      drawn.destroy();
      plot.current = undefined;
    };
  }, [look]);
  useEffect(() => plot.current?.setData(aligned), [aligned]);
  useEffect(() => plot.current?.setSize({ width, height: HEIGHT }), [width]);
  useEffect(() => {
    const index = near === null ? -1 : agentIds.indexOf(near);
    plot.current?.setSeries(index === -1 ? null : index + 1, { focus: true });
  }, [near]);
  const shownAt = at ?? aligned[0].length - 1;
  return (
    <>
      <div ref={box} class="progress-chart" aria-hidden="true" style={{ minBlockSize: `${HEIGHT}px` }} />
      <ul class="series">
        {agentIds.map((agentId, index) => (
          <li
            key={agentId}
            onPointerEnter={() => {
              setNear(agentId);
            }}
            onPointerLeave={() => {
              setNear(null);
            }}
          >
            <svg viewBox="0 0 24 8" aria-hidden="true">
              <line
                x1="1"
                x2="23"
                y1="4"
                y2="4"
                stroke={`var(--series-${index % COLOURS})`}
                stroke-dasharray={dashOf(index)?.join(' ')}
              />
            </svg>
            <span class="id">{agentId}</span>
            {agentId === overallBy && <span class="muted"> (overall)</span>}{' '}
            <strong>{aligned[index + 1]?.[shownAt] ?? '–'}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}

/** With the colours used up, the same ones come again as dashed lines. */
const dashOf = (index: number): number[] | undefined => (index < COLOURS ? undefined : [5, 3]);

function optionsOf(
  agentIds: readonly string[],
  totalSteps: number,
  width: number,
  onTime: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: colour('ink-soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.getPropertyValue('--pico-font-family')}`,
  };
  return {
    width,
    height: HEIGHT,
    // Half of the last time stands behind the end.
    padding: [null, 40, null, null],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false }, points: { size: 7 } },
    focus: { alpha: 0.25 },
    scales: { y: { range: [0, totalSteps] } },
    axes: [
      { ...axis, grid: { show: false }, space: 80, size: 28, values: timesOf },
      { ...axis, size: 44, incrs: WHOLE },
    ],
    series: [
      {},
      ...agentIds.map((label, index): uPlot.Series => {
        const dash = dashOf(index);
        const paths = uPlot.paths.stepped?.({ align: 1 });
        return {
          label,
          stroke: colour(`series-${index % COLOURS}`),
          width: 2,
          spanGaps: true,
          points: { show: false },
          ...(dash && { dash }),
          ...(paths && { paths }),
        };
      }),
    ],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          onTime(cursor.idx ?? null);
        },
      ],
    },
  };
}

const DAY_SECONDS = 86_400;
const DAYS = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const MINUTES = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const SECONDS = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

const timesOf: uPlot.Axis.DynamicValues = (...[, times, , , stepSeconds]) => {
  const format = stepSeconds >= DAY_SECONDS ? DAYS : stepSeconds >= 60 ? MINUTES : SECONDS;
  return times.map((seconds) => format.format(seconds * 1_000));
};

/** Steps are counted. */
const WHOLE = [1, 2, 5]
  .flatMap((first) => Array.from({ length: 9 }, (_, zeros) => first * 10 ** zeros))
  .sort((a, b) => a - b);
