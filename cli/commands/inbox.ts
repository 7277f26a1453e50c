import type { InboxMessage } from '@muster/client';
import type { Command } from 'commander';
import { clientCommand, withMuster } from '../command';
import { EndedWith } from '../errors';
import { EXIT } from '../exit-codes';
import { given } from '../given';
import type { Column } from '../output';
import type { Terminal } from '../terminal';
import { counted, relative } from '../text';
import { parseSeconds, readJson } from '../values';
import { listenCommand } from './listen';
import { filterOptions, type FilterOptions } from './message-filter';

export const inboxCommands = (terminal: Terminal): readonly Command[] => [
  listCommand(terminal),
  listenCommand(terminal),
  ackCommand(terminal),
];

const PRIORITY_STYLES = { LOW: 'dim', MEDIUM: undefined, HIGH: 'red' } as const;

const columns = (nowMs: number): readonly Column<InboxMessage>[] => [
  { title: 'id', of: ({ id }) => id },
  { title: 'sent', of: ({ timestamp }) => relative(timestamp, nowMs) },
  { title: 'from', of: ({ sender }) => sender.id },
  { title: 'priority', of: ({ priority }) => priority, style: ({ priority }) => PRIORITY_STYLES[priority] },
  {
    title: 'ack',
    of: ({ acknowledgedAt, requiresAcknowledgment }) =>
      acknowledgedAt === null ? (requiresAcknowledgment ? 'required' : '-') : 'done',
  },
  { title: 'type', of: ({ content }) => content.type },
  { title: 'content', of: ({ content: { type: _type, ...content } }) => JSON.stringify(content) },
];

function listCommand(terminal: Terminal): Command {
  const command = clientCommand({
    usage: 'list',
    summary: 'List messages that are still to be dealt with, most urgent first',
    examples: [
      'muster inbox list',
      'muster inbox list --wait 20s',
      'muster inbox list --all --type PLEASE_REVIEW --json',
    ],
    output: 'list',
  })
    .alias('ls')
    .option('--all', 'also those that are acknowledged, oldest first')
    .option('--wait <duration>', 'if there is none, wait so long for one, up to 20s', parseSeconds);
  return filterOptions(command).action(
    withMuster<FilterOptions & { readonly limit: number; readonly all?: true; readonly wait?: number }>(
      terminal,
      async ({ muster, output }, _args, { limit, all, wait, type, priority }) => {
        const filter = given({ type, priority, wait, unacknowledged: all ? undefined : true });
        await output.list(muster.inbox.list(filter), columns(terminal.now()), limit);
      },
    ),
  );
}

/** As many as one request acknowledges. */
const ACKNOWLEDGED_AT_ONCE = 100;

function ackCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'ack <message...>',
    summary: 'Acknowledge messages, with data for their senders if there is any',
    examples: [
      'muster inbox ack 0190c5d4-8a6e-7d2e-b7a9-2f1d3c4b5a69',
      `muster inbox ack "$MUSTER_MESSAGE_ID" --data '{"approved":true}'`,
    ],
  })
    .option('--data <json>', 'JSON, @FILE, or - for standard input')
    .action(
      withMuster<{ readonly data?: string }>(terminal, async ({ muster, output }, ids, options) => {
        const data = await readJson(terminal, '--data', options.data);
        const answers = [];
        for (let at = 0; at < ids.length; at += ACKNOWLEDGED_AT_ONCE) {
          const messageIds = ids.slice(at, at + ACKNOWLEDGED_AT_ONCE);
          answers.push(await muster.inbox.ackMany({ messageIds, ...given({ data }) }));
        }
        const items = answers.flatMap((answer) => answer.items);
        const notFound = answers.flatMap((answer) => answer.notFound);
        output.value({ items, notFound }, () => `Acknowledged ${counted(items.length, 'message')}.`);
        if (notFound.length === 0) return;
        output.say(`muster: Not in your inbox: ${notFound.join(', ')}.`);
        throw new EndedWith(EXIT.notFound);
      }),
    );
}
