/** Results: tables and lines for people, JSON for programs. */
import { type Style, styled } from './style';
import type { Terminal } from './terminal';
import { cut, pad, widthOf, withoutControls } from './text';

export interface OutputOptions {
  readonly json?: boolean;
  readonly ndjson?: boolean;
}

export interface Column<T> {
  readonly title: string;
  readonly of: (item: T) => string | number;
  /** Applied after the cells are padded. */
  readonly style?: (item: T) => Style | undefined;
}

/** What an agent has sent with an arrival, a failure, a report or an acknowledgement. */
export const DATA: Column<{ readonly data?: unknown }> = {
  title: 'data',
  of: ({ data }) => (data === undefined ? '-' : JSON.stringify(data)),
};

const GAP = '  ';

export class Output {
  readonly #terminal: Terminal;
  readonly #options: OutputOptions;

  constructor(terminal: Terminal, options: OutputOptions = {}) {
    this.#terminal = terminal;
    this.#options = options;
  }

  get isText(): boolean {
    return this.#options.json !== true && this.#options.ndjson !== true;
  }

  /** One result: as JSON, or as the text that is made of it. */
  value<T>(value: T, text: (value: T) => string): void {
    this.#terminal.out(`${this.isText ? text(value) : this.#json(value)}\n`);
  }

  /** A result for people only. */
  line(text: string): void {
    this.#terminal.out(`${withoutControls(text)}\n`);
  }

  /** One item of an endless list, as a line of JSON. */
  ndjson(value: unknown): void {
    this.#terminal.out(`${JSON.stringify(value)}\n`);
  }

  /** Remarks: never among the results. */
  say(text: string): void {
    this.#terminal.err(`${withoutControls(text)}\n`);
  }

  /** At most so many items of a list. */
  async list<T>(items: AsyncIterable<T> | Iterable<T>, columns: readonly Column<T>[], limit: number): Promise<void> {
    const { ndjson = false } = this.#options;
    const shown: T[] = [];
    let isCut = false;
    let count = 0;
    for await (const item of items) {
      if (count >= limit) {
        isCut = true;
        break;
      }
      count += 1;
      if (ndjson) this.ndjson(item);
      else shown.push(item);
    }
    if (!ndjson) {
      if (!this.isText) this.#terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
      else if (shown.length > 0) this.#terminal.out(this.table(shown, columns));
    }
    if (this.isText && count === 0) this.say('There are none.');
    if (isCut) this.say(`Only the first ${limit} are shown; see more with --limit <n> or --limit all.`);
  }

  /** Columns as wide as their widest cell; on a terminal, lines end at its edge. */
  table<T>(items: readonly T[], columns: readonly Column<T>[]): string {
    const cells = items.map((item) => columns.map(({ of }) => withoutControls(String(of(item)))));
    const widths = columns.map(({ title }, index) =>
      cells.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? '')), title.length),
    );
    const header = this.#row(
      columns.map(({ title }) => title.toUpperCase()),
      widths,
      () => 'dim',
    );
    const rows = cells.map((row, at) => this.#row(row, widths, (index) => columns[index]?.style?.(items[at] as T)));
    return [header, ...rows].map((line) => `${line}\n`).join('');
  }

  /** Names and values, one pair per line; pairs without a value are left out. */
  fields(pairs: readonly (readonly [name: string, value: string | number | null | undefined])[]): string {
    const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
    const width = Math.max(0, ...given.map(([name]) => name.length)) + GAP.length;
    return given
      .map(([name, value]) => `${this.paint(name.padEnd(width), 'dim')}${withoutControls(String(value))}`)
      .join('\n');
  }

  paint(text: string, style: Style | undefined): string {
    return this.#terminal.color ? styled(text, style) : text;
  }

  #row(cells: readonly string[], widths: readonly number[], styleOf: (index: number) => Style | undefined): string {
    const { isTerminal, columns } = this.#terminal;
    let left = isTerminal ? columns : Infinity;
    const parts: string[] = [];
    for (const [index, cell] of cells.entries()) {
      const isLast = index === cells.length - 1;
      const shown = cut(isLast ? cell : pad(cell, widths[index] ?? 0) + GAP, left);
      left -= widthOf(shown);
      parts.push(this.paint(shown, styleOf(index)));
      if (left <= 0) break;
    }
    return parts.join('').trimEnd();
  }

  #json(value: unknown): string {
    return this.#options.ndjson ? JSON.stringify(value) : JSON.stringify(value, null, 2);
  }
}
