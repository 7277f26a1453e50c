import type { Command } from 'commander';
import { clientCommand, groupCommand, withMuster } from '../command';
import type { Terminal } from '../terminal';
import { duration } from '../text';
import { parseSeconds } from '../values';

export const presenceCommand = (terminal: Terminal): Command =>
  groupCommand('presence', 'Whether you are there', [], [checkInCommand(terminal), checkOutCommand(terminal)]);

export const ttlOption = (command: Command): Command =>
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
