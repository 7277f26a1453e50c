import { type AttributeValue, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Change } from '../../lib/dispatcher/change';
import { restoreEmptyMaps } from '../../laptop/dynamodb-stream/empty-maps';
import { localStreamsClient } from './local-client';
import type { MeteredTable } from './metered-table';

const MOST_RECORDS = 1_000;

/** Answers the changes since the last call, in the order of the stream. */
export async function streamReader(table: MeteredTable): Promise<() => Promise<Change[]>> {
  const streams = localStreamsClient(table.endpoint);
  const described = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  const StreamArn = described.Table?.LatestStreamArn;
  const iterators = new Map<string, string | undefined>();
  const describeShards = async (): Promise<string[]> => {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    return (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
  };
  // Dynoxide has one shard for ever, which is there with the first change.
  let shardIds: string[] = [];

  return async () => {
    if (shardIds.length === 0 || table.isDynamoDbLocal) shardIds = await describeShards();
    const changes: Change[] = [];
    for (const ShardId of shardIds) {
      if (!iterators.has(ShardId)) {
        const { ShardIterator } = await streams.send(
          new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
        );
        iterators.set(ShardId, ShardIterator);
      }
      for (let iterator = iterators.get(ShardId); iterator;) {
        const { Records = [], NextShardIterator } = await streams.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit: MOST_RECORDS }),
        );
        iterator = NextShardIterator;
        iterators.set(ShardId, iterator);
        changes.push(...Records.map((record) => changeOf(restoreEmptyMaps(record).dynamodb ?? {})));
        // Dynoxide returns all there are, up to the limit.
        if (Records.length < (table.isDynamoDbLocal ? 1 : MOST_RECORDS)) break;
      }
    }
    return changes;
  };
}

function changeOf(record: {
  Keys?: Record<string, AttributeValue> | undefined;
  OldImage?: Record<string, AttributeValue> | undefined;
  NewImage?: Record<string, AttributeValue> | undefined;
}): Change {
  const keys = unmarshall(record.Keys ?? {});
  return {
    pk: String(keys['pk']),
    sk: String(keys['sk']),
    before: record.OldImage ? unmarshall(record.OldImage) : null,
    after: record.NewImage ? unmarshall(record.NewImage) : null,
  };
}
