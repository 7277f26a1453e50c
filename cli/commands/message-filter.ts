import type { InboxMessage } from '@muster/client';
import { type Command, Option } from 'commander';

export const PRIORITIES = ['LOW', 'MEDIUM', 'HIGH'] as const;

export interface FilterOptions {
  readonly type?: string;
  readonly priority?: InboxMessage['priority'];
}

export const filterOptions = (command: Command): Command =>
  command
    .option('--type <type>', 'only of this type')
    .addOption(new Option('--priority <priority>', 'only of this priority').choices(PRIORITIES));
