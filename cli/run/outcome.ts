/** What a command that has ended says of itself at a sync point. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How a command ended. */
export interface CommandEnd {
  /** Null if a signal ended it, or it never started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it couldn't start. */
  readonly startError: NodeJS.ErrnoException | null;
  readonly durationMs: number;
  readonly lastLines: readonly string[];
}

interface Failure {
  readonly reason: string;
  readonly data: {
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly durationMs: number;
    readonly lastLines: readonly string[];
  };
}

/** Characters of a reason, and bytes of data; the API takes 2,000 and 64 KiB. */
const MAX_REASON = 2_000;
const MAX_DATA_BYTES = 64 * 1_024;

/** The command by its file name: its arguments may be secret, and are never sent. */
function failureOf(command: string, end: CommandEnd): Failure {
  const { exitCode, signal, durationMs, lastLines } = end;
  const last = lastLines.at(-1);
  const reason = `${path.basename(command)} ${whatHappened(end)}${last === undefined ? '' : `: ${last}`}`;
  const data = { exitCode, signal, durationMs, lastLines: [...lastLines] };
  while (data.lastLines.length > 0 && sizeOf(data) > MAX_DATA_BYTES) data.lastLines.shift();
  return { reason: shortened(reason), data };
}

/** Bytes as JSON. */
const sizeOf = (data: unknown): number => Buffer.byteLength(JSON.stringify(data));

const shortened = (reason: string): string =>
  reason.length <= MAX_REASON ? reason : `${reason.slice(0, MAX_REASON - 1).toWellFormed()}…`;

function whatHappened({ exitCode, signal, startError }: CommandEnd): string {
  if (startError) return startError.code === 'ENOENT' ? 'was not found' : `could not start (${startError.code ?? ''})`;
  return signal === null ? `exited with ${exitCode}` : `was ended by ${signal}`;
}

/** What is to be recorded of a command. */
export type Verdict = { readonly data: unknown } | { readonly failure: Failure };

/** @param asData a file that the command was to write, if its success is to be told in its own words */
export function verdictOf(command: string, end: CommandEnd, asData: string | undefined): Verdict {
  if (end.exitCode !== 0) return { failure: failureOf(command, end) };
  if (asData === undefined) return { data: { exitCode: 0, durationMs: end.durationMs } };
  const read = readData(asData);
  if ('data' in read) return read;
  const failure = failureOf(command, end);
  return { failure: { ...failure, reason: `${path.basename(command)} exited with 0, but ${asData} ${read.wrong}` } };
}

function readData(file: string): { readonly data: unknown } | { readonly wrong: string } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { wrong: `can't be read (${(error as NodeJS.ErrnoException).code ?? ''})` };
  }
  if (Buffer.byteLength(text) > MAX_DATA_BYTES) return { wrong: `has more than ${MAX_DATA_BYTES} bytes` };
  try {
    return { data: JSON.parse(text) as unknown };
  } catch {
    return { wrong: 'is not JSON' };
  }
}
