import { v7 as uuidv7 } from 'uuid';
import { displayName } from '../agents/agent';
import { findAgents } from '../agents/store';
import { type Caller, isAdmin } from '../http/caller';
import { isoTime, isoTimeOrNull } from '../common/clock';
import { idOfKey, keyReused } from '../http/idempotency';
import { MusterError } from '../common/errors';
import { requestHash } from '../common/hash';
import { expiryAfter } from '../common/retention';
import type { Service } from '../table/service';
import type { SendMessage } from './routes';
import { acknowledgements } from './inbox';
import { findSentMessage, insertSentMessage, type SentMessage } from './store';

export interface MessageService extends Service {
  /** Retention of messages. */
  readonly messageDays: number;
}

/**
 * Accepts a message; the dispatcher delivers it. 1 write unit per KB.
 * @throws MusterError `request.idempotency-key-reused`.
 */
export async function sendMessage(
  { table, now, messageDays }: MessageService,
  caller: Caller,
  input: SendMessage,
  key: string | undefined,
): Promise<SentMessage> {
  const nowMs = now();
  const message: SentMessage = {
    id: key === undefined ? uuidv7({ msecs: nowMs }) : idOfKey('message', caller, key),
    senderId: caller.agentId,
    recipientIds: input.recipients,
    sentAtMs: nowMs,
    priority: input.priority ?? 'MEDIUM',
    requiresAcknowledgment: input.requiresAcknowledgment ?? false,
    content: input.content,
    requestHash: requestHash(input),
  };
  if (await insertSentMessage(table, message, expiryAfter(nowMs, messageDays))) return message;
  const first = await findSentMessage(table, message.id);
  // Without a key, this is our own put, retried by the SDK after a lost response.
  if (first?.requestHash === message.requestHash) return first;
  throw keyReused();
}

/** @throws MusterError `message.not-found` for all but the sender and admins. */
export async function readSentMessage(
  { table }: Pick<Service, 'table'>,
  caller: Caller,
  id: string,
): Promise<SentMessage> {
  const message = await findSentMessage(table, id);
  if (!message || (message.senderId !== caller.agentId && !isAdmin(caller))) {
    throw new MusterError('message.not-found', `Message "${id}" does not exist, or you did not send it.`);
  }
  return message;
}

/** The message for its sender, with the time of each acknowledgement. 1 read unit or more per recipient. */
export async function viewSentMessage({ table }: Pick<Service, 'table'>, message: SentMessage) {
  const [agents, acknowledged] = await Promise.all([
    findAgents(table, [...new Set([message.senderId, ...message.recipientIds])]),
    acknowledgements(table, message.id, message.sentAtMs, message.recipientIds),
  ]);
  const party = (id: string) => ({ id, name: displayName(id, agents.get(id)) });
  return {
    id: message.id,
    sender: party(message.senderId),
    recipients: message.recipientIds.map((id) => ({
      ...party(id),
      acknowledgedAt: isoTimeOrNull(acknowledged.get(id)),
    })),
    timestamp: isoTime(message.sentAtMs),
    priority: message.priority,
    content: message.content,
    requiresAcknowledgment: message.requiresAcknowledgment,
  };
}
