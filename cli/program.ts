/** Which commands there are. */
import { Command } from 'commander';
import type * as All from './commands/all';
import { EXIT_CODES_HELP } from './exit-codes';
import type { Terminal } from './terminal';

/** A command of the first level. It is made when it is called: making them all takes as long as Node takes to start. */
interface Entry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly make: (all: typeof All, terminal: Terminal) => Command | readonly Command[] | Promise<readonly Command[]>;
}

/** By the headings that they have in the help. */
const ENTRIES: Readonly<Record<string, readonly Entry[]>> = {
  'Coordinating:': [
    {
      name: 'sync-points',
      aliases: ['sp', 'sync-point', 'barrier'],
      summary: 'Barriers: named participants arrive, and it ends once',
      make: (all, terminal) => all.syncPointCommands(terminal),
    },
    {
      name: 'trackers',
      aliases: ['pt', 'tracker'],
      summary: 'Progress: how far each participant is, and the whole',
      make: (all, terminal) => all.trackerCommands(terminal),
    },
    {
      name: 'run',
      summary: 'Run a command, and arrive at a sync point when it succeeds or fail when it does not',
      make: (all, terminal) => all.runCommand(terminal),
    },
  ],
  'Messages and events:': [
    {
      name: 'inbox',
      summary: 'The messages to you',
      make: (all, terminal) => all.inboxCommands(terminal),
    },
    {
      name: 'send',
      summary: 'Send a message to agents, or to everyone on a roster',
      make: (all, terminal) => all.sendCommand(terminal),
    },
    {
      name: 'messages',
      aliases: ['message'],
      summary: 'The messages that you have sent',
      make: (all, terminal) => all.messageCommands(terminal),
    },
    {
      name: 'events',
      summary: 'List what has happened, for admins',
      make: (all, terminal) => all.eventsCommand(terminal),
    },
  ],
  'Agents:': [
    {
      name: 'mcp',
      summary: 'Serve the tools for language models to a client that starts this command',
      make: (all, terminal) => all.mcpCommand(terminal),
    },
    {
      name: 'agents',
      aliases: ['agent'],
      summary: 'Who takes part',
      make: (all, terminal) => all.agentCommands(terminal),
    },
    {
      name: 'tokens',
      aliases: ['token'],
      summary: 'The tokens of an agent',
      make: (all, terminal) => all.tokenCommands(terminal),
    },
    {
      name: 'presence',
      summary: 'Whether you are there',
      make: (all, terminal) => all.presenceCommands(terminal),
    },
    {
      name: 'whoami',
      summary: 'Show whose token is in use',
      make: (all, terminal) => all.whoamiCommand(terminal),
    },
  ],
  'Setting up:': [
    {
      name: 'login',
      summary: 'Keep a url and a token as a profile, and use it from now on',
      make: (all, terminal) => all.loginCommand(terminal),
    },
    {
      name: 'logout',
      summary: 'Forget a profile with its token (default: the one in use)',
      make: (all, terminal) => all.logoutCommand(terminal),
    },
    {
      name: 'profiles',
      summary: 'List the profiles, without their tokens',
      make: (all, terminal) => all.profilesCommand(terminal),
    },
    {
      name: 'use',
      summary: 'Use another profile from now on',
      make: (all, terminal) => all.useCommand(terminal),
    },
    {
      name: 'health',
      summary: 'Ask whether Muster answers; needs no token',
      make: (all, terminal) => all.healthCommand(terminal),
    },
    {
      name: 'completion',
      summary: 'Print the completion of a shell',
      make: (all, terminal) => all.completionCommand(terminal),
    },
    {
      name: 'admin',
      summary: 'Operate a stage, with AWS credentials instead of a token',
      make: (all, terminal) => all.adminCommands(terminal),
    },
  ],
};

const MORE = `
Where Muster is and which token to use: muster login --url <url>, or MUSTER_URL
and MUSTER_TOKEN, or --laptop. Results go to standard output, everything else
to standard error. --json prints JSON.
${EXIT_CODES_HELP}

Examples:
  muster sync-points create nightly --participants builder,tester --in 2h
  muster sync-points arrive nightly --data '{"tests":212}' --wait
  muster inbox listen --exec ./handle-message.sh`;

/** @param called the command that is called; without it, all are made */
export async function createProgram(terminal: Terminal, called?: string): Promise<Command> {
  const program = new Command('muster')
    .description('Coordinate software agents')
    .usage('<command> [options]')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => terminal.color,
      getErrHasColors: () => terminal.color,
    })
    .configureHelp({ subcommandTerm: (command) => [command.name(), ...command.aliases()].join(', ') })
    .showSuggestionAfterError()
    .commandsGroup('Setting up:')
    .helpCommand('help [command...]', 'show the help of a command')
    .addHelpText('after', MORE);
  for (const [heading, entries] of Object.entries(ENTRIES)) {
    for (const entry of entries) {
      const { name, aliases = [], summary } = entry;
      const isCalled = called === undefined || called === name || aliases.includes(called);
      const command = isCalled ? await made(entry, terminal) : new Command(name);
      program.addCommand(command.description(summary).aliases(aliases).helpGroup(heading));
    }
  }
  inherit(program);
  return program;
}

/** A command, or a noun with its verbs. */
async function made({ name, make }: Entry, terminal: Terminal): Promise<Command> {
  const own = await make(await import('./commands/all'), terminal);
  if (own instanceof Command) return own;
  const noun = new Command(name);
  for (const verb of own) noun.addCommand(verb);
  return noun;
}

/** What goes for the program goes for all of its commands. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}
