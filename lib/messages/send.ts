import { v7 as uuidv7 } from 'uuid';
import { isoTime } from '../common/clock';
import { invalid } from '../common/errors';
import { requestHash } from '../common/hash';
import { expiryAfter } from '../common/retention';
import type { Caller } from '../http/caller';
import { idOfKey, keyReused } from '../http/idempotency';
import { timeAheadProblem } from '../http/time-ahead';
import type { Service } from '../table/service';
import type { RecipientsOf } from './message';
import type { SendMessage } from './routes';
import { findSentMessage, insertSentMessage, type SentMessage } from './store';

/** The participants of sync points and progress trackers, which know more of them than messages do. */
export interface RosterReader {
  participants(of: RecipientsOf): Promise<readonly string[]>;
  /** @throws MusterError if the caller is not related to it. */
  participantsFor(caller: Caller, of: RecipientsOf): Promise<readonly string[]>;
}

export interface MessageService extends Service {
  /** Retention of messages. */
  readonly messageDays: number;
  readonly rosterReader: RosterReader;
}

/**
 * Accepts a message; the dispatcher delivers it. 1 write unit per KB.
 *
 * @throws MusterError `request.invalid`, `request.idempotency-key-reused`, `sync-point.not-found`,
 *   `progress-tracker.not-found`.
 */
export async function sendMessage(
  service: MessageService,
  caller: Caller,
  input: SendMessage,
  key: string | undefined,
): Promise<SentMessage> {
  const { table, now, messageDays } = service;
  const nowMs = now();
  const hash = requestHash(input);
  const id = key === undefined ? uuidv7({ msecs: nowMs }) : idOfKey('message', caller, key);
  // A repeat may come after the expiry of the message, or after the roster has been removed.
  const earlier = key === undefined ? null : await findSentMessage(table, id);
  if (earlier) return requireSameRequest(earlier, hash);

  const expiresAt = expiryOf(input, nowMs);
  const { inReplyTo, content } = input;
  const message: SentMessage = {
    id,
    senderId: caller.agentId,
    ...(await recipientsOf(service, caller, input.recipients)),
    sentAtMs: nowMs,
    priority: input.priority ?? 'MEDIUM',
    requiresAcknowledgment: input.requiresAcknowledgment ?? false,
    content,
    requestHash: hash,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(inReplyTo !== undefined && { inReplyTo }),
  };
  if (await insertSentMessage(table, message, expiryAfter(nowMs, messageDays))) return message;
  const first = await findSentMessage(table, id);
  // Without a key, this is our own put, retried by the SDK after a lost response.
  if (!first) throw keyReused();
  return requireSameRequest(first, hash);
}

function requireSameRequest(first: SentMessage, hash: string): SentMessage {
  if (first.requestHash !== hash) throw keyReused();
  return first;
}

function expiryOf({ expiresAt, expiresInSeconds }: SendMessage, nowMs: number): string | undefined {
  if (expiresInSeconds !== undefined) return isoTime(nowMs + expiresInSeconds * 1_000);
  const problem = expiresAt === undefined ? null : timeAheadProblem('#/expiresAt', Date.parse(expiresAt), nowMs);
  if (problem) throw problem;
  return expiresAt;
}

async function recipientsOf(
  { rosterReader }: MessageService,
  caller: Caller,
  recipients: SendMessage['recipients'],
): Promise<Pick<SentMessage, 'recipientIds' | 'recipientCount' | 'recipientsOf'>> {
  if (Array.isArray(recipients)) return { recipientIds: recipients, recipientCount: recipients.length };
  const { length } = await rosterReader.participantsFor(caller, recipients);
  if (length === 0) throw invalid('#/recipients', 'must be ids: there are no participants');
  return { recipientIds: null, recipientCount: length, recipientsOf: recipients };
}
