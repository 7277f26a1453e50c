/**
 * When a change that can't be dispatched is put out of the way of those behind it, and how: whole, into the dead-letter
 * queue, from where `muster admin redrive` has it dispatched (ADR 0017).
 *
 *     what fails is the same each time                        set aside at once
 *     anything else: throttling, an outage, no permission     tried again until the change is 6 h old, then set aside
 *
 * A change that is tried again holds up later ones of its lane (a tenth of a shard), in order; one that was set aside
 * holds up nothing.
 */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { isoTime } from '../clock';
import { MusterError } from '../errors/muster-error';

/** Well within the 12 h of the event source, so that what is given up on is given up on here, with its content. */
export const PATIENCE_MS = 6 * 3_600_000;

/** Names of errors that the same change meets again each time: of JavaScript itself, and of AWS about the input. */
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

/** Whether to stop trying to dispatch a change of this age. */
export function mustBeSetAside(error: unknown, ageMs: number): boolean {
  return isHopeless(error) || ageMs > PATIENCE_MS;
}

function isHopeless(error: unknown): boolean {
  if (error instanceof MusterError) return !error.retryable;
  return error instanceof Error && HOPELESS.has(error.name);
}

/** Seconds in the record, as Lambda hands it over. */
export const ageOf = ({ dynamodb }: DynamoDBRecord, nowMs: number): number =>
  nowMs - (dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000;

/** What the dead-letter queue holds of a change. */
export interface ChangeSetAside {
  /** ISO 8601 UTC. */
  readonly setAsideAt: string;
  /** `SyntaxError: Unexpected token …` */
  readonly reason: string;
  /** As the stream gave it: keys, old and new image. */
  readonly record: DynamoDBRecord;
}

export type SetAside = (record: DynamoDBRecord, error: unknown, nowMs: number) => Promise<void>;

/**
 * The largest change, 5,000 participants of 64 characters before and after, is 750 KB as JSON; a message of SQS may have
 * 1 MiB.
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
