import { type Command, Option } from 'commander';
import { adminCommand, stageOption, type Terminal } from './command';
import { CommandError } from './explain-error';
import { DEAD_LETTER_QUEUES, type DeadLetterQueueName, redrive, type RedriveLine } from './redrive';

interface RedriveCommandOptions {
  readonly stage: string;
  readonly queue?: readonly DeadLetterQueueName[];
  readonly dryRun?: boolean;
  readonly discard?: readonly string[];
}

const HELP = `
Changes of the table are handed to the dispatcher and deleted from their queue only when they are dispatched; messages are
put back into the queue of the inboxes; the functions of deadlines and reminders are called again. Doing one twice has the
effect of once. What still fails stays in its queue, is shown with its reason, and makes the exit code 1.

Uses the AWS credentials and region of your environment; docs/operations.md lists the permissions.

Examples:
  npx muster admin redrive --dry-run                        what is there, and why
  npx muster admin redrive --stage prod                     do everything again
  npx muster admin redrive --stage prod --queue dispatch    only changes of the table
  npx muster admin redrive --discard 5fea7756-0ea4-451a-a703-a558b933e274
                                                            delete one without doing it
  npx muster admin redrive --laptop                         against npm start`;

export function redriveCommand(terminal: Terminal): Command {
  return adminCommand('redrive', 'Do again what was given up on and put into a dead-letter queue', HELP)
    .addOption(stageOption('the deployed stage'))
    .addOption(
      new Option('--queue <names...>', 'only these dead-letter queues (default: all)').choices(DEAD_LETTER_QUEUES),
    )
    .addOption(new Option('--dry-run', 'only show what is there'))
    .addOption(
      new Option('--discard <ids...>', 'delete the messages of these ids, and do nothing else').conflicts('dryRun'),
    )
    .action(async ({ stage, queue, dryRun = false, discard = [] }: RedriveCommandOptions) => {
      const lines: RedriveLine[] = [];
      await redrive({ stage, queues: queue ?? DEAD_LETTER_QUEUES, dryRun, discard }, (line) => {
        lines.push(line);
        terminal.out(`${format(line)}\n`);
      });
      const count = (outcome: RedriveLine['outcome']): number =>
        lines.filter((line) => line.outcome === outcome).length;
      if (lines.length === 0 && discard.length === 0) terminal.err('There are no dead letters.\n');
      else if (dryRun) terminal.err(`${count('seen')} would be redriven.\n`);
      else if (discard.length > 0) terminal.err(`${count('discarded')} discarded.\n`);
      else terminal.err(`${count('done')} redriven, ${count('left')} left.\n`);

      const missing = discard.filter((id) => !lines.some(({ messageId }) => messageId === id));
      if (missing.length > 0) throw new CommandError(`There is no dead letter ${missing.join(', ')}.`);
      if (count('left') > 0)
        throw new CommandError('What is left is still in its queue; mend the cause and try again.');
    });
}

const WORDS = { done: 'redriven', left: 'left', discarded: 'discarded', seen: 'waits' } as const;

/** One line, its columns apart by two spaces. */
function format({ queue, messageId, givenUpAtMs, outcome, subject, reason }: RedriveLine): string {
  const columns = [WORDS[outcome], queue, messageId, new Date(givenUpAtMs).toISOString(), subject];
  return [...columns, ...(reason === '' ? [] : [reason])].join('  ');
}
