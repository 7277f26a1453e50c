/** Where a command reads and writes, and what it knows of its surroundings: all that a test replaces. */
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { Interrupted } from './errors';

export type InterruptSignal = 'SIGINT' | 'SIGTERM';

export interface Terminal {
  /** Results, so that they can be piped. */
  readonly out: (text: string) => void;
  /** Everything that is only for the eye. */
  readonly err: (text: string) => void;
  /** Whether results go to a terminal: then tables are cut to its width. */
  readonly isTerminal: boolean;
  /** Characters in a line of the terminal, at this moment. */
  readonly columns: number;
  /** Lines of the terminal, at this moment. */
  readonly rows: number;
  /** Calls back when those have changed, until it is called off. */
  readonly onResize: (callback: () => void) => () => void;
  readonly color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rejects with the signal's reason when it is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly fetch: typeof globalThis.fetch;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  /** Standard input, line by line as it comes. Rejects with the signal's reason when it is aborted. */
  readonly inputLines: (signal: AbortSignal) => AsyncIterable<string>;
  /** A line that isn't shown while it is typed; without a terminal, all of standard input. */
  readonly readSecret: (prompt: string) => Promise<string>;
  /** Calls back at Ctrl-C or when the process is asked to end, until it is called off. */
  readonly onInterrupt: (callback: (signal: InterruptSignal) => void) => () => void;
}

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    out: (written) => void stdout.write(written),
    err: (written) => void stderr.write(written),
    isTerminal: stdout.isTTY,
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    onResize: (callback) => {
      stdout.on('resize', callback);
      return () => {
        stdout.off('resize', callback);
      };
    },
    color: hasColor(env, stdout.isTTY),
    env,
    now: () => Date.now(),
    sleep,
    fetch: (...args) => globalThis.fetch(...args),
    readInput: () => text(process.stdin),
    inputLines: (signal) => linesOf(process.stdin, signal),
    readSecret,
    onInterrupt,
  };
}

/** Who reads no further, like `head`, has what it wanted. Without a listener, the results would still be due. */
export function endWithReader(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}

/** https://no-color.org and https://force-color.org: set and not empty, either counts, and `NO_COLOR` wins. */
export function hasColor(env: Terminal['env'], isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** Ends of lines are those of JSON Lines: `node:readline` would also end one at U+2028, which JSON need not escape. */
export async function* linesOf(input: Readable, signal: AbortSignal): AsyncGenerator<string> {
  /** Of the line that has no end yet: to join them for every chunk would take the square of its length. */
  let rest: string[] = [];
  try {
    for await (const chunk of addAbortSignal(signal, input.setEncoding('utf8')) as AsyncIterable<string>) {
      const lines = chunk.split('\n');
      const last = lines.pop() ?? '';
      for (const line of lines) {
        yield rest.join('') + line;
        rest = [];
      }
      rest.push(last);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  const line = rest.join('');
  if (line !== '') yield line;
}

async function readSecret(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return text(process.stdin);
  const { createInterface } = await import('node:readline');
  const { Writable } = await import('node:stream');
  process.stderr.write(prompt);
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => {
      resolve('');
    });
    lines.once('SIGINT', () => {
      reject(new Interrupted('SIGINT'));
    });
  }).finally(() => {
    lines.close();
    process.stderr.write('\n');
  });
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}

function onInterrupt(callback: (signal: InterruptSignal) => void): () => void {
  const signals: readonly InterruptSignal[] = ['SIGINT', 'SIGTERM'];
  // A second time ends the process at once, as without a handler.
  for (const signal of signals) process.once(signal, callback);
  return () => {
    for (const signal of signals) process.off(signal, callback);
  };
}
