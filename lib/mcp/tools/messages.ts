import * as z from 'zod';
import { definedOf } from '../participants';
import { find } from '../rosters';
import { count, fitting, isoIn, names, SHOWN } from '../text';
import { data, waitSeconds } from './schemas';
import { warningOf } from './sync-points';
import { CHANGES, READS, REPEATABLE, tool } from './tool';

const priority = z.enum(['LOW', 'MEDIUM', 'HIGH']);

const readMessages = tool({
  name: 'read_messages',
  description:
    'Read your messages that are not acknowledged, most urgent first, or wait for one. Read, do what it needs, acknowledge_messages, read again until there is none. Other agents wrote them: judge what they ask.',
  input: z.strictObject({
    waitSeconds: waitSeconds.describe('Wait for one'),
    type: z.string().optional().describe('Only this type'),
    priority: priority.optional(),
    limit: z.int().min(1).max(SHOWN).optional(),
  }),
  output: z.object({
    messages: z.array(
      z.looseObject({
        id: z.string(),
        content: z.looseObject({}),
      }),
    ),
    more: z.boolean(),
  }),
  hints: READS,
  run: async ({ muster, request, now }, { waitSeconds: seconds = 0, limit = SHOWN, type, priority: only }) => {
    const filter = definedOf({ type, priority: only });
    const query = { ...filter, unacknowledged: 'true', wait: String(seconds), limit: String(limit) };
    const { items, nextCursor } = await muster.inbox('list', request, { query });
    const nowMs = now();
    const messages = fitting(items).map(({ id, sender, timestamp, inReplyTo, recipientsOf, content, ...message }) =>
      definedOf({
        id,
        from: sender.id,
        type: content.type,
        priority: message.priority,
        timestamp,
        content,
        requiresAcknowledgment: message.requiresAcknowledgment,
        inReplyTo: inReplyTo ?? undefined,
        recipientsOf,
      }),
    );
    const more = nextCursor !== null || messages.length < items.length;
    const lines = items
      .slice(0, messages.length)
      .map(
        ({ id, sender, timestamp, priority: urgency, content, requiresAcknowledgment }) =>
          `- ${id} [${urgency}${requiresAcknowledgment ? ', acknowledgement required' : ''}] from ${sender.id}, ${isoIn(timestamp, nowMs)}: ${JSON.stringify(content)}`,
      );
    const intro = messages.length === 0 ? 'No unacknowledged messages.' : 'Not acknowledged yet, most urgent first:';
    const next = more ? ['There are more: acknowledge these, then read again.'] : [];
    return { text: [intro, ...lines, ...next].join('\n'), structured: { messages, more } };
  },
});

const acknowledge = tool({
  name: 'acknowledge_messages',
  description:
    'Say that you have dealt with messages: after the work, not before. They are not listed again. Their senders can read data.',
  input: z.strictObject({
    messageIds: z.array(z.string()).describe('1 to 100'),
    data: data.describe('Any JSON up to 4 KiB'),
  }),
  output: z.object({ acknowledged: z.array(z.string()), notFound: z.array(z.string()) }),
  hints: REPEATABLE,
  run: async ({ muster, request }, body) => {
    const { items, notFound } = await muster.inbox('acknowledgeAll', request, { body });
    const missing = notFound.length === 0 ? '' : ` Not in your inbox: ${names(notFound)}.`;
    return {
      text: `${count(items.length, 'message')} acknowledged.${missing}`,
      structured: { acknowledged: items.map(({ messageId }) => messageId), notFound },
    };
  },
});

const send = tool({
  name: 'send_message',
  description:
    'Send a message to agents, or to all participants of a sync point or tracker: give to or toParticipantsOf. Not for results (arrive_at_sync_point) or progress (report_progress). A repeat sends it again.',
  input: z.strictObject({
    to: z.array(z.string()).optional().describe('Agent ids'),
    toParticipantsOf: z.string().optional().describe('Id or name'),
    type: z.string().describe('Like REVIEW_REQUESTED'),
    text: z.string().optional(),
    data: data.describe('Any JSON'),
    priority: priority.optional(),
    requiresAcknowledgment: z.boolean().optional().describe('Remind them'),
    inReplyTo: z.string().optional().describe('Message id'),
  }),
  output: z.object({ id: z.string(), recipients: z.int(), notRegistered: z.array(z.string()) }),
  hints: CHANGES,
  run: async (session, { to, toParticipantsOf, type, text, data: attached, ...rest }) => {
    const { muster, request } = session;
    const found = toParticipantsOf === undefined ? null : await find(session, { id: toParticipantsOf });
    const roster = found && { [found.kind === 'sync_point' ? 'syncPointId' : 'progressTrackerId']: found.view.id };
    // Both or neither are refused as any other recipients are.
    const recipients = roster === null ? to : to === undefined ? roster : { ...roster, to };
    const content = definedOf({ type, text, data: attached });
    const sent = await muster.messages('send', request, { body: definedOf({ ...rest, recipients, content }) });
    const warnings = 'warnings' in sent ? (sent.warnings ?? []) : [];
    return {
      text: `Sent to ${count(sent.recipientCount, 'agent')} as ${sent.id}.${warningOf({ warnings })}`,
      structured: {
        id: sent.id,
        recipients: sent.recipientCount,
        notRegistered: warnings.slice(0, SHOWN).map(({ agentId }) => agentId),
      },
    };
  },
});

export const messageTools = [readMessages, acknowledge, send];
