import type { MessageWithRecipients, SendMessage, SentMessage } from '@muster/client';
import { type Command, Option } from 'commander';
import { clientCommand, listing, withMuster } from '../command';
import { UsageError } from '../errors';
import { given } from '../given';
import { type Column, DATA } from '../output';
import type { Terminal } from '../terminal';
import { counted, relative } from '../text';
import { parseIsoTime, parseSeconds, readJsonObject } from '../values';
import { PRIORITIES } from './message-filter';
import { sayWarnings } from './rosters';

export const messageCommands = (terminal: Terminal): readonly Command[] => [
  sendCommand(terminal).description('Send a message, like muster send'),
  listCommand(terminal),
  showCommand(terminal),
];

interface SendOptions {
  readonly type: string;
  readonly content?: string;
  readonly toSyncPoint?: string;
  readonly toTracker?: string;
  readonly priority?: SendMessage['priority'];
  readonly ackRequired?: true;
  readonly expiresIn?: number;
  readonly expiresAt?: string;
  readonly inReplyTo?: string;
}

export function sendCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'send [agent...]',
    examples: [
      `muster send reviewer --type PLEASE_REVIEW --content '{"url":"https://example.com/1"}' --ack-required`,
      'muster send --to-sync-point nightly --type HURRY_UP --priority HIGH',
    ],
  })
    .requiredOption('--type <type>', 'what kind of message it is')
    .option('--content <json>', 'the rest of its content: a JSON object, @FILE, or - for standard input')
    .option('--to-sync-point <id>', 'to all participants of this sync point')
    .addOption(new Option('--to-tracker <id>', 'to all participants of this tracker').conflicts('toSyncPoint'))
    .addOption(new Option('--priority <priority>', 'how urgent it is (default: MEDIUM)').choices(PRIORITIES))
    .option('--ack-required', 'remind those who have not acknowledged it')
    .option('--expires-in <duration>', 'of no use after so long, like 10m', parseSeconds)
    .addOption(
      new Option('--expires-at <time>', 'of no use after this time, like 2026-03-01T12:00:00Z')
        .argParser(parseIsoTime)
        .conflicts('expiresIn'),
    )
    .option('--in-reply-to <message>', 'the message that it answers')
    .action(
      withMuster<SendOptions>(terminal, async ({ muster, output }, agents, options) => {
        const { type, priority, ackRequired, expiresIn, expiresAt, inReplyTo } = options;
        const content = await readJsonObject(terminal, '--content', options.content);
        const accepted = await muster.messages.send({
          recipients: recipientsOf(agents, options),
          content: { ...content, type },
          ...given({
            priority,
            requiresAcknowledgment: ackRequired,
            expiresInSeconds: expiresIn,
            expiresAt,
            inReplyTo,
          }),
        });
        sayWarnings(output, accepted.warnings);
        output.value(accepted, ({ id, recipientCount }) => `Sent ${id} to ${counted(recipientCount, 'agent')}.`);
      }),
    );
}

function recipientsOf(agents: readonly string[], { toSyncPoint, toTracker }: SendOptions): SendMessage['recipients'] {
  const roster =
    toSyncPoint !== undefined
      ? { syncPointId: toSyncPoint }
      : toTracker !== undefined
        ? { progressTrackerId: toTracker }
        : undefined;
  if (agents.length > 0 === (roster !== undefined)) {
    throw new UsageError('either agents, --to-sync-point or --to-tracker is required.');
  }
  return roster ?? [...agents];
}

const listCommand = (terminal: Terminal): Command =>
  listing<SentMessage>(
    terminal,
    {
      usage: 'list',
      summary: 'List what you have sent, newest first',
      examples: ['muster messages list --limit 10'],
    },
    (nowMs) => [
      { title: 'id', of: ({ id }) => id },
      { title: 'sent', of: ({ timestamp }) => relative(timestamp, nowMs) },
      { title: 'to', of: ({ recipientCount }) => counted(recipientCount, 'agent') },
      { title: 'priority', of: ({ priority }) => priority },
      { title: 'type', of: ({ content }) => content.type },
    ],
    ({ messages }) => messages.list(),
  ).alias('ls');

function showCommand(terminal: Terminal): Command {
  const nowMs = terminal.now();
  const columns: readonly Column<MessageWithRecipients['recipients'][number]>[] = [
    { title: 'recipient', of: ({ id }) => id },
    { title: 'acknowledged', of: ({ acknowledgedAt }) => relative(acknowledgedAt, nowMs) },
    DATA,
  ];
  return clientCommand({
    usage: 'show <message>',
    summary: 'Show a message with who has acknowledged it, when, and with which data',
    examples: ['muster messages show 0190c5d4-8a6e-7d2e-b7a9-2f1d3c4b5a69'],
  })
    .alias('get')
    .action(
      withMuster(terminal, async ({ muster, output }, [id = '']) => {
        output.value(await muster.messages.get(id), (message) =>
          [
            output.fields([
              ['id', message.id],
              ['sent', relative(message.timestamp, nowMs)],
              ['priority', message.priority],
              ['content', JSON.stringify(message.content)],
              ['expires', message.expiresAt && relative(message.expiresAt, nowMs)],
              ['recipients', message.recipientCount],
            ]),
            output.table(message.recipients, columns).trimEnd(),
          ].join('\n\n'),
        );
      }),
    );
}
