import { type Command, Option } from 'commander';
import { given } from '../given';
import { parseIsoTime, parseSeconds } from '../values';

export interface DeadlineOptions {
  readonly deadline?: string;
  readonly in?: number;
  /** `--none` */
  readonly none?: true;
}

/** Two ways to say when. */
export const withDeadline = (command: Command): Command =>
  command
    .addOption(new Option('--in <duration>', 'deadline from now, like 90s, 10m or 2h').argParser(parseSeconds))
    .addOption(
      new Option('--deadline <time>', 'deadline as a time like 2026-03-01T12:00:00Z')
        .argParser(parseIsoTime)
        .conflicts('in'),
    );

export const withMovedDeadline = (command: Command): Command =>
  withDeadline(command).addOption(new Option('--none', 'without a deadline').conflicts(['in', 'deadline']));

/** The fields of a request. */
export const deadlineOf = ({
  deadline,
  in: deadlineSeconds,
  none,
}: DeadlineOptions): { readonly deadline?: string | null; readonly deadlineSeconds?: number } =>
  none ? { deadline: null } : given({ deadline, deadlineSeconds });
