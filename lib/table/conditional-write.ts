import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Key } from './keys';
import type { Item, Table } from './table';

/** Whether the write was applied, and the item: as it is now, or as it was when the condition failed. */
export interface ConditionalWrite {
  readonly applied: boolean;
  /** null: the item does not exist. */
  readonly item: Item | null;
}

/**
 * An update whose condition may fail without being an error. The returned item explains a failed condition, so no
 * second read is needed.
 *
 * `applied: false` does not mean that the write of this caller never happened. If a response was lost, the SDK repeats
 * the request, and the repeat meets the effect of the first. Callers must look at the item before they draw a
 * conclusion.
 */
export async function updateIf(
  table: Table,
  key: Key,
  params: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
): Promise<ConditionalWrite> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...params,
        TableName: table.name,
        Key: key,
      }),
    );
    return { applied: true, item: Attributes ?? null };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { applied: false, item: error.Item ? (unmarshall(error.Item) as Item) : null };
  }
}

/** Sets what has a value, removes what is null, and leaves alone what is undefined. The placeholders have its names. */
export function assigning(
  attributes: Readonly<Record<string, unknown>>,
  ConditionExpression: string,
  values: Item = {},
): Omit<UpdateCommandInput, 'TableName' | 'Key'> {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const [set, removed] = [given.filter(([, value]) => value !== null), given.filter(([, value]) => value === null)];
  const clauses = [
    `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ...(removed.length > 0 ? [`REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`] : []),
  ];
  return {
    UpdateExpression: clauses.join(' '),
    ConditionExpression,
    ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: { ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])), ...values },
  };
}

/** A put whose condition may fail without being an error: then it returns false. 1 write unit per KB either way. */
export async function putIf(
  table: Table,
  item: Item,
  params: Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>,
): Promise<boolean> {
  try {
    await table.client.send(new PutCommand({ ...params, TableName: table.name, Item: item }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Puts an item unless there is one with its key. */
export const putNew = (table: Table, item: Item): Promise<boolean> =>
  putIf(table, item, { ConditionExpression: 'attribute_not_exists(pk)' });

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** `refused`: a condition failed. `conflict`: another write to one of the items is in progress. */
export type TransactOutcome = 'applied' | 'refused' | 'conflict';

/** Writes all items or none; a failed condition is not an error (see updateIf). Cost: 2 write units per item and KB. */
export async function transact(table: Table, TransactItems: TransactItem[]): Promise<TransactOutcome> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return 'applied';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = new Set((error.CancellationReasons ?? []).map((reason) => reason.Code));
    if (codes.has('ConditionalCheckFailed')) return 'refused';
    if (codes.has('TransactionConflict')) return 'conflict';
    throw error;
  }
}
