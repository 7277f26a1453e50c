/** The command line: which commands there are, and what becomes of their errors. */
import { Command, CommanderError } from 'commander';
import { agentsCommand, tokensCommand } from './commands/agents';
import { eventsCommand } from './commands/events';
import { healthCommand, whoamiCommand } from './commands/health';
import { inboxCommand } from './commands/inbox';
import { messagesCommand, sendCommand } from './commands/messages';
import { presenceCommand } from './commands/presence';
import { loginCommand, logoutCommand, profilesCommand, useCommand } from './commands/profiles';
import { runCommand } from './commands/run';
import { syncPointsCommand } from './commands/sync-points';
import { trackersCommand } from './commands/trackers';
import { completionCommand } from './completion';
import { EndedWith, Interrupted, UsageError } from './errors';
import { EXIT, EXIT_CODES_HELP, exitCodeOfError } from './exit-codes';
import { explain } from './explain-error';
import { endWithReader, processTerminal, type Terminal } from './terminal';

/** Runs one command and resolves with its exit code. Errors are one line on `err`, never a stack trace. */
export async function runCli(args: readonly string[], given?: Partial<Terminal>): Promise<number> {
  if (!given) endWithReader();
  const terminal = given ? { ...processTerminal(), ...given } : processTerminal();
  try {
    await createProgram(terminal).parseAsync(helpLast(args), { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // Commander has said what is wrong, or shown the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof UsageError) terminal.err(`error: ${explain(error)}\n`);
    else if (!(error instanceof EndedWith) && !(error instanceof Interrupted)) {
      terminal.err(`muster: ${explain(error)}\n`);
    }
    return exitCodeOfError(error);
  }
}

/** `help x y` as `x y --help`, so that commands which are loaded when they are called show theirs. */
const helpLast = (args: readonly string[]): readonly string[] =>
  args[0] === 'help' ? [...args.slice(1), '--help'] : args;

const MORE = `
Where Muster is and which token to use: muster login --url <url>, or MUSTER_URL and MUSTER_TOKEN, or --laptop.
Results go to standard output, everything else to standard error. --json prints JSON.
${EXIT_CODES_HELP}

Examples:
  muster sync-points create nightly --participants builder,tester --in 2h
  muster sync-points arrive nightly --data '{"tests":212}' --wait
  muster inbox listen --exec ./handle-message.sh`;

export function createProgram(terminal: Terminal): Command {
  const admin = new Command('admin').description('Operate a stage, with AWS credentials instead of a token');
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
    .helpCommand('help [command...]', 'show the help of a command')
    .addHelpText('after', MORE)
    .hook('preSubcommand', async (_program, command) => {
      if (['admin', 'completion'].includes(command.name())) await addAdminCommands(admin, terminal);
    });
  const groups: readonly (readonly [heading: string, commands: readonly Command[]])[] = [
    ['Coordinating:', [syncPointsCommand(terminal), trackersCommand(terminal), runCommand(terminal)]],
    [
      'Messages and events:',
      [inboxCommand(terminal), sendCommand(terminal), messagesCommand(terminal), eventsCommand(terminal)],
    ],
    ['Agents:', [agentsCommand(terminal), tokensCommand(terminal), presenceCommand(terminal), whoamiCommand(terminal)]],
    [
      'Setting up:',
      [
        loginCommand(terminal),
        logoutCommand(terminal),
        profilesCommand(terminal),
        useCommand(terminal),
        healthCommand(terminal),
        completionCommand(terminal),
        admin,
      ],
    ],
  ];
  for (const [heading, commands] of groups) {
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  }
  inherit(program);
  return program;
}

/** Added when they are needed: they load the AWS SDK. */
async function addAdminCommands(admin: Command, terminal: Terminal): Promise<void> {
  const { adminCommands } = await import('./admin/commands');
  for (const command of adminCommands(terminal)) admin.addCommand(command);
  inherit(admin);
}

/** What goes for the program goes for all of its commands. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}
