import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Key } from './keys';
import type { Item, Table } from './table';

/** Whether the write took effect, and the item: as it is now, or as it was when the condition failed. */
export interface ConditionalWrite {
  readonly applied: boolean;
  /** null: there is no such item. */
  readonly item: Item | null;
}

/**
 * An update whose condition may fail without being an error. The failed condition is explained by the item that
 * comes back with it, so there is no second read.
 *
 * `applied: false` does not mean that this caller's write never happened: the SDK repeats a request whose answer was
 * lost, and the repeat then meets the effect of the first. Callers look at the item before they conclude anything.
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
