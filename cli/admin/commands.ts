/** All of `muster admin`: loaded when one of them is called, since they bring the AWS SDK. */
import type { Command } from 'commander';
import type { Terminal } from '../terminal';
import { createTokenCommand } from './create-token-command';
import { redriveCommand } from './redrive-command';
import { replayEventsCommand } from './replay-events-command';

export const adminCommands = (terminal: Terminal): readonly Command[] => [
  createTokenCommand(terminal),
  redriveCommand(terminal),
  replayEventsCommand(terminal),
];
