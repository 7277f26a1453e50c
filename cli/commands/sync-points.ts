import type { Arrival, SyncPoint, SyncPointEnd } from '@muster/client';
import { type Command, Option } from 'commander';
import { clientCommand, interruptible, withMuster } from '../command';
import { UsageError } from '../errors';
import { given } from '../given';
import { neededOf } from '../live/roster-view';
import type { Column, Output } from '../output';
import type { Terminal } from '../terminal';
import { counted, relative, some } from '../text';
import { parseWhole, readJson, readJsonObject } from '../values';
import { deadlineOf, type DeadlineOptions, withDeadline, withMovedDeadline } from './deadline';
import {
  columnsAround,
  commonCommands,
  type CreateOptions,
  createOptions,
  describe,
  listOptions,
  type ListOptions,
  sayWarnings,
  SYNC_POINTS,
} from './rosters';
import { showEnd, waitCommand, waitFields, type WaitOptions, waitOptions } from './wait';
import { syncPointsWatchCommand } from './watch';

export const syncPointCommands = (terminal: Terminal): readonly Command[] => [
  createCommand(terminal),
  listCommand(terminal),
  showCommand(terminal),
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
      const name = options.name ?? id;
      if (name === undefined) throw new UsageError('an id or --name is required.');
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

const STATUSES = ['waiting', 'completed', 'failed', 'expired', 'cancelled'] as const;

function listCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'list',
    summary: 'List those that you take part in or have created',
    examples: ['muster sync-points list', 'muster sync-points list --status waiting --role creator --json'],
    output: 'list',
  });
  return listOptions(command, STATUSES).action(
    withMuster<ListOptions>(terminal, async ({ muster, output }, _args, { limit, status, role, agent, all }) => {
      const filter = given({ status: status as SyncPoint['status'][] | undefined, role, agentId: agent, all });
      await output.list(muster.syncPoints.list(filter), columnsAround(COLUMNS, terminal.now()), limit);
    }),
  );
}

const COLUMNS: readonly Column<SyncPoint>[] = [
  { title: 'arrived', of: (point) => `${point.arrivedParticipants.length} of ${neededOf(point)}` },
];

function showCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'show <id>',
    summary: 'Show one sync point',
    examples: ['muster sync-points show nightly', 'muster sync-points show nightly --json | jq -r .status'],
  })
    .alias('get')
    .action(
      withMuster(terminal, async ({ muster, output }, [id = '']) => {
        output.value(await muster.syncPoints.get(id), (point) => describePoint(point, output, terminal.now()));
      }),
    );
}

const describePoint = (point: SyncPoint, output: Output, nowMs: number): string =>
  describe(
    point,
    [
      ['needs', `${counted(neededOf(point), 'arrival')} of ${point.participants.length}`],
      ['ends when', point.endWhen],
    ],
    output,
    nowMs,
  );

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

function arrivalsCommand(terminal: Terminal): Command {
  const nowMs = terminal.now();
  const columns: readonly Column<Arrival>[] = [
    { title: 'agent', of: ({ agentId }) => agentId },
    { title: 'arrived', of: ({ arrivedAt }) => relative(arrivedAt, nowMs) },
    { title: 'data', of: ({ data }) => (data === undefined ? '-' : JSON.stringify(data)) },
  ];
  return clientCommand({
    usage: 'arrivals <id>',
    summary: 'List who has arrived, in order of arrival, with data',
    examples: ['muster sync-points arrivals nightly --json'],
    output: 'list',
  }).action(
    withMuster<{ readonly limit: number }>(terminal, async ({ muster, output }, [id = ''], { limit }) => {
      await output.list(muster.syncPoints.arrivals(id), columns, limit);
    }),
  );
}

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
