import type { ProgressTracker, Report } from '@muster/client';
import { type Command, Option } from 'commander';
import { clientCommand, listing, withMuster } from '../command';
import { UsageError } from '../errors';
import { given } from '../given';
import { DATA } from '../output';
import type { Terminal } from '../terminal';
import { duration, relative, some } from '../text';
import { nameOr, parseSeconds, parseWhole, readJson, readJsonObject } from '../values';
import { deadlineOf, type DeadlineOptions, withDeadline, withMovedDeadline } from './deadline';
import {
  commonCommands,
  type CreateOptions,
  createOptions,
  listCommand,
  sayWarnings,
  showCommand,
  type Shown,
  TRACKERS,
} from './rosters';
import { waitCommand } from './wait';
import { trackersWatchCommand } from './watch';

export const trackerCommands = (terminal: Terminal): readonly Command[] => [
  createCommand(terminal),
  listCommand(terminal, TRACKERS, SHOWN),
  showCommand(terminal, TRACKERS, SHOWN),
  reportCommand(terminal),
  waitCommand(terminal, TRACKERS),
  trackersWatchCommand(terminal),
  reportsCommand(terminal),
  changeCommand(terminal),
  ...commonCommands(terminal, TRACKERS),
];

interface CreateTrackerOptions extends CreateOptions, DeadlineOptions {
  readonly total: number;
  readonly completeWhen?: 'creator' | 'everyone';
  readonly monotonic?: true;
  readonly stall?: number;
}

function createCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'create [id]',
    summary: 'Create a progress tracker and tell its participants',
    more: 'The same id and options again change nothing and show its present state.',
    examples: [
      'muster trackers create import --total 3 --participants loader --complete-when everyone',
      'muster trackers create import --total 100 --participants a,b --complete-when everyone --stall 5m',
    ],
  })
    .addOption(new Option('--total <steps>', 'how many steps there are').argParser(parseWhole).makeOptionMandatory())
    .addOption(
      new Option('--complete-when <who>', 'who completes it by reaching the total (default: creator)').choices([
        'creator',
        'everyone',
      ]),
    )
    .option('--monotonic', 'steps never go back')
    .option('--stall <duration>', 'tell the creator when no step has moved for so long', parseSeconds);
  return withDeadline(createOptions(command)).action(
    withMuster<CreateTrackerOptions>(terminal, async ({ muster, output }, [id], options) => {
      const { description, participants, total, completeWhen, monotonic, warn, whenLost, stall } = options;
      const name = nameOr(id, options.name);
      const metadata = await readJsonObject(terminal, '--metadata', options.metadata);
      const created = await muster.trackers.create({
        name,
        totalSteps: total,
        ...given({
          id,
          description,
          participants: participants && [...participants],
          completeWhen,
          monotonic,
          warnSeconds: warn,
          whenLost,
          stallSeconds: stall,
          metadata,
        }),
        ...deadlineOf(options),
      });
      sayWarnings(output, created.warnings);
      output.value(created, stateLine);
    }),
  );
}

/** Like `import is at 1 of 3 steps (active).` */
const stateLine = ({ id, status, currentStep, totalSteps }: ProgressTracker): string =>
  `${id} is at ${currentStep} of ${totalSteps} steps (${status}).`;

const SHOWN: Shown<ProgressTracker> = {
  statuses: ['active', 'completed', 'failed', 'expired', 'cancelled'],
  list: ({ trackers }, filter) => trackers.list(filter),
  get: ({ trackers }, id) => trackers.get(id),
  columns: [
    { title: 'steps', of: ({ currentStep, totalSteps }) => `${currentStep} of ${totalSteps}` },
    { title: 'done', of: ({ percent }) => `${Math.round(percent)}%` },
    { title: 'left', of: ({ etaSeconds }) => (etaSeconds === null ? '-' : duration(etaSeconds)) },
  ],
  fields: (tracker, nowMs) => [
    ['steps', `${tracker.currentStep} of ${tracker.totalSteps} (${Math.round(tracker.percent)}%)`],
    ['participants', some(Object.entries(tracker.participantProgress).map(([agentId, step]) => `${agentId} ${step}`))],
    ['left', tracker.etaSeconds === null ? null : duration(tracker.etaSeconds)],
    ['stalled', tracker.stalledSince && relative(tracker.stalledSince, nowMs)],
    [
      'completes',
      `when ${tracker.completeWhen === 'creator' ? 'its creator reaches' : 'everyone has reached'} the total`,
    ],
  ],
  field: '.percent',
};

function reportCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'report <id> <step>',
    summary: 'Report the step that you have reached',
    examples: ['muster trackers report import 2', `muster trackers report import 2 --data '{"rows":4000}' --if-step 1`],
  })
    .option('--data <json>', 'JSON, @FILE, or - for standard input')
    .option('--if-step <step>', 'only if this is your present step', parseWhole)
    .action(
      withMuster<{ readonly data?: string; readonly ifStep?: number }>(
        terminal,
        async ({ muster, output }, [id = '', step = ''], options) => {
          if (!/^\d+$/.test(step)) throw new UsageError(`the step is '${step}'; it must be a whole number.`);
          const data = await readJson(terminal, '--data', options.data);
          const report = { step: Number(step), ...given({ data, ifStep: options.ifStep }) };
          output.value(
            await muster.trackers.report(id, report),
            ({ agentId, status, step: reached }) => `${agentId} is at step ${reached} of ${id}, which is ${status}.`,
          );
        },
      ),
    );
}

const reportsCommand = (terminal: Terminal): Command =>
  listing<Report>(
    terminal,
    {
      usage: 'reports <id>',
      summary: 'List the last report of each participant, with data',
      examples: ['muster trackers reports import --json'],
    },
    (nowMs) => [
      { title: 'agent', of: ({ agentId }) => agentId },
      { title: 'step', of: ({ step }) => step },
      { title: 'reported', of: ({ reportedAt }) => relative(reportedAt, nowMs) },
      DATA,
    ],
    ({ trackers }, id) => trackers.reports(id),
  );

function changeCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'change <id>',
    summary: 'Change the deadline or the total, for the creator and for admins',
    examples: ['muster trackers change import --total 4', 'muster trackers change import --in 30m'],
  })
    .alias('move')
    .option('--total <steps>', 'how many steps there are', parseWhole);
  return withMovedDeadline(command).action(
    withMuster<DeadlineOptions & { readonly total?: number }>(
      terminal,
      async ({ muster, output }, [id = ''], options) => {
        const changes = { ...given({ totalSteps: options.total }), ...deadlineOf(options) };
        if (Object.keys(changes).length === 0) {
          throw new UsageError('--total, --in, --deadline or --none is required.');
        }
        output.value(await muster.trackers.change(id, changes), (tracker) =>
          [stateLine(tracker), tracker.deadline && `Its deadline is ${relative(tracker.deadline, terminal.now())}.`]
            .filter(Boolean)
            .join(' '),
        );
      },
    ),
  );
}
