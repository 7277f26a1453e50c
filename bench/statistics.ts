/** @param fraction 0.5 is the median */
export function percentile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new Error('There is no percentile of no values.');
  const sorted = [...values].sort((one, other) => one - other);
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Median, lowest and highest of several runs. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly runs: number;
}

export const spreadOf = (values: readonly number[], digits = 2): Spread => ({
  median: round(median(values), digits),
  lowest: round(Math.min(...values), digits),
  highest: round(Math.max(...values), digits),
  runs: values.length,
});

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
