/** What a command that has ended says of itself at a sync point. */
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

export interface Failure {
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

export const isSuccess = ({ exitCode }: CommandEnd): boolean => exitCode === 0;

/** The command by its file name: its arguments may be secret, and are never sent. */
export function failureOf(command: string, end: CommandEnd): Failure {
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

/** What a success says when a file was named for it. */
export function readData(text: string): { readonly data: unknown } | { readonly wrong: string } {
  if (Buffer.byteLength(text) > MAX_DATA_BYTES) return { wrong: `has more than ${MAX_DATA_BYTES} bytes` };
  try {
    return { data: JSON.parse(text) as unknown };
  } catch {
    return { wrong: 'is not JSON' };
  }
}
