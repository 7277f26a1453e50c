/** The last lines of a command's output, in bounded memory, whatever it prints. */
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** A longer line is cut: a program may print megabytes without a line break. */
const LONGEST_LINE = 2_000;

export class Tail {
  readonly #most: number;
  readonly #onLine: (line: string) => void;
  readonly #lines: string[] = [];
  readonly #ends: (() => void)[] = [];

  /** @param onLine called with each line that has something on it */
  constructor(most: number, onLine: (line: string) => void) {
    this.#most = most;
    this.#onLine = onLine;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Takes the chunks of one stream; a line is made of what one stream printed. */
  reader(): (chunk: Buffer) => void {
    const decoder = new StringDecoder('utf8');
    let begun = '';
    const take = (text: string): void => {
      // A carriage return begins the line again, as progress bars do.
      const [first = '', ...rest] = text.split(/\r\n|\n|\r/);
      begun = (begun + first).slice(0, LONGEST_LINE);
      for (const next of rest) {
        this.#add(begun);
        begun = next.slice(0, LONGEST_LINE);
      }
    };
    this.#ends.push(() => {
      take(decoder.end());
      this.#add(begun);
      begun = '';
    });
    return (chunk) => {
      take(decoder.write(chunk));
    };
  }

  /** Nothing more comes: what has begun is a line. */
  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #add(raw: string): void {
    const line = stripVTControlCharacters(raw).toWellFormed().trimEnd();
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > this.#most) this.#lines.shift();
    this.#onLine(line);
  }
}
