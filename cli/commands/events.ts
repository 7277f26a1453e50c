import type { Event, Muster, RequestOptions } from '@muster/client';
import { type Command, Option } from 'commander';
import { clientCommand, interruptible, type Session, withMuster } from '../command';
import { given } from '../given';
import type { Column } from '../output';
import type { Terminal } from '../terminal';
import { relative } from '../text';
import { collect, parseIsoTime } from '../values';

export const eventColumns = (nowMs: number): readonly Column<Event>[] => [
  { title: 'when', of: ({ timestamp }) => relative(timestamp, nowMs) },
  { title: 'type', of: ({ type }) => type },
  { title: 'about', of: ({ relatedId }) => relatedId },
  { title: 'by', of: ({ agentId }) => agentId },
  { title: 'details', of: ({ details }) => JSON.stringify(details) },
];

type Filter = NonNullable<Parameters<Muster['events']['list']>[0]>;

interface EventsOptions {
  readonly limit: number;
  readonly type?: readonly string[];
  readonly relatedTo?: string;
  readonly agent?: string;
  readonly since?: string;
  readonly order?: 'oldest' | 'newest';
  readonly follow?: true;
}

export function eventsCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'events',
    more: 'With --follow, prints a line for each event from now on, or from --since, until Ctrl-C.',
    examples: [
      'muster events --related-to nightly',
      'muster events --type AGENT_FAILED,AGENT_LOST --since 2026-03-01 --json',
      'muster events --follow --ndjson',
    ],
    output: 'list',
  })
    .option('--type <types>', 'only of these types, with commas between; may be repeated', collect)
    .option('--related-to <id>', 'only about this sync point, tracker or agent')
    .option('--agent <id>', 'only by this agent')
    .option('--since <time>', 'at or after this time, like 2026-03-01T12:00:00Z', parseIsoTime)
    .addOption(new Option('--order <order>', 'which come first').choices(['oldest', 'newest']))
    .addOption(new Option('--follow', 'go on until Ctrl-C').conflicts(['order', 'limit', 'json']))
    .action(
      withMuster<EventsOptions>(terminal, async (session, _args, options) => {
        const { type, relatedTo: relatedId, agent: agentId, since, order } = options;
        const filter: Filter = given({
          // Which types there are is the service's to say.
          type: type as Event['type'][] | undefined,
          relatedId,
          agentId,
          since,
          order,
        });
        if (options.follow) await interruptible(terminal, (signal) => follow(session, filter, signal));
        else await session.output.list(session.muster.events.list(filter), eventColumns(terminal.now()), options.limit);
      }),
    );
}

/** How often the log is read; it has no long poll. */
const READ_EVERY_MS = 2_000;

/** An event carries the time of its change and is logged a moment later: so far back is read again. */
const OVERLAP_MS = 60_000;

async function follow({ terminal, muster, output }: Session, filter: Filter, signal: AbortSignal): Promise<void> {
  const patience = { signal, maxRetries: Infinity };
  const first = filter.since ?? (await nowAt(muster, patience));
  const seen = new Map<string, number>();
  let newestMs = Date.parse(first);
  let since = first;
  for (;;) {
    for await (const event of muster.events.list({ ...filter, since, order: 'oldest' }, patience)) {
      if (seen.has(event.id)) continue;
      const atMs = Date.parse(event.timestamp);
      seen.set(event.id, atMs);
      newestMs = Math.max(newestMs, atMs);
      if (output.isText) output.line(lineOf(event));
      else output.ndjson(event);
    }
    const fromMs = Math.max(Date.parse(first), newestMs - OVERLAP_MS);
    since = new Date(fromMs).toISOString();
    for (const [id, atMs] of seen) if (atMs < fromMs) seen.delete(id);
    await terminal.sleep(READ_EVERY_MS, signal);
  }
}

/** The time of the service, whose events are followed: the clock of this machine may be wrong. */
async function nowAt(muster: Muster, options: RequestOptions): Promise<string> {
  const { response } = await muster.health(options).withResponse();
  return new Date(response.headers.get('date') ?? Date.now()).toISOString();
}

const lineOf = ({ timestamp, type, relatedId, agentId }: Event): string =>
  `${timestamp}  ${type}  ${relatedId}  ${agentId}`;
