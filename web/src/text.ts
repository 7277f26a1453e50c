/** Numbers and times in words. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "4 min 12 s": the two largest units. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count], index) => count > 0 || index === 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** "just now", "12 s ago", "in 3 min". */
export function relativeText(atMs: number, nowMs: number): string {
  const awayMs = Math.abs(nowMs - atMs);
  if (awayMs < 2 * SECOND_MS) return 'just now';
  const [size, unit] =
    awayMs < MINUTE_MS
      ? ([SECOND_MS, 's'] as const)
      : awayMs < HOUR_MS
        ? ([MINUTE_MS, 'min'] as const)
        : awayMs < DAY_MS
          ? ([HOUR_MS, 'h'] as const)
          : ([DAY_MS, 'd'] as const);
  const text = `${Math.floor(awayMs / size)} ${unit}`;
  return atMs <= nowMs ? `${text} ago` : `in ${text}`;
}

export const countText = (count: number): string => count.toLocaleString('en');

export const plural = (count: number, noun: string): string => `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;

/** The first few, and how many more there are. */
export function fewOf(ids: Iterable<string>, total: number, most: number): { shown: string[]; more: number } {
  const shown: string[] = [];
  for (const id of ids) {
    if (shown.length === most) break;
    shown.push(id);
  }
  return { shown, more: total - shown.length };
}
