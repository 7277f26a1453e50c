/** Names, reasons and details are other agents' words: on a terminal, control characters in them would be commands. */
export const withoutControls = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** Like `3 min`: the largest unit of which there are at least two, so that nothing is off by half. */
export function duration(seconds: number): string {
  const rounded = Math.round(Math.abs(seconds));
  const [name, size] = UNITS.find(([, unit]) => rounded >= 2 * unit) ?? (['s', 1] as const);
  return `${Math.round(rounded / size)} ${name}`;
}

/** Like `3 min ago` or `in 2 h`; a dash for no time. */
export function relative(time: string | null | undefined, nowMs: number): string {
  if (time === null || time === undefined) return '-';
  const seconds = (Date.parse(time) - nowMs) / 1_000;
  if (Math.abs(seconds) < 5) return 'now';
  return seconds < 0 ? `${duration(seconds)} ago` : `in ${duration(seconds)}`;
}

/** The first few of many ids, and how many more there are. */
export function some(ids: readonly string[], most = 5): string {
  if (ids.length === 0) return '-';
  const more = ids.length - most;
  return more > 0 ? `${ids.slice(0, most).join(', ')} and ${more} more` : ids.join(', ');
}

export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count} ${count === 1 ? singular : plural}`;
