import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '../errors/muster-error';
import type { Key } from './keys';

/** The one table and the client to reach it; passed to every repository. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export type Item = Record<string, unknown>;

export function openTable(name: string): Table {
  return { client: documentClient(new DynamoDBClient({})), name };
}

export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

const BATCH_GET_SIZE = 100;
const BATCH_WRITE_SIZE = 25;
const BATCHES_IN_FLIGHT = 8;
const BATCH_ATTEMPTS = 8;

/** Reads any number of items. Cost: 1 read unit per 4 KB of each when `consistent`, half otherwise. Order is lost. */
export async function batchGet(table: Table, keys: readonly Key[], options: { consistent: boolean }): Promise<Item[]> {
  const batches = await mapInChunks(keys, BATCH_GET_SIZE, async (chunk) => {
    const items: Item[] = [];
    let request: BatchGetCommandInput['RequestItems'] = {
      [table.name]: { Keys: [...chunk], ConsistentRead: options.consistent },
    };
    for (let attempt = 0; attempt < BATCH_ATTEMPTS; attempt++) {
      await backOff(attempt);
      const answer: BatchGetCommandOutput = await table.client.send(new BatchGetCommand({ RequestItems: request }));
      items.push(...(answer.Responses?.[table.name] ?? []));
      request = answer.UnprocessedKeys;
      if (!request || Object.keys(request).length === 0) return items;
    }
    throw new MusterError('store.busy', 'The store did not take all reads of a batch in time.', {
      headers: { 'retry-after': '1' },
    });
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
    throw new MusterError('store.busy', 'The store did not take all writes of a batch in time.');
  });
}

/** Unprocessed parts of a batch mean throttling; the AWS SDK does not wait for them by itself. */
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

/** Runs `work` for each input, at most `concurrency` at a time; answers in the order of the inputs. */
export async function mapConcurrently<Input, Output>(
  inputs: readonly Input[],
  concurrency: number,
  work: (input: Input) => Promise<Output>,
): Promise<Output[]> {
  const outputs: Output[] = [];
  const queue = inputs.entries();
  const worker = async (): Promise<void> => {
    for (const [index, input] of queue) outputs[index] = await work(input);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, inputs.length) }, worker));
  return outputs;
}
