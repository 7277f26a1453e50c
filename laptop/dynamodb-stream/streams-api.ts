/**
 * The three calls of the DynamoDB Streams API, as plain JSON.
 *
 * Without the SDK, because a record on the wire is already in Lambda's format (seconds, base64, typed values). The SDK
 * would convert it to dates and byte arrays, which would have to be converted back.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { dynamoDbHeaders } from '../dynamodb-headers';
import { restoreEmptyMaps } from './empty-maps';

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
}

export interface StreamsApi {
  /** All shards, open or closed. */
  describe(streamArn: string): Promise<readonly Shard[]>;
  /** After the record with that sequence number, or from the oldest record kept or the next one to come. */
  iterator(streamArn: string, shardId: string, from: ShardPosition): Promise<string>;
  /** Without `next` the shard is closed and read to its end. */
  records(iterator: string): Promise<{ readonly records: readonly DynamoDBRecord[]; readonly next?: string }>;
}

export type ShardPosition = { readonly after: string } | 'TRIM_HORIZON' | 'LATEST';

/** `code` is the name of the AWS error, for example `TrimmedDataAccessException`. */
export class StreamsError extends Error {
  override readonly name = 'StreamsError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

const MAX_RECORDS = 1_000;
const REQUEST_LIMIT_MS = 30_000;

export function createStreamsApi(endpoint: string, signal: AbortSignal): StreamsApi {
  async function call<T>(action: string, parameters: object): Promise<T> {
    // Not AbortSignal.any, which on Node 20 leaks a little with every use of a signal that lives as long as the
    // process.
    const request = new AbortController();
    const abort = (): void => {
      request.abort();
    };
    const limit = setTimeout(abort, REQUEST_LIMIT_MS);
    signal.addEventListener('abort', abort);
    try {
      return await send<T>(action, parameters, request.signal);
    } finally {
      clearTimeout(limit);
      signal.removeEventListener('abort', abort);
    }
  }

  async function send<T>(action: string, parameters: object, requestSignal: AbortSignal): Promise<T> {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: dynamoDbHeaders(`DynamoDBStreams_20120810.${action}`),
      body: JSON.stringify(parameters),
      signal: requestSignal,
    });
    const body = (await response.json()) as { readonly __type?: string; readonly message?: string };
    if (response.ok) return body as T;
    throw new StreamsError(body.__type?.split('#').at(-1) ?? `HTTP ${response.status}`, body.message ?? '');
  }

  return {
    describe: async (streamArn) => {
      const shards: Shard[] = [];
      let start: string | undefined;
      do {
        const parameters = { StreamArn: streamArn, ...(start === undefined ? {} : { ExclusiveStartShardId: start }) };
        const { StreamDescription } = await call<DescribeAnswer>('DescribeStream', parameters);
        shards.push(...(StreamDescription.Shards ?? []));
        start = StreamDescription.LastEvaluatedShardId;
      } while (start !== undefined);
      return shards;
    },
    iterator: async (streamArn, shardId, from) => {
      const position =
        typeof from === 'string'
          ? { ShardIteratorType: from }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.after };
      const parameters = { StreamArn: streamArn, ShardId: shardId, ...position };
      return (await call<{ readonly ShardIterator: string }>('GetShardIterator', parameters)).ShardIterator;
    },
    records: async (iterator) => {
      const parameters = { ShardIterator: iterator, Limit: MAX_RECORDS };
      const { Records = [], NextShardIterator } = await call<RecordsAnswer>('GetRecords', parameters);
      return {
        records: Records.map(restoreEmptyMaps),
        ...(NextShardIterator === undefined ? {} : { next: NextShardIterator }),
      };
    },
  };
}

interface DescribeAnswer {
  readonly StreamDescription: { readonly Shards?: readonly Shard[]; readonly LastEvaluatedShardId?: string };
}

interface RecordsAnswer {
  readonly Records?: readonly DynamoDBRecord[];
  readonly NextShardIterator?: string;
}
