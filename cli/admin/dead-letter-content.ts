/** What the messages of the dead-letter queues hold, by who put them there. */
import type { ChangeSetAside } from '../../lib/dispatcher/set-aside';
import type { DeadLetter } from './dead-letter-queue';
import { CommandError } from '../errors';

/** A function to call again, and with what. */
export interface Call {
  readonly functionArn: string;
  readonly payload: string;
  /** Why it was given up on, as far as that was said. */
  readonly reason: string;
}

/** Records of a stream, as Lambda names them where it can't call the function at all. */
export interface StreamPosition {
  readonly streamArn: string;
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  readonly batchSize: number;
}

export function changeSetAside(letter: DeadLetter): ChangeSetAside | undefined {
  const { record, reason, setAsideAt } = parse(letter);
  if (!isRecord(record) || !isRecord(record['dynamodb'])) return undefined;
  return { record, reason: String(reason), setAsideAt: String(setAsideAt) };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
export function streamPosition(letter: DeadLetter): StreamPosition | undefined {
  const { DDBStreamBatchInfo: info } = parse(letter);
  if (!isRecord(info)) return undefined;
  const text = (name: string): string => String(info[name]);
  return {
    streamArn: text('streamArn'),
    shardId: text('shardId'),
    startSequenceNumber: text('startSequenceNumber'),
    endSequenceNumber: text('endSequenceNumber'),
    batchSize: Number(info['batchSize']),
  };
}

/**
 * A call of a function that failed for good (Lambda tells the payload), or one that Scheduler could not hand over (the
 * payload is the body, the rest attributes).
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 * @throws CommandError when it is neither
 */
export function failedCall(letter: DeadLetter): Call {
  const target = letter.attributes['TARGET_ARN']?.StringValue;
  if (target !== undefined) {
    const reason = letter.attributes['ERROR_MESSAGE']?.StringValue ?? letter.attributes['ERROR_CODE']?.StringValue;
    return { functionArn: target, payload: letter.body, reason: reason ?? 'no reason given' };
  }
  const { requestContext, requestPayload, responsePayload } = parse(letter);
  if (!isRecord(requestContext) || requestPayload === undefined) {
    throw new CommandError('it is neither a failed call nor a call that Scheduler could not make');
  }
  const { errorType, errorMessage } = isRecord(responsePayload) ? responsePayload : {};
  return {
    functionArn: String(requestContext['functionArn']),
    payload: JSON.stringify(requestPayload),
    reason:
      typeof errorType === 'string' ? `${errorType}: ${String(errorMessage)}` : String(requestContext['condition']),
  };
}

/**
 * What SNS adds to a message that it gives up on, next to the attributes that it was published with.
 *
 * https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
const ADDED_BY_SNS = ['RequestID', 'ErrorCode', 'ErrorMessage'];

/** Why SNS could not deliver a message; undefined when it was not SNS that gave up on it. */
export function deliveryFailure({ attributes }: DeadLetter): string | undefined {
  const parts = ['ErrorCode', 'ErrorMessage'].map((name) => attributes[name]?.StringValue);
  const said = parts.filter((part) => part !== undefined);
  return said.length > 0 ? said.join(': ') : undefined;
}

export const publishedAttributes = ({ attributes }: DeadLetter): DeadLetter['attributes'] =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !ADDED_BY_SNS.includes(name)));

function parse({ body }: DeadLetter): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
