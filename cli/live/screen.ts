/** Where a live view is drawn: over itself on a terminal. */
import { widthOf } from '../text';
import { type Line, paint, textOf } from './line';

/** What a screen needs of a terminal. */
export interface ScreenTerminal {
  readonly out: (text: string) => void;
  readonly color: boolean;
  /** At this moment; both change while a view is shown. */
  readonly columns: number;
}

const ESC = '\u001b[';
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;
const CLEAR_TO_END_OF_LINE = `${ESC}K`;
const CLEAR_TO_END_OF_SCREEN = `${ESC}J`;
/** Synchronized output: a terminal that knows it shows a frame at once, others ignore it. */
const BEGIN_FRAME = `${ESC}?2026h`;
const END_FRAME = `${ESC}?2026l`;

export class Screen {
  readonly #terminal: ScreenTerminal;
  /** Cells of each line of the last frame; null before the first. */
  #drawn: readonly number[] | null = null;

  constructor(terminal: ScreenTerminal) {
    this.#terminal = terminal;
  }

  /** Replaces the last frame. What doesn't change isn't cleared first, so nothing flickers. */
  draw(frame: readonly Line[]): void {
    const { color, out } = this.#terminal;
    const lines = frame.map((line) => `${paint(line, color)}${CLEAR_TO_END_OF_LINE}\n`);
    const back = this.#drawn === null ? HIDE_CURSOR : this.#up();
    out(`${BEGIN_FRAME}${back}${lines.join('')}${CLEAR_TO_END_OF_SCREEN}${END_FRAME}`);
    this.#drawn = frame.map((line) => widthOf(textOf(line)));
  }

  /** Leaves the last frame where it is, and the terminal as it was. */
  close(): void {
    if (this.#drawn === null) return;
    this.#drawn = null;
    this.#terminal.out(SHOW_CURSOR);
  }

  /** To the start of the last frame. A terminal that has become narrower has wrapped its lines. */
  #up(): string {
    const columns = Math.max(1, this.#terminal.columns);
    const rows = (this.#drawn ?? []).reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? '\r' : `\r${ESC}${rows}A`;
  }
}
