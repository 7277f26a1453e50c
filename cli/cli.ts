/** The command line: which commands there are, how they are called, and how their errors read. */
import { Command, CommanderError, Option } from 'commander';
import { createAdminToken } from './create-admin-token';
import { explain } from './explain-error';
import { redriveCommand } from './redrive-command';
import { replayEventsCommand } from './replay-events-command';
import { adminCommand, processTerminal, stageOption, type Terminal } from './command';

/** The exit code of a command that was called wrongly; 1 is for one that failed. */
const WRONG_USE = 2;

/** Runs one command and answers its exit code. Errors are one line on `err`, never a stack trace. */
export async function runCli(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said what is wrong, or shown the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
    terminal.err(`muster: ${explain(error)}\n`);
    return 1;
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('muster')
    .description('Coordinate software agents')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showSuggestionAfterError();
  const admin = program.command('admin').description('Operate a stage, with AWS credentials instead of a token');
  for (const command of [createTokenCommand(terminal), redriveCommand(terminal), replayEventsCommand(terminal)]) {
    admin.addCommand(command.copyInheritedSettings(admin));
  }
  return program;
}

interface CreateTokenOptions {
  readonly table?: string;
  readonly stage: string;
}

function createTokenCommand(terminal: Terminal): Command {
  return adminCommand(
    'create-token',
    'Create an admin token, store its hash in the table and print the token once',
    `
Uses the AWS credentials and region of your environment; they must allow dynamodb:PutItem on the table and, with
--stage, cloudformation:DescribeStacks. Only the SHA-256 hash of the token is stored. Standard output has the
token and nothing else, so you can keep it with: MUSTER_ADMIN_TOKEN=$(npx muster admin create-token)`,
  )
    .addOption(stageOption('write to the table of this deployed stage'))
    .addOption(new Option('--table <name>', 'write to this table; no stack is looked up').conflicts('stage'))
    .action(async (options: CreateTokenOptions) => {
      const { token, tokenId, tableName } = await createAdminToken(
        options.table === undefined ? { stage: options.stage } : { table: options.table },
      );
      terminal.err(`Created the admin token ${tokenId} in the table ${tableName}. It is shown only once:\n`);
      terminal.out(`${token}\n`);
    });
}
