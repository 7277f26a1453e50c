import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { mapConcurrently } from '../common/concurrency';
import { busy } from '../common/errors';
import type { Key } from './keys';

/** The one table and the client to reach it; passed to every repository. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export type Item = Record<string, unknown>;

/**
 * As the SDK has them, but for the time after which an unused connection is closed: a database that closes none would
 * else keep as many open as the busiest moment had.
 */
const CONNECTIONS = { keepAlive: true, maxSockets: 50, timeout: 20_000 };

export function openTable(name: string): Table {
  const client = new DynamoDBClient({ requestHandler: { httpAgent: CONNECTIONS, httpsAgent: CONNECTIONS } });
  return { client: documentClient(client), name };
}

export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  // An agent may be called `constructor`; the SDK takes a map with such a member for the instance of a class.
  const marshallOptions = { removeUndefinedValues: true, convertClassInstanceToMap: true };
  return DynamoDBDocumentClient.from(client, { marshallOptions });
}

const BATCH_GET_SIZE = 100;
const BATCH_WRITE_SIZE = 25;
const BATCHES_IN_FLIGHT = 8;
const BATCH_ATTEMPTS = 8;

/** One item; null if it does not exist. A strong read, 1 read unit per 4 KB; half if not `consistent`. */
export async function getItem(table: Table, key: Key, { consistent = true } = {}): Promise<Item | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: consistent }),
  );
  return Item ?? null;
}

interface BatchGetOptions {
  readonly consistent: boolean;

  /** @default all attributes */
  readonly only?: readonly string[];
}

/** Reads any number of items. Cost: 1 read unit per 4 KB of each when `consistent`, half otherwise. Order is lost. */
export async function batchGet(table: Table, keys: readonly Key[], options: BatchGetOptions): Promise<Item[]> {
  const batches = await mapInChunks(keys, BATCH_GET_SIZE, async (chunk) => {
    const items: Item[] = [];
    let request: BatchGetCommandInput['RequestItems'] = {
      [table.name]: {
        Keys: [...chunk],
        ConsistentRead: options.consistent,
        ...(options.only && { ProjectionExpression: options.only.join(', ') }),
      },
    };
    for (let attempt = 0; attempt < BATCH_ATTEMPTS; attempt++) {
      await backOff(attempt);
      const answer: BatchGetCommandOutput = await table.client.send(new BatchGetCommand({ RequestItems: request }));
      items.push(...(answer.Responses?.[table.name] ?? []));
      request = answer.UnprocessedKeys;
      if (!request || Object.keys(request).length === 0) return items;
    }
    throw busy('The database did not complete all reads in time; try again.');
  });
  return batches.flat();
}

/** Puts or deletes any number of items without conditions. Cost: 1 write unit per KB of each. */
export async function batchWrite(table: Table, requests: readonly ({ put: Item } | { remove: Key })[]): Promise<void> {
  await mapInChunks(requests, BATCH_WRITE_SIZE, async (chunk) => {
    let pending: BatchWriteCommandInput['RequestItems'] = {
      [table.name]: chunk.map((request) =>
        'put' in request ? { PutRequest: { Item: request.put } } : { DeleteRequest: { Key: request.remove } },
      ),
    };
    for (let attempt = 0; attempt < BATCH_ATTEMPTS; attempt++) {
      await backOff(attempt);
      const answer: BatchWriteCommandOutput = await table.client.send(new BatchWriteCommand({ RequestItems: pending }));
      pending = answer.UnprocessedItems;
      if (!pending || Object.keys(pending).length === 0) return;
    }
    throw busy('The database did not complete all writes in time; try again.');
  });
}

/** Unprocessed parts of a batch mean throttling; the AWS SDK does not retry them itself. */
async function backOff(attempt: number): Promise<void> {
  if (attempt > 0) await delay(Math.random() * Math.min(2_000, 25 * 2 ** attempt));
}

async function mapInChunks<Input, Output>(
  inputs: readonly Input[],
  size: number,
  work: (chunk: readonly Input[]) => Promise<Output>,
): Promise<Output[]> {
  const chunks: (readonly Input[])[] = [];
  for (let start = 0; start < inputs.length; start += size) chunks.push(inputs.slice(start, start + size));
  return mapConcurrently(chunks, BATCHES_IN_FLIGHT, work);
}
