/**
 * The terminal shows a few lines of ours, a line per warning, and a line per error that a function logs. All other
 * output (the functions' logs, in JSON) goes to a file.
 *
 * The functions run in this process and log to its standard output and error, so their lines are separated from ours
 * there. Output of the background thread arrives at the same streams, one write at a time.
 */
import { appendFileSync, createWriteStream, existsSync, renameSync, statSync } from 'node:fs';

export interface Terminal {
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Writes to the file only. */
  readonly debug: (line: string) => void;
}

/** A larger log is renamed at the start. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

type Write = typeof process.stdout.write;

export function captureOutput(): Terminal & { openLog(file: string): void } {
  const toTerminal = process.stdout.write.bind(process.stdout);
  const early: string[] = [];
  let toFile = (text: string): void => {
    early.push(text);
  };
  const terminal = {
    print: (line: string): void => {
      toTerminal(`${line}\n`);
    },
    warn: (line: string): void => {
      const oneLine = line.replace(/\s+/g, ' ').trim();
      toTerminal(`warning: ${oneLine}\n`);
      terminal.debug(`warning: ${oneLine}`);
    },
    debug: (line: string): void => {
      toFile(`${new Date().toISOString()} ${line}\n`);
    },
    openLog: (file: string): void => {
      if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
      // Synchronously, in case the start fails right afterwards.
      appendFileSync(file, early.splice(0).join(''));
      const log = createWriteStream(file, { flags: 'a' });
      log.on('error', () => undefined); // a full disk must not end the stack
      toFile = (text) => {
        log.write(text);
      };
    },
  };

  const redirected = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    toFile(text);
    const error = loggedError(text);
    if (error !== undefined) toTerminal(`error: ${error}\n`);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') (done as () => void)();
    return true;
  }) as Write;
  process.stdout.write = redirected;
  process.stderr.write = redirected;

  // At every start, the AWS SDK warns which Node it will need next year.
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    terminal.debug(`${name}: ${message}`);
  });
  return terminal;
}

/** The message of a line that a function logged as an error. */
function loggedError(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { level, message, error } = JSON.parse(text) as {
      readonly level?: unknown;
      readonly message?: unknown;
      readonly error?: { readonly message?: unknown };
    };
    if (level !== 'ERROR' && level !== 'CRITICAL') return undefined;
    const cause = typeof error?.message === 'string' ? `: ${error.message}` : '';
    return `${String(message)}${cause}`.replace(/\s+/g, ' ');
  } catch {
    return undefined;
  }
}
