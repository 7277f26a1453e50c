import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Change } from '../../lib/dispatcher/change';
import type { Key } from '../../lib/table/keys';
import type { Item, Table } from '../../lib/table/table';
import { holds, type Placeholders, updated } from './expressions';

/**
 * A table in memory that answers the requests Muster makes as DynamoDB does, thousands of times faster: to go through
 * all orders of requests, of which there are too many for DynamoDB Local. It is only as good as its likeness, so tests
 * that use it also send what they sent here to DynamoDB Local (see compareWithDynamoDb).
 */
export interface MemoryTable extends Table {
  /** Everything in it, in order of keys. */
  items(): Item[];
  /** All changes so far, in order: what the stream would deliver. */
  readonly changes: readonly Change[];
  /** What a request of `client` does: it takes effect at once. */
  perform(request: Request): Answer;
  /** Called with each request, what it answered, and the items it was about as they were before. */
  afterRequest: (request: Request, answer: Answer, before: readonly Item[]) => void;
  /** Puts an item without a request and without a change. */
  place(item: Item): void;
}

export interface Request {
  /** As the SDK's class is called: `UpdateCommand`. */
  readonly command: string;
  readonly input: Record<string, unknown>;
}

/** What a request answered, comparable as a whole. */
export type Answer = { readonly output: Record<string, unknown> } | { readonly error: Error };

interface Write extends Placeholders {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

interface KeyValues extends Placeholders {
  readonly KeyConditionExpression: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
}

/** The name of every table in memory. */
export const MEMORY_TABLE = 'memory';

/** Of an item or a key. */
export const nameOf = (key: Item): string => `${String(key['pk'])} ${String(key['sk'])}`;

export function createMemoryTable(): MemoryTable {
  const items = new Map<string, Item>();
  const changes: Change[] = [];
  const keyOf = ({ Key, Item: item }: Write): Item => Key ?? item ?? {};
  // Items are never changed, only replaced, so they can be handed out as they are.
  const inOrder = (): Item[] => [...items].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);

  const store = (key: Item, after: Item | undefined): void => {
    const before = items.get(nameOf(key));
    if (after) items.set(nameOf(key), after);
    else items.delete(nameOf(key));
    if (before && after ? textOf(before) === textOf(after) : before === after) return;
    changes.push({
      pk: String(key['pk']),
      sk: String(key['sk']),
      before: before ?? null,
      after: after ?? null,
    });
  };
  const isAllowed = (write: Write): boolean =>
    holds(write.ConditionExpression, write, items.get(nameOf(keyOf(write))) ?? {});
  const apply = (write: Write): Item | undefined => {
    const key = keyOf(write);
    const before = items.get(nameOf(key));
    const after =
      write.UpdateExpression === undefined
        ? write.Item && withoutUndefined(write.Item)
        : updated(write.UpdateExpression, write, before ?? { ...key });
    store(key, after);
    return after;
  };
  const applyIfAllowed = (write: Write): Item | undefined => {
    if (isAllowed(write)) return apply(write);
    const Item = write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && items.get(nameOf(keyOf(write)));
    throw new ConditionalCheckFailedException({
      message: 'The conditional request failed',
      $metadata: {},
      ...(Item && { Item: marshall(Item) }),
    });
  };

  const answers: Record<string, (input: Record<string, unknown>) => Record<string, unknown>> = {
    GetCommand: (input) => ({ Item: items.get(nameOf((input as Write).Key ?? {})) }),
    PutCommand: (input) => {
      applyIfAllowed(input);
      return {};
    },
    DeleteCommand: (input) => {
      applyIfAllowed(input);
      return {};
    },
    UpdateCommand: (input) => {
      const Attributes = applyIfAllowed(input);
      return input['ReturnValues'] === 'ALL_NEW' ? { Attributes } : {};
    },
    ScanCommand: () => ({ Items: inOrder() }),
    QueryCommand: (input) => queryAnswer(inOrder(), input as unknown as KeyValues),
    BatchGetCommand: (input) => ({
      Responses: { [MEMORY_TABLE]: keysOfBatch(input).flatMap((key) => items.get(nameOf({ ...key })) ?? []) },
    }),
    BatchWriteCommand: (input) => {
      const requests = (input['RequestItems'] as Record<string, BatchWrite[]>)[MEMORY_TABLE] ?? [];
      for (const { PutRequest, DeleteRequest } of requests) apply(PutRequest ?? DeleteRequest ?? {});
      return {};
    },
  };

  const perform = (request: Request): Answer => {
    const answer = answers[request.command];
    if (!answer) throw new Error(`the table in memory does not know ${request.command}`);
    const before = (keysOf(request) ?? []).flatMap((key): Item[] => {
      const item = items.get(nameOf(key));
      return item ? [item] : [];
    });
    let result: Answer;
    try {
      result = { output: answer(request.input) };
    } catch (error) {
      result = { error: error as Error };
    }
    table.afterRequest(request, result, before);
    return result;
  };
  const send = async (sent: { constructor: { name: string }; input: Record<string, unknown> }): Promise<unknown> => {
    const result = await Promise.resolve(perform({ command: sent.constructor.name, input: sent.input }));
    if ('error' in result) throw result.error;
    return result.output;
  };
  const table: MemoryTable = {
    name: MEMORY_TABLE,
    items: inOrder,
    changes,
    perform,
    afterRequest: () => undefined,
    place: (item) => void items.set(nameOf(item), withoutUndefined(item)),
    client: { send } as unknown as DynamoDBDocumentClient,
  };
  return table;
}

interface BatchWrite {
  readonly PutRequest?: Write;
  readonly DeleteRequest?: Write;
}

/** Of the items that a request is about; null: it may be about any. */
export function keysOf({ command, input }: Request): Item[] | null {
  const keyOf = ({ Key: key, Item: item }: Write): Item => ({ pk: (key ?? item)?.['pk'], sk: (key ?? item)?.['sk'] });
  if (command === 'BatchGetCommand') return keysOfBatch(input).map((key) => ({ ...key }));
  if (/^(Get|Put|Update|Delete)/.test(command)) return [keyOf(input)];
  return null;
}

const keysOfBatch = (input: Record<string, unknown>): Key[] =>
  (input['RequestItems'] as Record<string, { Keys: Key[] }>)[MEMORY_TABLE]?.Keys ?? [];

/** `pk = :pk`, and a range of the sort key. */
function queryAnswer(all: Item[], input: KeyValues): Record<string, unknown> {
  const found = all.filter((item) => holds(input.KeyConditionExpression, input, item));
  if (input.ScanIndexForward === false) found.reverse();
  const page = found.slice(0, input.Limit ?? found.length);
  const last = page.at(-1);
  const more = page.length < found.length && last;
  return { Items: page, ...(more && { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } }) };
}

const withoutUndefined = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));

const texts = new WeakMap<Item, string>();

/** The same for items that hold the same. */
export function textOf(item: Item): string {
  const text = texts.get(item) ?? JSON.stringify(plain(item));
  texts.set(item, text);
  return text;
}

/** Keys in order: two values that mean the same look the same. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, plain(member)]),
  );
}
