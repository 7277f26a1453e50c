/** What the commands of `muster admin` have in common. */
import { Command, Option } from 'commander';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../errors';

export const stageOption = (description: string): Option => new Option('--stage <name>', description).default('dev');

/** With what every such command takes: a region, the laptop, and a text below its help. */
export function adminCommand(name: string, description: string, help: string): Command {
  return new Command(name)
    .description(description)
    .option('--region <name>', 'AWS region (default: from your environment or profile)')
    .addOption(new Option('--laptop', 'use the stack of npm start on this machine instead of AWS').conflicts('region'))
    .addHelpText('after', help)
    .hook('preAction', (command) => {
      const { region, laptop = false } = command.opts<{ readonly region?: string; readonly laptop?: boolean }>();
      // Where every client of the AWS SDK looks first.
      if (region !== undefined) process.env['AWS_REGION'] = region;
      if (laptop) Object.assign(process.env, readLaptopEnvironment());
    });
}

/** @throws CommandError unless npm start runs */
function readLaptopEnvironment(): Record<string, string> {
  const file = path.join(process.env['MUSTER_DATA_DIR'] ?? '.muster', 'aws-environment');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(
      `${file} does not exist, so npm start is not running: start it, or set MUSTER_DATA_DIR to its data directory.`,
    );
  }
  // Nothing of the caller's own account may come first, nor an endpoint of a single service.
  for (const name of Object.keys(process.env)) {
    if (/^AWS_(PROFILE|SESSION_TOKEN|ENDPOINT_URL.*)$/.test(name)) Reflect.deleteProperty(process.env, name);
  }
  return readVariables(text);
}

/** Lines like NAME=value. */
export const readVariables = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')];
      }),
  );
