/** What every command that speaks to Muster has in common: its options, its help, and how it is run. */
import { type Muster, WaitTimeoutError } from '@muster/client';
import { Command, Option } from 'commander';
import { connectionOf, type ConnectionOptions, openMuster } from './context';
import { Interrupted } from './errors';
import { outageLogger } from './outage';
import { type Column, Output, type OutputOptions } from './output';
import type { Terminal } from './terminal';
import { parseLimit } from './values';

/** What a command works with. */
export interface Session {
  readonly terminal: Terminal;
  readonly muster: Muster;
  readonly output: Output;
  /** For a command that is run: with the connection of this one, wherever that is from. */
  readonly env: Terminal['env'];
}

export interface CommandText {
  /** With its arguments, as in `arrive <id>`. */
  readonly usage: string;
  /** Of a command of the first level, it is in program.ts. */
  readonly summary?: string;
  /** Sentences below the options. */
  readonly more?: string;
  /** Each begins with `muster`. */
  readonly examples: readonly string[];
  /** `list` adds --limit and --ndjson; `none` is for commands that print no result. */
  readonly output?: 'value' | 'list' | 'none';
}

/** With the options of the connection and of the output, and with examples below its help. */
export function clientCommand({ output = 'value', ...text }: CommandText): Command {
  const command = textCommand(text);
  if (output === 'list') {
    command
      .option('--limit <n>', 'at most so many, or all', parseLimit, 100)
      .addOption(new Option('--ndjson', 'print a line of JSON for each').conflicts('json'));
  }
  if (output !== 'none') command.option('--json', 'print JSON');
  return command
    .optionsGroup('Connection:')
    .option('--url <url>', 'where Muster is (default: MUSTER_URL, or that of the profile)')
    .option('--token-file <file>', 'a file with the token (default: MUSTER_TOKEN, or that of the profile)')
    .option('--profile <name>', 'what muster login has kept under this name')
    .option('--laptop', 'the stack of npm start on this machine, as its admin')
    .optionsGroup('Options:');
}

/** A command that needs no Muster. */
export function textCommand({ usage, summary = '', more, examples }: Omit<CommandText, 'output'>): Command {
  const [name = '', ...args] = usage.split(' ');
  const command = new Command(name).description(summary);
  for (const argument of args) command.argument(argument);
  const shown = examples.map((example) => `  ${example}`).join('\n');
  return command.addHelpText('after', `${more === undefined ? '' : `\n${more}\n`}\nExamples:\n${shown}`);
}

/** The action of a command: `args` are all of its arguments, flat. */
export type Action<Options> = (session: Session, args: readonly string[], options: Options) => Promise<void>;

/**
 * Opens the client from the options of the command that is run.
 *
 * @param say takes a line when Muster stops answering, and when it answers again
 */
export const withMuster =
  <Options>(terminal: Terminal, action: Action<Options>, say = terminal.err) =>
  async (...parts: unknown[]): Promise<void> => {
    const command = parts.at(-1) as Command;
    const options = command.opts<Options & ConnectionOptions & OutputOptions>();
    const connection = connectionOf(terminal, options);
    const muster = openMuster(connection, terminal.fetch, outageLogger(say));
    const env = { ...terminal.env, MUSTER_URL: connection.url, MUSTER_TOKEN: connection.token };
    await action({ terminal, muster, output: new Output(terminal, options), env }, command.args, options);
  };

/** A command that lists what is read by its arguments alone. */
export const listing = <T>(
  terminal: Terminal,
  text: Omit<CommandText, 'output'>,
  columns: (nowMs: number) => readonly Column<T>[],
  read: (muster: Muster, id: string) => AsyncIterable<T>,
): Command =>
  clientCommand({ ...text, output: 'list' }).action(
    withMuster<{ readonly limit: number }>(terminal, async ({ muster, output }, [id = ''], { limit }) => {
      await output.list(read(muster, id), columns(terminal.now()), limit);
    }),
  );

/**
 * Runs what may take long. Its signal is aborted at Ctrl-C and when the time has passed, so that it can leave in good
 * order.
 *
 * @throws Interrupted if it was, WaitTimeoutError at the limit
 */
export async function interruptible<T>(
  terminal: Terminal,
  run: (signal: AbortSignal) => Promise<T>,
  limitSeconds?: number,
): Promise<T> {
  const controller = new AbortController();
  const ended = new AbortController();
  if (limitSeconds !== undefined) {
    void terminal.sleep(limitSeconds * 1_000, ended.signal).then(
      () => {
        controller.abort(new WaitTimeoutError(`The limit of ${limitSeconds} s has passed.`));
      },
      () => undefined,
    );
  }
  const stop = terminal.onInterrupt((signal) => {
    controller.abort(new Interrupted(signal));
  });
  try {
    const result = await run(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } finally {
    stop();
    ended.abort();
  }
}
