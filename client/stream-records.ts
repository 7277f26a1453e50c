import {
  type _Record as StreamRecord,
  type AttributeValue,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { restoreEmptyMaps } from '../local/dynamodb-stream/empty-maps';
import type { StreamPosition } from './dead-letter-content';
import { CommandError } from './explain-error';

/**
 * The records at a position, while the stream has them: for 24 h.
 *
 * @throws CommandError when it no longer has
 */
export async function readStreamRecords(position: StreamPosition): Promise<readonly DynamoDBRecord[]> {
  const client = new DynamoDBStreamsClient({});
  try {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: position.streamArn,
        ShardId: position.shardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: position.startSequenceNumber,
      }),
    );
    const { Records = [] } = await client.send(
      new GetRecordsCommand({ ShardIterator, Limit: Math.min(1_000, position.batchSize) }),
    );
    const end = BigInt(position.endSequenceNumber);
    const wanted = Records.filter(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0) <= end);
    if (wanted.length > 0) return wanted.map(asLambdaHandsItOver);
  } catch (error) {
    const gone = error instanceof Error && /^(TrimmedDataAccess|ResourceNotFound)/.test(error.name);
    if (!gone) throw error;
  }
  throw new CommandError('the stream, which keeps changes for 24 hours, no longer has it');
}

/** Lambda hands over what is on the wire: times in seconds and bytes in base64, of which the SDK makes objects. */
function asLambdaHandsItOver({ dynamodb, ...record }: StreamRecord): DynamoDBRecord {
  const { ApproximateCreationDateTime: createdAt, Keys, OldImage, NewImage, ...rest } = dynamodb ?? {};
  return {
    ...record,
    dynamodb: {
      ...rest,
      ...(Keys && { Keys: withBase64(Keys) }),
      ...(OldImage && { OldImage: withBase64(restoreEmptyMaps(OldImage)) }),
      ...(NewImage && { NewImage: withBase64(restoreEmptyMaps(NewImage)) }),
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
