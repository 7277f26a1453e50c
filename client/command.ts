/** What the commands of `muster admin` have in common. */
import { Command, Option } from 'commander';

/** Where a command writes. Results go to `out`, so that they can be piped; all that is only for the eye goes to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

export const stageOption = (description: string): Option => new Option('--stage <name>', description).default('dev');

/** With what every such command takes: a region, and a text below its help. */
export function adminCommand(name: string, description: string, help: string): Command {
  return new Command(name)
    .description(description)
    .option('--region <name>', 'AWS region (default: the one of your environment or profile)')
    .addHelpText('after', help)
    .hook('preAction', (command) => {
      const { region } = command.opts<{ readonly region?: string }>();
      // Where every client of the AWS SDK looks first.
      if (region !== undefined) process.env['AWS_REGION'] = region;
    });
}
