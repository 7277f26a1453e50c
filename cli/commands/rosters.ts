/** What sync points and trackers have in common: the same verbs, with the same options, for either. */
import type {
  Event,
  FailureAnswer,
  Muster,
  ProgressTracker,
  SyncPoint,
  TrackerFailureAnswer,
  Warning,
} from '@muster/client';
import { type Command, Option } from 'commander';
import { clientCommand, listing, withMuster } from '../command';
import { given } from '../given';
import { MARKS, type Outcome } from '../live/view';
import { type Column, DATA, type Output } from '../output';
import { statusStyle } from '../style';
import type { Terminal } from '../terminal';
import { relative, some } from '../text';
import { collect, parseSeconds, readJson } from '../values';
import { eventColumns } from './events';

/** The noun that the verbs are for. */
export interface Roster {
  /** As it is written in commands. */
  readonly group: 'sync-points' | 'trackers';
  readonly singular: 'sync point' | 'tracker';
  /** An id for the examples. */
  readonly example: string;
  readonly of: (muster: Muster) => Muster['syncPoints'] | Muster['trackers'];
}

export const SYNC_POINTS: Roster = {
  group: 'sync-points',
  singular: 'sync point',
  example: 'nightly',
  of: ({ syncPoints }) => syncPoints,
};

export const TRACKERS: Roster = {
  group: 'trackers',
  singular: 'tracker',
  example: 'import',
  of: ({ trackers }) => trackers,
};

export type OpenOrEnded = SyncPoint | ProgressTracker;

/** The options of creating either. */
export interface CreateOptions {
  readonly name?: string;
  readonly description?: string;
  readonly participants?: readonly string[];
  readonly warn?: number;
  readonly whenLost?: 'tell' | 'fail';
  readonly metadata?: string;
}

export const sayWarnings = (output: Output, warnings: readonly Warning[] = []): void => {
  for (const { detail } of warnings) output.say(`warning: ${detail}`);
};

/** What listing and showing the two differ in. */
export interface Shown<R extends OpenOrEnded> {
  readonly statuses: readonly R['status'][];
  readonly list: (muster: Muster, filter: ListFilter<R>) => AsyncIterable<R>;
  readonly get: (muster: Muster, id: string) => Promise<R>;
  /** Those that only this kind has. */
  readonly columns: readonly Column<R>[];
  readonly fields: (item: R, nowMs: number) => readonly (readonly [string, string | number | null])[];
  /** For jq, in an example. */
  readonly field: string;
}

interface ListFilter<R extends OpenOrEnded> {
  readonly status?: R['status'][];
  readonly role?: 'participant' | 'creator';
  readonly agentId?: string;
  readonly all?: true;
}

interface ListOptions<R extends OpenOrEnded> extends Omit<ListFilter<R>, 'agentId'> {
  readonly limit: number;
  readonly agent?: string;
}

export function listCommand<R extends OpenOrEnded>(
  terminal: Terminal,
  { group }: Roster,
  { statuses, list, columns }: Shown<R>,
): Command {
  return clientCommand({
    usage: 'list',
    summary: 'List those that you take part in or have created',
    examples: [`muster ${group} list`, `muster ${group} list --status ${statuses[0] ?? ''} --role creator --json`],
    output: 'list',
  })
    .alias('ls')
    .addOption(new Option('--status <status...>', 'only with one of these').choices(statuses))
    .addOption(new Option('--role <role>', 'only where you are this').choices(['participant', 'creator']))
    .addOption(new Option('--agent <id>', 'those of this agent, for admins'))
    .addOption(new Option('--all', "everyone's, for admins").conflicts('agent'))
    .action(
      withMuster<ListOptions<R>>(terminal, async ({ muster, output }, _args, { limit, status, role, agent, all }) => {
        const filter: ListFilter<R> = given({ status, role, agentId: agent, all });
        await output.list(list(muster, filter), columnsAround(columns, terminal.now()), limit);
      }),
    );
}

/** The columns before and after those in which the two differ. */
const columnsAround = <R extends OpenOrEnded>(between: readonly Column<R>[], nowMs: number): readonly Column<R>[] => [
  { title: 'id', of: ({ id }) => id },
  { title: 'status', of: ({ status }) => status, style: ({ status }) => statusStyle(status) },
  ...between,
  { title: 'deadline', of: ({ deadline }) => relative(deadline, nowMs) },
  { title: 'created', of: ({ createdAt }) => relative(createdAt, nowMs) },
  { title: 'waits for', of: (item) => (item.endedAt === null ? some(item.missingParticipants, 3) : '-') },
];

export function showCommand<R extends OpenOrEnded>(
  terminal: Terminal,
  { group, example, singular }: Roster,
  { get, fields, field }: Shown<R>,
): Command {
  return clientCommand({
    usage: 'show <id>',
    summary: `Show one ${singular}`,
    examples: [`muster ${group} show ${example}`, `muster ${group} show ${example} --json | jq ${field}`],
  })
    .alias('get')
    .action(
      withMuster(terminal, async ({ muster, output }, [id = '']) => {
        const nowMs = terminal.now();
        output.value(await get(muster, id), (item) => output.fields(fieldsAround(item, fields(item, nowMs), nowMs)));
      }),
    );
}

/** The lines before and after those in which the two differ. */
const fieldsAround = (
  item: OpenOrEnded,
  between: readonly (readonly [string, string | number | null])[],
  nowMs: number,
): readonly (readonly [string, string | number | null])[] => [
  ['id', item.id],
  ['name', item.name],
  ['description', item.description],
  ['status', item.status],
  ...between,
  ['arrived', item.arrivedParticipants.length > 0 ? some(item.arrivedParticipants) : null],
  ['failed', item.failedParticipants.length > 0 ? some(item.failedParticipants) : null],
  ['excused', item.excusedParticipants.length > 0 ? some(item.excusedParticipants) : null],
  ['missing', item.missingParticipants.length > 0 ? some(item.missingParticipants) : null],
  ['deadline', item.deadline && `${relative(item.deadline, nowMs)} (${item.deadline})`],
  ['created', `${relative(item.createdAt, nowMs)} by ${item.createdBy}`],
  ['ended', item.endedAt && `${relative(item.endedAt, nowMs)} by ${item.endedBy ?? 'system'}`],
  ['reason', item.endReason],
  ['metadata', item.metadata && JSON.stringify(item.metadata)],
  ['version', item.version],
];

/** All verbs that are the same for both. */
export const commonCommands = (terminal: Terminal, roster: Roster): readonly Command[] => [
  failCommand(terminal, roster),
  excuseCommand(terminal, roster),
  participantsCommand(terminal, roster),
  eventsOfCommand(terminal, roster),
  endCommand(terminal, roster, 'complete'),
  endCommand(terminal, roster, 'cancel'),
  endCommand(terminal, roster, 'end-as-failed'),
];

function failCommand(terminal: Terminal, { group, example, singular, of }: Roster): Command {
  return clientCommand({
    usage: 'fail <id>',
    summary: "Say that you, a participant, won't make it",
    more: `To end the whole ${singular} as failed, its creator uses end-as-failed.`,
    examples: [`muster ${group} fail ${example} --reason "The compiler crashed" --data '{"exitCode":139}'`],
  })
    .option('--reason <text>', 'why')
    .option('--data <json>', 'JSON, @FILE, or - for standard input')
    .action(
      withMuster<{ readonly reason?: string; readonly data?: string }>(
        terminal,
        async ({ muster, output }, [id = ''], { reason, data }) => {
          const failure = given({ reason, data: await readJson(terminal, '--data', data) });
          const answer: FailureAnswer | TrackerFailureAnswer = await of(muster).fail(id, failure);
          output.value(
            answer,
            ({ agentId, status, repeated }) =>
              `${agentId} has ${repeated ? 'already ' : ''}failed at ${id}, which is ${status}.`,
          );
        },
      ),
    );
}

function excuseCommand(terminal: Terminal, { group, example, of }: Roster): Command {
  return clientCommand({
    usage: 'excuse <id> <agent>',
    summary: 'Take a pending participant off the list of those waited for, for the creator and for admins',
    examples: [`muster ${group} excuse ${example} linter --reason "Not needed today"`],
  })
    .option('--reason <text>', 'why')
    .action(
      withMuster<{ readonly reason?: string }>(
        terminal,
        async ({ muster, output }, [id = '', agentId = ''], options) => {
          const answer = await of(muster).excuse(id, { agentId, ...given({ reason: options.reason }) });
          output.value(
            answer,
            ({ status, repeated }) =>
              `${agentId} is ${repeated ? 'already ' : ''}excused from ${id}, which is ${status}.`,
          );
        },
      ),
    );
}

function participantsCommand(terminal: Terminal, { group, example, of }: Roster): Command {
  return clientCommand({
    usage: 'participants <id>',
    summary: 'List the participants with their outcomes, reasons and data',
    examples: [
      `muster ${group} participants ${example}`,
      `muster ${group} participants ${example} --outcome failed --json`,
    ],
    output: 'list',
  })
    .addOption(
      new Option('--outcome <outcome>', 'only with this one').choices(['pending', 'arrived', 'failed', 'excused']),
    )
    .action(
      withMuster<{ readonly limit: number; readonly outcome?: ParticipantRow['outcome'] }>(
        terminal,
        async ({ muster, output }, [id = ''], { limit, outcome }) => {
          const items: AsyncIterable<ParticipantRow> = of(muster).participants(id, given({ outcome }));
          await output.list(items, participantColumns(terminal.now(), group === 'trackers'), limit);
        },
      ),
    );
}

/** Of a sync point, or of a tracker, which also tells the step. */
export interface ParticipantRow {
  readonly agentId: string;
  readonly outcome: Outcome;
  readonly at: string | null;
  readonly reason: string | null;
  readonly data?: unknown;
  readonly step?: number;
}

export const participantColumns = (nowMs: number, hasSteps: boolean): readonly Column<ParticipantRow>[] => [
  { title: 'agent', of: ({ agentId }) => agentId },
  { title: 'outcome', of: ({ outcome }) => outcome, style: ({ outcome }) => MARKS[outcome][2] },
  { title: 'at', of: ({ at }) => relative(at, nowMs) },
  ...(hasSteps ? [{ title: 'step', of: ({ step }: ParticipantRow) => step ?? '-' }] : []),
  { title: 'reason', of: ({ reason }) => reason ?? '-' },
  DATA,
];

const eventsOfCommand = (terminal: Terminal, { group, example, of }: Roster): Command =>
  listing<Event>(
    terminal,
    {
      usage: 'events <id>',
      summary: 'List what has happened, oldest first',
      examples: [`muster ${group} events ${example}`],
    },
    eventColumns,
    (muster, id) => of(muster).events(id),
  );

const ENDINGS = {
  complete: { method: 'complete', ended: 'completed' },
  cancel: { method: 'cancel', ended: 'cancelled' },
  'end-as-failed': { method: 'endAsFailed', ended: 'failed' },
} as const;

function endCommand(terminal: Terminal, { group, example, of }: Roster, verb: keyof typeof ENDINGS): Command {
  const { method, ended } = ENDINGS[verb];
  return clientCommand({
    usage: `${verb} <id>`,
    summary: `End it as ${ended}, for the creator and for admins`,
    examples: [`muster ${group} ${verb} ${example} --reason "The release is off"`],
  })
    .option('--reason <text>', 'why')
    .action(
      withMuster<{ readonly reason?: string }>(terminal, async ({ muster, output }, [id = ''], { reason }) => {
        const item: OpenOrEnded = await of(muster)[method](id, given({ reason }));
        output.value(item, ({ status }) => `${id} is ${status}.`);
      }),
    );
}

/** The options that creating either has, with those of its own before them. */
export const createOptions = (command: Command): Command =>
  command
    .option('--name <text>', 'for people (default: the id)')
    .option('--description <text>', 'what it is about')
    .option('--participants <ids>', 'who takes part, with commas between; may be repeated', collect)
    .option('--warn <duration>', 'tell who is missing so long before the deadline', parseSeconds)
    .addOption(
      new Option('--when-lost <what>', 'what a lost participant means: tell its creator, or its failure').choices([
        'tell',
        'fail',
      ]),
    )
    .option('--metadata <json>', 'a JSON object, @FILE, or - for standard input');
