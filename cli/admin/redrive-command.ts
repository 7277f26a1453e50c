import { type Command, Option } from 'commander';
import { CommandError } from '../errors';
import type { Terminal } from '../terminal';
import { adminCommand, stageOption } from './admin-command';
import { DEAD_LETTER_QUEUES, type DeadLetterQueueName, redrive, type RedriveLine } from './redrive';

interface RedriveCommandOptions {
  readonly stage: string;
  readonly queue?: readonly DeadLetterQueueName[];
  readonly dryRun?: boolean;
  readonly discard?: readonly string[];
}

const HELP = `
Changes of the table are dispatched again, messages are put back into the queue of the inboxes, and the functions of
deadlines and reminders are called again. A dead letter is deleted only after it succeeded, and redriving one twice has
the effect of once. Dead letters that still fail stay in their queue and are shown with the reason; the exit code is
then 1.

Uses the AWS credentials and region of your environment; docs/operations.md lists the permissions.

Examples:
  npx muster admin redrive --dry-run                        list the dead letters and their reasons
  npx muster admin redrive --stage prod                     redrive everything
  npx muster admin redrive --stage prod --queue dispatch    only changes of the table
  npx muster admin redrive --discard 5fea7756-0ea4-451a-a703-a558b933e274
                                                            delete one without redriving it
  npx muster admin redrive --laptop                         redrive on the stack of npm start`;

export function redriveCommand(terminal: Terminal): Command {
  return adminCommand('redrive', 'Retry the dead letters of a stage', HELP)
    .addOption(stageOption('the deployed stage'))
    .addOption(
      new Option('--queue <names...>', 'only these dead-letter queues (default: all)').choices(DEAD_LETTER_QUEUES),
    )
    .addOption(new Option('--dry-run', 'list the dead letters without redriving them'))
    .addOption(
      new Option('--discard <ids...>', 'delete the dead letters with these ids, and do nothing else').conflicts(
        'dryRun',
      ),
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
      if (missing.length > 0)
        throw new CommandError(`No dead letter has the id ${missing.join(' or ')}; list the ids with --dry-run.`);
      if (count('left') > 0)
        throw new CommandError('The dead letters that are left stay in their queues: fix the cause, then try again.');
    });
}

const WORDS = { done: 'redriven', left: 'left', discarded: 'discarded', seen: 'waits' } as const;

/** One line, its columns apart by two spaces. */
function format({ queue, messageId, givenUpAtMs, outcome, subject, reason }: RedriveLine): string {
  const columns = [WORDS[outcome], queue, messageId, new Date(givenUpAtMs).toISOString(), subject];
  return [...columns, ...(reason === '' ? [] : [reason])].join('  ');
}
