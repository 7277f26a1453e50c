/** What is shown of any value: on one line, and no more of it than there is room for. */
import { stripVTControlCharacters } from 'node:util';

/** Names, reasons and details are other agents' words: on a terminal, control characters in them would be commands. */
export const withoutControls = (text: string): string =>
  stripVTControlCharacters(text).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');

export const oneLine = (text: string): string => withoutControls(text.replace(/\s+/g, ' ').trim());

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

/** Two cells wide on a terminal: most emoji, and the scripts of East Asia (Unicode's UAX #11, roughly). */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /^[\p{Mn}\p{Cf}]+$/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** Cells that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += widthOfGrapheme(segment);
  return width;
}

const widthOfGrapheme = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : NO_WIDTH.test(grapheme) ? 0 : 1);

/** Cut to so many cells, with an ellipsis in the last. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= widthOfGrapheme(segment);
    if (left < 0) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : '';
}

/** Exactly so many cells. */
export const pad = (text: string, width: number): string => {
  const fitting = cut(text, width);
  return fitting + ' '.repeat(width - widthOf(fitting));
};
