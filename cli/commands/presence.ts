import { AuthenticationError, ConflictError, PermissionDeniedError } from '@muster/client';
import type { Command } from 'commander';
import { clientCommand, interruptible, withMuster } from '../command';
import { explain } from '../explain-error';
import type { Terminal } from '../terminal';
import { duration } from '../text';
import { parseSeconds } from '../values';

export const presenceCommands = (terminal: Terminal): readonly Command[] => [
  checkInCommand(terminal),
  checkOutCommand(terminal),
  keepCommand(terminal),
];

const ttlOption = (command: Command): Command =>
  command.option('--ttl <duration>', 'lost when this has passed without a check-in, 10s to 1h', parseSeconds, 60);

function checkInCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'check-in',
    summary: 'Check in for a while',
    examples: ['muster presence check-in --ttl 5m'],
  });
  return ttlOption(command).action(
    withMuster<{ readonly ttl: number }>(terminal, async ({ muster, output }, _args, { ttl }) => {
      output.value(
        await muster.presence.checkIn({ ttlSeconds: ttl }),
        ({ status, ttlSeconds }) => `You are ${status} for ${duration(ttlSeconds)}.`,
      );
    }),
  );
}

function checkOutCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'check-out',
    summary: 'Leave in good order, and not be lost',
    examples: ['muster presence check-out'],
    output: 'none',
  }).action(
    withMuster(terminal, async ({ muster, output }) => {
      await muster.presence.checkOut();
      output.say('You have checked out.');
    }),
  );
}

/** Then there will be no further check-in. */
const FINAL = [AuthenticationError, PermissionDeniedError, ConflictError];

function keepCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'keep',
    summary: 'Check in again and again until Ctrl-C, then check out',
    more: 'To be present while a command runs, use muster run, which also arrives when it succeeds.',
    examples: ['muster presence keep', 'muster presence keep --ttl 30s & work; kill $!'],
    output: 'none',
  });
  return ttlOption(command).action(
    withMuster<{ readonly ttl: number }>(terminal, async ({ muster, output }, _args, { ttl }) => {
      await interruptible(terminal, async (signal) => {
        const end = new AbortController();
        const onError = (error: unknown): void => {
          if (FINAL.some((Class) => error instanceof Class)) end.abort(error);
          // Of the check-out: the presence lapses.
          else output.say(`muster: ${explain(error)}${signal.aborted ? '' : ' It is tried again.'}`);
        };
        const presence = await muster.presence.keep({ ttlSeconds: ttl, onError, signal });
        output.say('You are present until Ctrl-C.');
        try {
          await untilAborted(AbortSignal.any([signal, end.signal]));
        } finally {
          await presence.stop();
        }
      });
    }),
  );
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
