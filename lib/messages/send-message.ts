import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { displayName } from '../agents/agent';
import { findAgents } from '../agents/agent-repository';
import { type Caller, isAdmin } from '../agents/caller';
import { type Clock, isoTime, isoTimeOrNull } from '../clock';
import { MusterError } from '../errors/muster-error';
import { requestHash } from '../request-hash';
import { expiryAfter } from '../retention';
import type { Table } from '../table/table';
import { acknowledgements } from './inbox-repository';
import type { MessageContent, Priority } from './message';
import { findSentMessage, insertSentMessage, type SentMessage } from './sent-message-repository';

export interface SendMessage {
  readonly recipients: readonly string[];
  readonly content: MessageContent;
  readonly priority?: Priority | undefined;
  readonly requiresAcknowledgment?: boolean | undefined;
}

/** Ids made from idempotency keys live in a namespace of their own. */
const KEY_NAMESPACE = 'c1f7b7e2-94c1-4bb4-8a61-0a3f5d1be3b7';

/**
 * Accepts a message; the dispatcher delivers it. 1 write unit per KB.
 * @throws MusterError `request.idempotency-key-reused`.
 */
export async function sendMessage(
  table: Table,
  now: Clock,
  caller: Caller,
  input: SendMessage,
  key: string | undefined,
  retentionDays: number,
): Promise<SentMessage> {
  const nowMs = now();
  const message: SentMessage = {
    id: key === undefined ? uuidv7({ msecs: nowMs }) : uuidv5(`message\n${caller.agentId}\n${key}`, KEY_NAMESPACE),
    senderId: caller.agentId,
    recipientIds: input.recipients,
    sentAtMs: nowMs,
    priority: input.priority ?? 'MEDIUM',
    requiresAcknowledgment: input.requiresAcknowledgment ?? false,
    content: input.content,
    requestHash: requestHash(input),
  };
  if (await insertSentMessage(table, message, expiryAfter(nowMs, retentionDays))) return message;
  const first = await findSentMessage(table, message.id);
  // Without a key it is our own put, repeated by the SDK after a lost answer.
  if (first?.requestHash === message.requestHash) return first;
  throw new MusterError('request.idempotency-key-reused', 'This idempotency key was used with another body.', {
    violations: [{ pointer: '#/idempotency-key', detail: 'was used with another body' }],
  });
}

/** @throws MusterError `message.not-found` for anyone but the sender and admins. */
export async function readSentMessage(table: Table, caller: Caller, id: string): Promise<SentMessage> {
  const message = await findSentMessage(table, id);
  if (!message || (message.senderId !== caller.agentId && !isAdmin(caller))) {
    throw new MusterError('message.not-found', `There is no message "${id}" that you have sent.`);
  }
  return message;
}

/** A message as its sender sees it: with who has acknowledged, and when. 1 read unit or more per recipient. */
export async function viewSentMessage(table: Table, message: SentMessage) {
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
