/** Lines of a live view: text in spans with a tone, before anything decides on colours, escapes or a picture. */
import { stripVTControlCharacters } from 'node:util';

export type Tone = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

export type Line = readonly Span[];

/** SGR parameters of ECMA-48. */
const SGR: Readonly<Record<Tone, number>> = { green: 32, red: 31, yellow: 33, dim: 2, bold: 1 };

/** Two cells wide on a terminal: most emoji, and the scripts of East Asia (Unicode's UAX #11, roughly). */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /^[\p{Mn}\p{Cf}]+$/u;
const PLAIN = /^[\x20-\x7e]*$/;

const graphemes = new Intl.Segmenter();

export const span = (text: string, tone?: Tone): Span => (tone ? { text, tone } : { text });

/** What others wrote, on one line: it must not move the cursor, colour, ring or turn the direction of the terminal. */
export const shown = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\s]+/gu, ' ')
    .trim();

/** Cells that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

const widthOfGrapheme = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : NO_WIDTH.test(grapheme) ? 0 : 1);

/** Cut to so many cells, with an ellipsis in the last. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const { segment } of graphemes.segment(text)) {
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

/** Cut to the width of the terminal: a line that wraps can't be redrawn in place. */
export function fit(line: Line, columns: number): Line {
  const fitting: Span[] = [];
  let left = columns;
  for (const { text, ...rest } of line) {
    if (left <= 0) break;
    const kept = cut(text, left);
    fitting.push({ ...rest, text: kept });
    left = kept === text ? left - widthOf(text) : 0;
  }
  return fitting;
}

export const textOf = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();

export const paint = (line: Line, color: boolean): string =>
  color ? line.map(({ text, tone }) => (tone ? `\u001b[${SGR[tone]}m${text}\u001b[0m` : text)).join('') : textOf(line);
