/** Runs commands in the test's process, on the stack that use-in-process-stack.ts or the e2e project has started. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { runCli } from '../cli';
import { type InterruptSignal, linesOf, type Terminal } from '../terminal';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface TestTerminal extends Partial<Terminal> {
  readonly env: Record<string, string>;
  /** What was written until now. */
  readonly written: { out: string; err: string };
  /** Resolves when standard output or error holds this. */
  readonly says: (text: string) => Promise<void>;
  readonly interrupt: (signal?: InterruptSignal) => void;
}

/** A terminal that isn't one, as of a pipe, with a configuration folder of its own. */
export function testTerminal(over: Partial<Terminal> = {}, input = ''): TestTerminal {
  const written = { out: '', err: '' };
  const callbacks = new Set<(signal: InterruptSignal) => void>();
  const waiting = new Set<() => void>();
  const write = (to: 'out' | 'err') => (text: string) => {
    written[to] += text;
    for (const look of waiting) look();
  };
  return {
    out: write('out'),
    err: write('err'),
    isTerminal: false,
    columns: 80,
    color: false,
    readInput: () => Promise.resolve(input),
    inputLines: (signal) => linesOf(Readable.from([input]), signal),
    readSecret: () => Promise.resolve(input),
    onInterrupt: (callback) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    ...over,
    env: { XDG_CONFIG_HOME: mkdtempSync(path.join(tmpdir(), 'muster-config-')), ...over.env },
    written,
    says: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!written.out.includes(text) && !written.err.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    interrupt: (signal = 'SIGINT') => {
      for (const callback of callbacks) callback(signal);
    },
  };
}

export async function run(args: readonly string[], terminal = testTerminal()): Promise<Run> {
  const code = await runCli(args, terminal);
  return { code, ...terminal.written };
}
