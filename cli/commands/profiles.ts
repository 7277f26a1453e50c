/** `login`, `logout`, `profiles` and `use`: where tokens are kept, so that they are in no command and no history. */
import { Muster } from '@muster/client';
import type { Command } from 'commander';
import { textCommand } from '../command';
import { configFile, readConfig, writeConfig } from '../config';
import { readToken } from '../context';
import { CommandError, UsageError } from '../errors';
import { Output, type OutputOptions } from '../output';
import type { Terminal } from '../terminal';

const DEFAULT_PROFILE = 'default';

interface LoginOptions {
  readonly url?: string;
  readonly profile: string;
  readonly tokenFile?: string;
}

export function loginCommand(terminal: Terminal): Command {
  return textCommand({
    usage: 'login',
    more: `The token is asked for, or read from standard input or a file; there is no option for the token itself, which
would show in the list of processes. Profiles are kept for you alone, in your configuration folder.`,
    examples: [
      'muster login --url https://muster.example.com',
      'muster login --url http://127.0.0.1:4000 --profile laptop < builder.token',
    ],
  })
    .option('--url <url>', 'where Muster is (default: MUSTER_URL)')
    .option('--token-file <file>', 'a file with the token')
    .option('--profile <name>', 'the name of the profile', DEFAULT_PROFILE)
    .action(async ({ url: givenUrl, profile, tokenFile }: LoginOptions) => {
      const url = givenUrl ?? terminal.env['MUSTER_URL'];
      if (!url) throw new UsageError('--url is required.');
      const token = tokenFile === undefined ? (await terminal.readSecret('Token: ')).trim() : readToken(tokenFile);
      if (token === '') throw new UsageError('there is no token on standard input.');
      const me = await new Muster({ url, token, fetch: terminal.fetch }).whoAmI();
      const { profiles } = readConfig(terminal.env);
      writeConfig(terminal.env, { current: profile, profiles: { ...profiles, [profile]: { url, token } } });
      terminal.err(`You are ${me.id} (${me.role}) at ${url}, kept as the profile ${profile}.\n`);
    });
}

export function logoutCommand(terminal: Terminal): Command {
  return textCommand({
    usage: 'logout [profile]',
    more: 'The token stays valid; muster tokens revoke ends it.',
    examples: ['muster logout', 'muster logout laptop'],
  }).action((given: string | undefined) => {
    const { current, profiles } = readConfig(terminal.env);
    const name = given ?? current;
    if (name === undefined || !Object.hasOwn(profiles, name)) {
      throw new CommandError(name === undefined ? 'No profile is in use.' : `There is no profile ${name}.`);
    }
    const { [name]: _forgotten, ...left } = profiles;
    writeConfig(terminal.env, {
      ...(current !== undefined && current !== name && { current }),
      profiles: left,
    });
    terminal.err(`Forgot the profile ${name}.\n`);
  });
}

export function profilesCommand(terminal: Terminal): Command {
  return textCommand({
    usage: 'profiles',
    examples: ['muster profiles', 'muster profiles --json'],
  })
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const { current, profiles } = readConfig(terminal.env);
      const rows = Object.entries(profiles).map(([name, { url }]) => ({ name, url, inUse: name === current }));
      const output = new Output(terminal, options);
      await output.list(
        rows,
        [
          { title: 'in use', of: ({ inUse }) => (inUse ? '*' : '') },
          { title: 'name', of: ({ name }) => name },
          { title: 'url', of: ({ url }) => url },
        ],
        Infinity,
      );
      if (output.isText) output.say(`They are kept in ${configFile(terminal.env)}.`);
    });
}

export function useCommand(terminal: Terminal): Command {
  return textCommand({
    usage: 'use <profile>',
    examples: ['muster use laptop'],
  }).action((name: string) => {
    const config = readConfig(terminal.env);
    const profile = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
    if (profile === undefined) throw new CommandError(`There is no profile ${name}.`);
    writeConfig(terminal.env, { ...config, current: name });
    terminal.err(`From now on: ${name}, at ${profile.url}.\n`);
  });
}
