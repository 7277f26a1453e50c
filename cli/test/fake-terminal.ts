/** A terminal that keeps what stands on it, for the sequences that a screen uses; any other is an error. */
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { InterruptSignal, Terminal } from '../terminal';

const PARTS = /\u001b\[(\??)(\d*)([A-Za-z])|[^\u001b]/gu;

export class FakeTerminal implements Terminal {
  readonly color = false;
  readonly env = {};
  isTerminal = true;
  columns = 80;
  rows = 24;
  nowMs = Date.parse('2026-03-01T12:05:00.000Z');
  /** Also what has been scrolled away. */
  readonly lines: string[][] = [[]];
  isCursorShown = true;
  written = '';
  errors = '';
  readonly #events = new EventEmitter();
  #row = 0;
  #column = 0;

  readonly fetch: Terminal['fetch'] = (...args) => globalThis.fetch(...args);
  readonly now = (): number => this.nowMs;
  readonly err = (text: string): void => {
    this.errors += text;
  };
  readonly sleep = (): Promise<void> => Promise.resolve();
  readonly readInput = (): Promise<string> => Promise.resolve('');
  readonly inputLines = (): AsyncIterable<string> => Readable.from([]);
  readonly readSecret = (): Promise<string> => Promise.resolve('');
  readonly onResize = (callback: () => void): (() => void) => this.#listen('resize', callback);
  readonly onInterrupt = (callback: (signal: InterruptSignal) => void): (() => void) =>
    this.#listen('interrupt', callback);

  get text(): string {
    return this.lines
      .map((cells) => cells.join('').trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** Listeners that were not called off. */
  get listeners(): number {
    return this.#events.listenerCount('resize') + this.#events.listenerCount('interrupt');
  }

  interrupt(signal: InterruptSignal): void {
    this.#events.emit('interrupt', signal);
  }

  /** As terminals do: lines that have become too long are wrapped. */
  resize(columns: number): void {
    const wrapped: string[][] = [];
    for (const [row, cells] of this.lines.entries()) {
      if (row === this.#row) this.#row = wrapped.length;
      const text = cells.join('').trimEnd();
      for (let at = 0; at === 0 || at < text.length; at += columns)
        wrapped.push(Array.from(text.slice(at, at + columns)));
    }
    this.lines.splice(0, this.lines.length, ...wrapped);
    this.columns = columns;
    this.#events.emit('resize');
  }

  readonly out = (text: string): void => {
    this.written += text;
    if (!this.isTerminal) return;
    for (const [part, isPrivate, number = '', letter] of text.matchAll(PARTS)) {
      if (letter === undefined) this.#put(part);
      else this.#control(`${isPrivate}${letter}`, Number(number || 1));
    }
  };

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') {
      this.#row += 1;
      this.#column = 0;
      this.lines[this.#row] ??= [];
    } else {
      if (this.#column >= this.columns) throw new Error(`a line is longer than ${this.columns}`);
      const cells = (this.lines[this.#row] ??= []);
      while (cells.length < this.#column) cells.push(' ');
      cells[this.#column] = character;
      this.#column += 1;
    }
  }

  #control(letter: string, number: number): void {
    switch (letter) {
      case 'A':
        if (number > Math.min(this.#row, this.rows - 1)) throw new Error('the cursor would leave the screen');
        this.#row -= number;
        return;
      case 'K':
        this.lines[this.#row]?.splice(this.#column);
        return;
      case 'J':
        this.lines[this.#row]?.splice(this.#column);
        this.lines.splice(this.#row + 1);
        return;
      case '?h':
      case '?l':
        if (number === 25) this.isCursorShown = letter === '?h';
        return;
      default:
        throw new Error(`unknown sequence ${letter}`);
    }
  }

  #listen(event: string, callback: (...args: never[]) => void): () => void {
    const listener = callback as (...args: unknown[]) => void;
    this.#events.on(event, listener);
    return () => {
      this.#events.off(event, listener);
    };
  }
}
