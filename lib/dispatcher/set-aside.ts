/**
 * Decides when a change that cannot be dispatched is dead-lettered, so that later changes can proceed, and how: with
 * its whole content. `muster admin redrive` dispatches it again (ADR 0017).
 *
 *     the same failure each time                             dead-lettered at once
 *     anything else: throttling, an outage, no permission    retried until the change is 6 h old, then dead-lettered
 *
 * A change that is retried delays later ones of its lane (a tenth of a shard); a dead-lettered one delays nothing.
 */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { isoTime } from '../common/clock';
import { MusterError } from '../common/errors';

/** Well within the 12 h of the event source, so that this code dead-letters the change, with its content. */
export const PATIENCE_MS = 6 * 3_600_000;

/** Names of errors that the same change causes each time: of JavaScript itself, and of AWS about the input. */
const HOPELESS = new Set([
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'URIError',
  'ValidationException',
  'SerializationException',
  'InvalidParameterException',
  'InvalidParameterValueException',
]);

/** Whether to dead-letter a change of this age. */
export function mustBeSetAside(error: unknown, ageMs: number): boolean {
  return isHopeless(error) || ageMs > PATIENCE_MS;
}

function isHopeless(error: unknown): boolean {
  if (error instanceof MusterError) return !error.retryable;
  return error instanceof Error && HOPELESS.has(error.name);
}

/** The record has seconds, as Lambda passes it on. */
export const ageOf = ({ dynamodb }: DynamoDBRecord, nowMs: number): number =>
  nowMs - (dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000;

/** The content of the dead-letter queue for a change. */
export interface ChangeSetAside {
  /** ISO 8601 UTC. */
  readonly setAsideAt: string;
  /** `SyntaxError: Unexpected token …` */
  readonly reason: string;
  /** The record of the stream: keys, old and new image. */
  readonly record: DynamoDBRecord;
}

export type SetAside = (record: DynamoDBRecord, error: unknown, nowMs: number) => Promise<void>;

/**
 * The largest change, 5,000 participants of 64 characters before and after, is 750 KB as JSON; a message of SQS may
 * have 1 MiB.
 */
export function setAsideInQueue(client: SQSClient, queueUrl: string): SetAside {
  return async (record, error, nowMs) => {
    const change: ChangeSetAside = { setAsideAt: isoTime(nowMs), reason: reasonOf(error), record };
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(change) }));
  };
}

/** In one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
