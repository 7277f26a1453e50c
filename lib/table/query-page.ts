import { invalidCursor } from './cursor';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from './table';

/** A local index: another sort key for the items of a partition that have it. */
interface LocalIndex {
  readonly name: string;
  /** The attribute that is its sort key. */
  readonly attribute: string;
}

export interface PageQuery {
  readonly pk: string;
  /** @default the table itself */
  readonly index?: LocalIndex | undefined;
  /** Only sort keys that start like this. */
  readonly prefix?: string | undefined;
  /** Maximum number of items. */
  readonly limit: number;
  /** `positionOf` the last item of the previous page. */
  readonly after?: string | undefined;
  /** @default false: ascending sort keys */
  readonly descending?: boolean;
}

/**
 * One page of a partition, with strong reads, and whether more items follow. It reads one item beyond the page to find
 * out, because DynamoDB reports possible further items after every full page. 1 read unit per 4 KB. Through an index,
 * the items have what it holds.
 */
export async function queryPage(table: Table, query: PageQuery): Promise<{ items: Item[]; more: boolean }> {
  const { pk, index, prefix, limit, after, descending = false } = query;
  const items: Item[] = [];
  let startKey = after === undefined ? undefined : startKeyOf(query, after);
  // A Query stops at 1 MB as well, so a page of large items takes several.
  do {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        ...(index && { IndexName: index.name }),
        KeyConditionExpression:
          prefix === undefined ? 'pk = :pk' : `pk = :pk AND begins_with(${index?.attribute ?? 'sk'}, :prefix)`,
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

/** Of an item in the order of the query. Items may share a sort key of an index; then that of the table decides. */
export const positionOf = ({ index }: Pick<PageQuery, 'index'>, item: Item): string =>
  index ? `${String(item[index.attribute])} ${String(item['sk'])}` : String(item['sk']);

function startKeyOf({ pk, index, prefix }: PageQuery, after: string): Item {
  if (!index) return { pk, sk: requireSortKey(after, prefix) };
  const [inIndex = '', sk = ''] = after.split(' ');
  return { pk, sk: requireSortKey(sk), [index.attribute]: requireSortKey(inIndex, prefix) };
}

const MAX_SORT_KEY_BYTES = 1_024;

/**
 * DynamoDB refuses a start key that cannot be a sort key of the query. Only a forged cursor has one.
 * @throws MusterError 422 with a pointer to the cursor.
 */
function requireSortKey(position: string, prefix = ''): string {
  const bytes = Buffer.byteLength(position);
  if (bytes === 0 || bytes > MAX_SORT_KEY_BYTES || !position.startsWith(prefix) || !position.isWellFormed()) {
    throw invalidCursor();
  }
  return position;
}
