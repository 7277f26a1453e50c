import {
  type _Record as StreamRecord,
  type AttributeValue,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { setTimeout as delay } from 'node:timers/promises';
import { isDispatched } from '../../lib/table/keys';
import type { StreamPosition } from './dead-letter-content';
import { CommandError } from '../errors';

/**
 * An answer may be empty though the shard goes on, and an open shard never says that it has no more; so many empty ones
 * one after the other are taken for that.
 */
const EMPTY_ANSWERS = 10;
const PAUSE_AFTER_EMPTY_MS = 250;

/**
 * The changes at a position, while the stream has them: for 24 h. The shard holds what is never dispatched and what
 * went through other lanes of the event source in between; the former is left out, the latter comes too, as nothing
 * tells it apart, and changes nothing when it is dispatched again; only the metrics count it twice.
 *
 * @throws CommandError when the stream doesn't have all of them
 */
export async function readStreamRecords(
  client: DynamoDBStreamsClient,
  position: StreamPosition,
): Promise<readonly DynamoDBRecord[]> {
  try {
    const records = await readAll(client, position);
    if (records === 'not reached')
      throw new CommandError('the stream did not return all of its records this time; try again');
    if (records) return records.filter(isOfDispatchedItem).map(asLambdaHandsItOver);
  } catch (error) {
    const gone = error instanceof Error && /^(TrimmedDataAccess|ResourceNotFound)/.test(error.name);
    if (!gone) throw error;
  }
  throw new CommandError('the stream no longer has it; it keeps changes for 24 hours');
}

/**
 * All records from the start to the end of the position; undefined when the shard lacks one of these, and `not reached`
 * when it goes on without having come to the end.
 */
async function readAll(
  client: DynamoDBStreamsClient,
  { streamArn, shardId, startSequenceNumber, endSequenceNumber }: StreamPosition,
): Promise<readonly StreamRecord[] | 'not reached' | undefined> {
  const [start, end] = [BigInt(startSequenceNumber), BigInt(endSequenceNumber)];
  let { ShardIterator: iterator } = await client.send(
    new GetShardIteratorCommand({
      StreamArn: streamArn,
      ShardId: shardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      SequenceNumber: startSequenceNumber,
    }),
  );
  const found: StreamRecord[] = [];
  for (let empty = 0; iterator !== undefined && empty < EMPTY_ANSWERS;) {
    const answer: GetRecordsCommandOutput = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    const { Records = [], NextShardIterator } = answer;
    for (const record of Records) {
      if (found.length === 0 && numberOf(record) !== start) return undefined;
      if (numberOf(record) <= end) found.push(record);
      if (numberOf(record) >= end) return found;
    }
    empty = Records.length === 0 ? empty + 1 : 0;
    iterator = NextShardIterator;
    // A shard takes five reads a second from all of its readers.
    if (empty > 0) await delay(PAUSE_AFTER_EMPTY_MS);
  }
  return iterator === undefined ? undefined : 'not reached';
}

const numberOf = ({ dynamodb }: StreamRecord): bigint => BigInt(dynamodb?.SequenceNumber ?? 0);

const isOfDispatchedItem = ({ dynamodb }: StreamRecord): boolean =>
  isDispatched({ sk: dynamodb?.Keys?.['sk']?.S ?? '', after: { state: dynamodb?.NewImage?.['state']?.S } });

/** Lambda hands over what is on the wire: times in seconds and bytes in base64, of which the SDK makes objects. */
function asLambdaHandsItOver({ dynamodb, ...record }: StreamRecord): DynamoDBRecord {
  const { ApproximateCreationDateTime: createdAt, Keys, OldImage, NewImage, ...rest } = dynamodb ?? {};
  return {
    ...record,
    dynamodb: {
      ...rest,
      ...(Keys && { Keys: withBase64(Keys) }),
      ...(OldImage && { OldImage: withBase64(OldImage) }),
      ...(NewImage && { NewImage: withBase64(NewImage) }),
      ...(createdAt && { ApproximateCreationDateTime: createdAt.getTime() / 1_000 }),
    },
  } as DynamoDBRecord;
}

const withBase64 = (image: Record<string, AttributeValue>): unknown =>
  JSON.parse(
    JSON.stringify(image, (_name, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
