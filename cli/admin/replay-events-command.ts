import { type Command, Option } from 'commander';
import { EVENT_TYPES, type EventType } from '../../lib/events/event';
import { CommandError } from '../errors';
import type { Terminal } from '../terminal';
import { parseTime } from '../values';
import { adminCommand, stageOption } from './admin-command';
import { replayEvents } from './replay-events';

interface ReplayCommandOptions {
  readonly stage: string;
  readonly since?: number;
  readonly until?: number;
  readonly type?: readonly EventType[];
  readonly relatedId?: string;
  readonly dryRun?: boolean;
}

const HELP = `
The events come from the table and keep their ids and times, so consumers can recognise repeats by the id of the
CloudEvent. Every rule of the bus receives them. To replay to single rules, use aws events start-replay; it needs a
stage with an archive.

Uses the AWS credentials and region of your environment; they must allow cloudformation:DescribeStacks, dynamodb:Query
on the table and events:PutEvents on the bus.

Examples:
  npx muster admin replay-events --since 2026-03-01T12:00:00Z --dry-run
  npx muster admin replay-events --since 2026-03-01T12:00:00Z --until 2026-03-01T13:00:00Z --stage prod
  npx muster admin replay-events --related-id release-1.4 --type SYNC_POINT_COMPLETED SYNC_POINT_EXPIRED`;

export function replayEventsCommand(terminal: Terminal): Command {
  return adminCommand('replay-events', 'Put past events onto the event bus again', HELP)
    .addOption(stageOption('the deployed stage'))
    .addOption(new Option('--since <time>', 'events at or after this time, ISO 8601').argParser(parseTime))
    .addOption(new Option('--until <time>', 'events before this time (default: now)').argParser(parseTime))
    .addOption(new Option('--type <types...>', 'only events of these types (default: all)').choices(EVENT_TYPES))
    .option('--related-id <id>', 'only events of this sync point, progress tracker or agent')
    .option('--dry-run', 'list the events without replaying them')
    .action(
      async ({ stage, since, until, type = [], relatedId, dryRun = false }: ReplayCommandOptions, command: Command) => {
        // All there ever was would be a slip far more often than a wish.
        if (since === undefined && relatedId === undefined) command.error('error: --since or --related-id is required');
        const untilMs = until ?? Date.now();
        if (since !== undefined && since >= untilMs)
          throw new CommandError(
            `--since must be before --until; received ${new Date(since).toISOString()} and ${new Date(untilMs).toISOString()}.`,
          );
        let count = 0;
        await replayEvents({ stage, sinceMs: since, untilMs, types: type, relatedId, dryRun }, (event) => {
          count += 1;
          const { id, type: eventType, timestampMs } = event;
          terminal.out(`${[id, new Date(timestampMs).toISOString(), eventType, event.relatedId].join('  ')}\n`);
        });
        terminal.err(`${count} ${count === 1 ? 'event' : 'events'} ${dryRun ? 'would be replayed' : 'replayed'}.\n`);
      },
    );
}
