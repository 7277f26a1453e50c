/** `inbox listen`: every message as a line of JSON, or as the input of a command. */
import type { InboxMessage } from '@muster/client';
import { type Command, Option } from 'commander';
import { spawn } from 'node:child_process';
import { clientCommand, interruptible, type Session, withMuster } from '../command';
import { CommandError } from '../errors';
import { explain } from '../explain-error';
import { given } from '../given';
import type { Terminal } from '../terminal';
import { parseCount, parseSeconds } from '../values';
import { filterOptions, type FilterOptions } from './message-filter';

interface ListenOptions extends FilterOptions {
  readonly exec?: string;
  readonly ack: boolean;
  readonly concurrency?: number;
  readonly count?: number;
  readonly timeout?: number;
}

/** Ends the listening in good order: as many messages as were wanted have been dealt with. */
const ENOUGH = new Error('enough');

export function listenCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'listen',
    summary: 'Take messages as they come, most urgent first, until Ctrl-C',
    more: `Without --exec, each message is printed as a line of JSON, and acknowledged once it has been printed. With
--exec, the command is run by the shell for each message, with the message as JSON on its standard input and
its id in MUSTER_MESSAGE_ID; MUSTER_URL and MUSTER_TOKEN are those of this connection, so that muster commands
inside act as the same agent. The message is acknowledged when the command ends with exit code 0, and otherwise given
to it again after a pause.`,
    examples: [
      'muster inbox listen',
      'muster inbox listen --exec ./handle-message.sh --concurrency 4',
      'muster inbox listen --type PLEASE_REVIEW --count 1 --timeout 10m | jq .content',
    ],
    output: 'none',
  });
  return filterOptions(command)
    .option('--exec <command>', 'run this for each message')
    .option('--concurrency <n>', 'so many commands at once (default: 1)', parseCount)
    .addOption(new Option('--no-ack', 'leave the messages unacknowledged').conflicts('exec'))
    .addOption(new Option('--count <n>', 'end after so many messages').argParser(parseCount).conflicts('concurrency'))
    .option('--timeout <duration>', 'end after so long', parseSeconds)
    .action(
      withMuster<ListenOptions>(terminal, async (session, _args, options) => {
        await interruptible(
          terminal,
          async (interrupt) => {
            const enough = new AbortController();
            const signal = AbortSignal.any([interrupt, enough.signal]);
            let left = options.count ?? Infinity;
            const done = (): void => {
              left -= 1;
              if (left === 0) enough.abort(ENOUGH);
            };
            await (options.exec === undefined
              ? print(session, options, { signal, done })
              : execute(session, { ...options, exec: options.exec }, { signal, done }));
          },
          options.timeout,
        );
      }),
    );
}

interface Progress {
  readonly signal: AbortSignal;
  /** Called when a message has been dealt with. */
  readonly done: () => void;
}

async function print({ muster, output }: Session, options: ListenOptions, { signal, done }: Progress): Promise<void> {
  const { type, priority, ack } = options;
  for await (const { ack: acknowledge, ...message } of muster.inbox.listen({
    signal,
    ack: false,
    ...given({ type, priority }),
  })) {
    output.ndjson(message);
    if (ack) await acknowledge();
    done();
  }
}

async function execute(
  session: Session,
  { exec, concurrency, type, priority }: ListenOptions & { readonly exec: string },
  { signal, done }: Progress,
): Promise<void> {
  const { muster, output } = session;
  await muster.inbox.handle(
    async ({ ack, ...message }) => {
      await runForMessage(session, exec, message);
      await ack();
      done();
    },
    {
      signal,
      onError: (error, { id }) => {
        // Ctrl-C has ended the command, too; its message stays in the inbox.
        if (signal.aborted && error instanceof CommandError) return;
        const next = signal.aborted ? 'the next time' : 'after a pause';
        output.say(`muster: message ${id}: ${explain(error)} It is handled again ${next}.`);
      },
      ...given({ concurrency, type, priority }),
    },
  );
}

/** @throws CommandError unless the command ends with exit code 0 */
function runForMessage({ terminal, env }: Session, command: string, message: InboxMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...env, MUSTER_MESSAGE_ID: message.id },
    });
    child.stdout.setEncoding('utf8').on('data', terminal.out);
    child.stderr.setEncoding('utf8').on('data', terminal.err);
    // A command need not read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${JSON.stringify(message)}\n`);
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      if (exitCode === 0) resolve();
      else reject(new CommandError(`the command ended with ${signal ?? `exit code ${exitCode}`}.`));
    });
  });
}
