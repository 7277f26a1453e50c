import { queryPage } from './query-page';
import type { Item, Table } from './table';

export interface MergeQuery {
  /** About how many items. */
  readonly count: number;
  /** Sort key of the last item of the previous page; it need not be in each partition. */
  readonly after: string | undefined;
  readonly descending: boolean;
}

/**
 * The next items of all partitions in the order of their sort keys: about `count`, and at least one while there are
 * more. Each partition is read a little beyond its share. The result ends where the first partition stopped, because
 * one of its next items could belong in between. Cost: a Query per partition.
 */
export async function mergePartitions(
  table: Table,
  partitions: readonly string[],
  { count, after, descending }: MergeQuery,
): Promise<{ items: Item[]; more: boolean }> {
  const share = Math.min(count, Math.ceil((2 * count) / partitions.length) + 4);
  const pages = await Promise.all(partitions.map((pk) => queryPage(table, { pk, limit: share, after, descending })));
  const comesBefore = (one: string, other: string): boolean => (descending ? one > other : one < other);
  const stops = pages.flatMap((page) => (page.more ? [sortKeyOf(page.items.at(-1))] : []));
  const end = stops.reduce<string | undefined>(
    (first, stop) => (first === undefined || comesBefore(stop, first) ? stop : first),
    undefined,
  );
  const items = pages
    .flatMap((page) => page.items)
    .filter((item) => end === undefined || !comesBefore(end, sortKeyOf(item)))
    .sort((one, other) => (comesBefore(sortKeyOf(one), sortKeyOf(other)) ? -1 : 1));
  return { items, more: end !== undefined };
}

const sortKeyOf = (item: Item | undefined): string => String(item?.['sk']);
