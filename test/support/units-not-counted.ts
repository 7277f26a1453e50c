import type { Item } from '../../lib/table/table';
import { itemSize } from './item-size';

interface Keys {
  readonly Keys?: readonly unknown[];
  readonly ConsistentRead?: boolean;
}

/**
 * What DynamoDB bills of a request and DynamoDB Local (3.3.0) doesn't report: of a transaction the size of
 * its items, items that a BatchGetItem asks for and doesn't find, and a Query that finds nothing.
 */
export function unitsNotCounted(command: string, input: object, output: object, reported: number): number {
  if (command.startsWith('TransactWrite')) return unitsOfTransaction(input) - reported;
  if (command.startsWith('Query')) return unitsOfNothingFound(input, output, reported);
  return command.startsWith('BatchGet') ? unitsOfMissing(input, output) : 0;
}

/** 2 for each item and KB. What an update leaves isn't known here; those of our transactions are below 1 KB. */
function unitsOfTransaction(input: object): number {
  const { TransactItems = [] } = input as {
    readonly TransactItems?: readonly { readonly Put?: { readonly Item: Item } }[];
  };
  return TransactItems.reduce((sum, { Put }) => sum + (Put ? 2 * Math.ceil(itemSize(Put.Item) / 1_024) : 2), 0);
}

function unitsOfNothingFound(input: object, output: object, reported: number): number {
  const { ConsistentRead = false } = input as Keys;
  const { ScannedCount = 0 } = output as { readonly ScannedCount?: number };
  return ScannedCount === 0 ? (ConsistentRead ? 1 : 0.5) - reported : 0;
}

function unitsOfMissing(input: object, output: object): number {
  const { RequestItems = {} } = input as { readonly RequestItems?: Readonly<Record<string, Keys>> };
  const { Responses = {}, UnprocessedKeys = {} } = output as {
    readonly Responses?: Readonly<Record<string, readonly unknown[]>>;
    readonly UnprocessedKeys?: Readonly<Record<string, Keys>>;
  };
  return Object.entries(RequestItems).reduce((units, [table, { Keys = [], ConsistentRead = false }]) => {
    const answered = (Responses[table]?.length ?? 0) + (UnprocessedKeys[table]?.Keys?.length ?? 0);
    return units + (Keys.length - answered) * (ConsistentRead ? 1 : 0.5);
  }, 0);
}
