import type { Arrival, SyncPoint, SyncPointEnd } from '@muster/client';
import { type Command, Option } from 'commander';
import { clientCommand, interruptible, listing, withMuster } from '../command';
import { UsageError } from '../errors';
import { given } from '../given';
import { neededOf } from '../live/roster-view';
import { DATA } from '../output';
import type { Terminal } from '../terminal';
import { counted, relative, some } from '../text';
import { nameOr, parseWhole, readJson, readJsonObject } from '../values';
import { deadlineOf, type DeadlineOptions, withDeadline, withMovedDeadline } from './deadline';
import {
  commonCommands,
  type CreateOptions,
  createOptions,
  listCommand,
  sayWarnings,
  showCommand,
  type Shown,
  SYNC_POINTS,
} from './rosters';
import { showEnd, waitCommand, waitFields, type WaitOptions, waitOptions } from './wait';
import { syncPointsWatchCommand } from './watch';

export const syncPointCommands = (terminal: Terminal): readonly Command[] => [
  createCommand(terminal),
  listCommand(terminal, SYNC_POINTS, SHOWN),
  showCommand(terminal, SYNC_POINTS, SHOWN),
  arriveCommand(terminal),
  waitCommand(terminal, SYNC_POINTS),
  syncPointsWatchCommand(terminal),
  arrivalsCommand(terminal),
  moveCommand(terminal),
  ...commonCommands(terminal, SYNC_POINTS),
];

interface CreateSyncPointOptions extends CreateOptions, DeadlineOptions {
  readonly quorum?: number;
  readonly endWhen?: 'decided' | 'everyone';
}

function createCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'create [id]',
    summary: 'Create a sync point and tell its participants',
    more: 'The same id and options again change nothing and show its present state.',
    examples: [
      'muster sync-points create nightly --participants builder,tester --in 2h',
      'muster sync-points create approval --participants ann,bob,eve --quorum 2',
    ],
  })
    .option('--quorum <n>', 'how many arrivals are enough (default: everyone)', parseWhole)
    .addOption(
      new Option('--end-when <when>', 'end as soon as it is decided, or when everyone has an outcome').choices([
        'decided',
        'everyone',
      ]),
    );
  return withDeadline(createOptions(command)).action(
    withMuster<CreateSyncPointOptions>(terminal, async ({ muster, output }, [id], options) => {
      const { description, participants, quorum, endWhen, warn, whenLost } = options;
      const name = nameOr(id, options.name);
      if (participants === undefined) throw new UsageError('--participants is required.');
      const metadata = await readJsonObject(terminal, '--metadata', options.metadata);
      const created = await muster.syncPoints.create({
        name,
        participants: [...participants],
        ...given({ id, description, quorum, endWhen, warnSeconds: warn, whenLost, metadata }),
        ...deadlineOf(options),
      });
      sayWarnings(output, created.warnings);
      output.value(created, stateLine);
    }),
  );
}

/** Like `nightly is waiting for builder, tester.` */
const stateLine = ({ id, status, missingParticipants }: SyncPoint): string =>
  status === 'waiting' ? `${id} is waiting for ${some(missingParticipants)}.` : `${id} is ${status}.`;

const SHOWN: Shown<SyncPoint> = {
  statuses: ['waiting', 'completed', 'failed', 'expired', 'cancelled'],
  list: ({ syncPoints }, filter) => syncPoints.list(filter),
  get: ({ syncPoints }, id) => syncPoints.get(id),
  columns: [{ title: 'arrived', of: (point) => `${point.arrivedParticipants.length} of ${neededOf(point)}` }],
  fields: (point) => [
    ['needs', `${counted(neededOf(point), 'arrival')} of ${point.participants.length}`],
    ['ends when', point.endWhen],
  ],
  field: '-r .status',
};

function arriveCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'arrive <id>',
    summary: 'Arrive, with data for the others if there is any',
    more: `With --wait, it then waits until the sync point has ended and shows the outcome and data of everyone; the exit
code is that of muster sync-points wait.`,
    examples: [
      'muster sync-points arrive nightly',
      `muster sync-points arrive nightly --data '{"tests":212}' --wait --timeout 2h`,
    ],
  })
    .option('--data <json>', 'JSON, @FILE, or - for standard input')
    .option('--wait', 'wait for the others');
  return waitOptions(command).action(
    withMuster<WaitOptions & { readonly data?: string; readonly wait?: true }>(
      terminal,
      async (session, [id = ''], options) => {
        const { muster, output } = session;
        if (!options.wait && (options.timeout !== undefined || options.appearsWithin !== undefined)) {
          throw new UsageError('--timeout and --appears-within go with --wait.');
        }
        const data = await readJson(terminal, '--data', options.data);
        if (options.wait) {
          const wait = (signal: AbortSignal): Promise<SyncPointEnd> =>
            muster.syncPoints.arriveAndWait(id, { ...waitFields(options, signal), ...given({ data }) });
          showEnd(session, await interruptible(terminal, wait));
          return;
        }
        output.value(
          await muster.syncPoints.arrive(id, given({ data })),
          ({ agentId, repeated, status }) =>
            `${agentId} has ${repeated ? 'already ' : ''}arrived at ${id}, which is ${status}.`,
        );
      },
    ),
  );
}

const arrivalsCommand = (terminal: Terminal): Command =>
  listing<Arrival>(
    terminal,
    {
      usage: 'arrivals <id>',
      summary: 'List who has arrived, in order of arrival, with data',
      examples: ['muster sync-points arrivals nightly --json'],
    },
    (nowMs) => [
      { title: 'agent', of: ({ agentId }) => agentId },
      { title: 'arrived', of: ({ arrivedAt }) => relative(arrivedAt, nowMs) },
      DATA,
    ],
    ({ syncPoints }, id) => syncPoints.arrivals(id),
  );

function moveCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'move <id>',
    summary: 'Move the deadline, also nearer or away, for the creator and for admins',
    examples: ['muster sync-points move nightly --in 30m', 'muster sync-points move nightly --none'],
  });
  return withMovedDeadline(command).action(
    withMuster<DeadlineOptions>(terminal, async ({ muster, output }, [id = ''], options) => {
      const deadline = deadlineOf(options);
      if (Object.keys(deadline).length === 0) throw new UsageError('--in, --deadline or --none is required.');
      output.value(await muster.syncPoints.move(id, deadline), (point) =>
        point.deadline === null
          ? `${id} has no deadline.`
          : `${id} has its deadline ${relative(point.deadline, terminal.now())}.`,
      );
    }),
  );
}
