import { displayName } from '../agents/agent';
import { findAgents } from '../agents/store';
import { isoTime, isoTimeOrNull } from '../common/clock';
import { MusterError } from '../common/errors';
import { DEFAULT_LIST_LIMIT, MAX_DATA_PER_ANSWER_BYTES, MAX_LIST_LIMIT } from '../common/limits';
import { type Caller, isAdmin } from '../http/caller';
import { jsonBytes } from '../http/schemas';
import { decodeCursor, encodeCursor, invalidCursor } from '../table/cursor';
import { MESSAGE_SORT_KEY_PREFIX, messageIdOf, outboxPartition, sentMessageKey } from '../table/keys';
import { queryPage } from '../table/query-page';
import type { Service } from '../table/service';
import { batchGet } from '../table/table';
import { acknowledgements } from './acknowledge';
import type { MessageService } from './send';
import { findSentMessage, recipientIdsOf, type SentMessage, sentMessageFromItem } from './store';

interface Page {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** @throws MusterError `message.not-found` for all but the sender and admins. */
async function readSentMessage({ table }: Pick<Service, 'table'>, caller: Caller, id: string): Promise<SentMessage> {
  const message = await findSentMessage(table, id);
  if (!message || (message.senderId !== caller.agentId && !isAdmin(caller))) {
    throw new MusterError('message.not-found', `Message "${id}" does not exist, or you did not send it.`);
  }
  return message;
}

/** As its sender sees it, with these recipients and their acknowledgements. 1 read unit or more per recipient. */
async function viewSentMessage(
  { table }: Pick<Service, 'table'>,
  message: SentMessage,
  recipientIds: readonly string[],
) {
  const [agents, acknowledged] = await Promise.all([
    findAgents(table, [...new Set([message.senderId, ...recipientIds])]),
    acknowledgements(table, message.id, message.sentAtMs, recipientIds),
  ]);
  const party = (id: string) => ({ id, name: displayName(id, agents.get(id)) });
  const { id, priority, content, requiresAcknowledgment, recipientCount } = message;
  return {
    id,
    sender: party(message.senderId),
    recipients: recipientIds.map((recipientId) => {
      const { atMs, data } = acknowledged.get(recipientId) ?? { atMs: null, data: undefined };
      return { ...party(recipientId), acknowledgedAt: isoTimeOrNull(atMs), ...(data !== undefined && { data }) };
    }),
    recipientCount,
    ...(message.recipientsOf && { recipientsOf: message.recipientsOf }),
    timestamp: isoTime(message.sentAtMs),
    priority,
    content,
    requiresAcknowledgment,
    expiresAt: message.expiresAt ?? null,
    inReplyTo: message.inReplyTo ?? null,
  };
}

/** The message with a page of its recipients. @throws MusterError `message.not-found`, as readSentMessage. */
export async function readRecipients(service: MessageService, caller: Caller, id: string, page: Page) {
  const message = await readSentMessage(service, caller, id);
  const scope = `recipients ${id}`;
  const after = decodeCursor(scope, page.cursor);
  if (after !== undefined && !/^\d{1,5}$/.test(after)) throw invalidCursor();
  const start = Number(after ?? 0);
  const end = start + (page.limit ?? MAX_LIST_LIMIT);
  const all = await recipientIdsOf(service.rosterReader, message);
  return {
    ...(await viewSentMessage(service, message, all.slice(start, end))),
    nextCursor: end < all.length ? encodeCursor(scope, String(end)) : null,
  };
}

/** Bounds the work and the size of a page of the list. */
const MAX_RECIPIENTS_PER_ANSWER = 1_000;

/** The messages that the caller has sent, newest first. The cost is that of viewing each. */
export async function listSentMessages(service: MessageService, caller: Caller, page: Page) {
  const pk = outboxPartition(caller.agentId);
  const { items: entries, more } = await queryPage(service.table, {
    pk,
    prefix: MESSAGE_SORT_KEY_PREFIX,
    limit: page.limit ?? DEFAULT_LIST_LIMIT,
    after: decodeCursor(pk, page.cursor),
    descending: true,
  });
  const positions = entries.map((entry) => String(entry['sk']));
  const ids = positions.map(messageIdOf);
  const found = await batchGet(service.table, ids.map(sentMessageKey), { consistent: true });
  const byId = new Map(found.map(sentMessageFromItem).map((message) => [message.id, message]));

  const items: Awaited<ReturnType<typeof viewFirstRecipients>>[] = [];
  let recipients = 0;
  let bytes = 0;
  let last: string | undefined;
  for (const [index, position] of positions.entries()) {
    const message = byId.get(ids[index] ?? '');
    const view = message && (await viewFirstRecipients(service, message));
    recipients += view?.recipients.length ?? 0;
    bytes += view ? jsonBytes(view) : 0;
    const isTooMuch = recipients > MAX_RECIPIENTS_PER_ANSWER || bytes > MAX_DATA_PER_ANSWER_BYTES;
    if (items.length > 0 && isTooMuch) return { items, nextCursor: encodeCursor(pk, last ?? '') };
    if (view) items.push(view);
    last = position;
  }
  return { items, nextCursor: more && last !== undefined ? encodeCursor(pk, last) : null };
}

/** As in a list, and in the response to sending it. */
export async function viewFirstRecipients(service: MessageService, message: SentMessage, all?: readonly string[]) {
  const recipientIds = all ?? (await recipientIdsOf(service.rosterReader, message));
  return viewSentMessage(service, message, recipientIds.slice(0, MAX_LIST_LIMIT));
}
