import type { Ending } from '../live/roster';
import type { EndingSeen } from '../live/room';

const BARS = 30;
const HEIGHT = 56;
const WIDTH = 300;
const STACK: readonly Ending[] = ['completed', 'cancelled', 'expired', 'failed'];

interface EndingsChartProps {
  readonly endings: readonly EndingSeen[];
  /** Where the chart ends, in milliseconds since the epoch. */
  readonly endMs: number;
  readonly windowMs: number;
}

/** Endings over time, stacked by kind. Small enough to be drawn by hand; the numbers stand beside it. */
export function EndingsChart({ endings, endMs, windowMs }: EndingsChartProps) {
  const barMs = windowMs / BARS;
  const bars = Array.from({ length: BARS }, () => new Map<Ending, number>());
  for (const { atMs, ending } of endings) {
    const bar = bars[Math.floor((atMs - (endMs - windowMs)) / barMs)];
    bar?.set(ending, (bar.get(ending) ?? 0) + 1);
  }
  const highest = Math.max(1, ...bars.map((bar) => [...bar.values()].reduce((sum, count) => sum + count, 0)));
  const step = WIDTH / BARS;
  return (
    <svg class="endings" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Endings over the last hour, by kind">
      <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {bars.flatMap((bar, index) => {
        let top = HEIGHT - 1;
        return STACK.flatMap((ending) => {
          const count = bar.get(ending) ?? 0;
          if (count === 0) return [];
          const height = (count / highest) * (HEIGHT - 4);
          top -= height;
          return [
            <rect class={ending} x={index * step + 1} y={top} width={step - 2} height={Math.max(1, height - 0.5)}>
              <title>{`${count} ${ending}`}</title>
            </rect>,
          ];
        });
      })}
    </svg>
  );
}
