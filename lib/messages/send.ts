import { v7 as uuidv7 } from 'uuid';
import { isoTime } from '../common/clock';
import { invalid } from '../common/errors';
import { requestHash } from '../common/hash';
import { MAX_ROSTER_CONTENT_BYTES } from '../common/limits';
import { expiryAfter } from '../common/retention';
import type { Caller } from '../http/caller';
import { idOfKey, keyReused } from '../http/idempotency';
import { jsonBytes } from '../http/schemas';
import { timeAheadProblem } from '../http/time-ahead';
import type { Service } from '../table/service';
import type { SendMessage } from './routes';
import { findSentMessage, insertSentMessage, type RosterReader, type SentMessage } from './store';

export interface MessageService extends Service {
  /** Retention of messages. */
  readonly messageDays: number;
  readonly rosterReader: RosterReader;
}

/** The copies in inboxes may stay that long after their time; to acknowledge one with a key, its sent time is read. */
const LONGEST_REMOVAL_DAYS = 3;

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
    ...(await recipientsFrom(service, caller, input)),
    sentAtMs: nowMs,
    priority: input.priority ?? 'MEDIUM',
    requiresAcknowledgment: input.requiresAcknowledgment ?? false,
    content,
    requestHash: hash,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(inReplyTo !== undefined && { inReplyTo }),
  };
  const keptDays = messageDays + LONGEST_REMOVAL_DAYS;
  if (await insertSentMessage(table, message, expiryAfter(nowMs, keptDays))) return message;
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

async function recipientsFrom(
  { rosterReader }: MessageService,
  caller: Caller,
  { recipients, content }: SendMessage,
): Promise<Pick<SentMessage, 'recipientIds' | 'recipientCount' | 'recipientsOf' | 'rosterCreatedAtMs'>> {
  if (Array.isArray(recipients)) return { recipientIds: recipients, recipientCount: recipients.length };
  const bytes = jsonBytes(content);
  if (bytes > MAX_ROSTER_CONTENT_BYTES) {
    const allowed = `at most ${MAX_ROSTER_CONTENT_BYTES} are allowed to everyone on a roster`;
    throw invalid('#/content', `has ${bytes} bytes as JSON; ${allowed}`);
  }
  const { participants, createdAtMs } = await rosterReader.participantsFor(caller, recipients);
  if (participants.length === 0) throw invalid('#/recipients', 'must be ids: there are no participants');
  return {
    recipientIds: null,
    recipientCount: participants.length,
    recipientsOf: recipients,
    rosterCreatedAtMs: createdAtMs,
  };
}
