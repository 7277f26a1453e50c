import { type Command, Option } from 'commander';
import type { Terminal } from '../terminal';
import { adminCommand, stageOption } from './admin-command';
import { createAdminToken } from './create-admin-token';

interface CreateTokenOptions {
  readonly table?: string;
  readonly stage: string;
}

const HELP = `
Uses the AWS credentials and region of your environment; they must allow dynamodb:PutItem on the table and, with
--stage, cloudformation:DescribeStacks. Only the SHA-256 hash of the token is stored. Standard output has the
token and nothing else, so you can keep it with: MUSTER_ADMIN_TOKEN=$(npx muster admin create-token)`;

export function createTokenCommand(terminal: Terminal): Command {
  return adminCommand(
    'create-token',
    'Create an admin token, store its hash in the table and print the token once',
    HELP,
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
