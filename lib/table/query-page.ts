import { invalidCursor } from './cursor';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from './table';

export interface PageQuery {
  readonly pk: string;
  /** Only sort keys that start like this. */
  readonly prefix?: string;
  /** Maximum number of items. */
  readonly limit: number;
  /** Sort key of the last item of the previous page. */
  readonly after?: string | undefined;
  /** @default false: ascending sort keys */
  readonly descending?: boolean;
}

/**
 * One page of a partition, with strong reads, and whether more items follow. It reads one item beyond the page to find
 * out, because DynamoDB reports possible further items after every full page. 1 read unit per 4 KB.
 */
export async function queryPage(table: Table, query: PageQuery): Promise<{ items: Item[]; more: boolean }> {
  const { pk, prefix, limit, after, descending = false } = query;
  if (after !== undefined) requireSortKey(after, prefix);
  const items: Item[] = [];
  let startKey: Item | undefined = after === undefined ? undefined : { pk, sk: after };
  // A Query stops at 1 MB as well, so a page of large items takes several.
  do {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix !== undefined && { ':prefix': prefix }) },
        ConsistentRead: true,
        ScanIndexForward: !descending,
        Limit: limit + 1 - items.length,
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    items.push(...(answer.Items ?? []));
    startKey = answer.LastEvaluatedKey;
  } while (startKey && items.length <= limit);
  return { items: items.slice(0, limit), more: items.length > limit };
}

const MAX_SORT_KEY_BYTES = 1_024;

/**
 * DynamoDB refuses a start key that cannot be a sort key of the query. Only a forged cursor has one.
 * @throws MusterError 422 with a pointer to the cursor.
 */
function requireSortKey(position: string, prefix = ''): void {
  const bytes = Buffer.byteLength(position);
  if (bytes === 0 || bytes > MAX_SORT_KEY_BYTES || !position.startsWith(prefix) || !position.isWellFormed()) {
    throw invalidCursor();
  }
}
