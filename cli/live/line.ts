/** Lines of a live view: text in spans with a style, before anything decides on colours, escapes or a picture. */
import { type Style, styled } from '../style';
import { cut, widthOf } from '../text';

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Line = readonly Span[];

export const span = (text: string, style?: Style): Span => (style ? { text, style } : { text });

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
  color ? line.map(({ text, style }) => styled(text, style)).join('') : textOf(line);
