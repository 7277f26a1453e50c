import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../errors/muster-error';
import type { Item, Table } from './table';

export interface PageQuery {
  readonly pk: string;
  /** Only sort keys that start like this. */
  readonly prefix?: string;
  /** Most items to answer. */
  readonly limit: number;
  /** Sort key of the last item of the page before. */
  readonly after?: string | undefined;
  /** @default false: ascending sort keys */
  readonly descending?: boolean;
}

/**
 * One page of a partition, strongly read, and whether there is more. One item more than asked for is read to tell:
 * DynamoDB itself says "there may be more" on every full page. 1 read unit per 4 KB.
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
 * DynamoDB refuses to start from what can't be a sort key of the query; only a forged cursor asks for that.
 * @throws MusterError 422 with a pointer at the cursor.
 */
function requireSortKey(position: string, prefix = ''): void {
  const bytes = Buffer.byteLength(position);
  if (bytes === 0 || bytes > MAX_SORT_KEY_BYTES || !position.startsWith(prefix)) {
    throw invalid('#/cursor', 'is not a cursor of this list; take it from nextCursor of the page before');
  }
}
