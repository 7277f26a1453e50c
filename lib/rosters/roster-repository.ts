import { pageKey, type RosterKind } from '../table/keys';
import { updateIf } from '../table/conditional-write';
import { batchGet, type Item, type Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { isFilled, type Page } from './page';
import { pageFromItem, type UpdateParams } from './page-expressions';

/** Whose pages. */
export interface RosterId {
  readonly kind: RosterKind;
  readonly id: string;
}

export interface PageWrite {
  readonly applied: boolean;
  /** The page as it is now, or as it was when the condition failed; null: there is no such page. */
  readonly page: Page | null;
}

/** One conditional write on one page. 1 write unit per KB of the page, also when the condition fails. */
export async function writePage(
  table: Table,
  roster: RosterId,
  index: number,
  params: UpdateParams,
): Promise<PageWrite> {
  const { applied, item } = await updateIf(table, pageKey(roster.kind, roster.id, index), traced(params));
  return { applied, page: item && pageFromItem(item) };
}

/** Strong reads, in order of the indices; pages that are gone are left out. 1 read unit per 4 KB of each. */
export async function readPages(table: Table, roster: RosterId, indices: readonly number[]): Promise<Page[]> {
  if (indices.length === 0) return [];
  const keys = indices.map((index) => pageKey(roster.kind, roster.id, index));
  const items = await batchGet(table, keys, { consistent: true });
  return items.map(pageFromItem).sort((one, other) => one.index - other.index);
}

export const allIndices = (pageCount: number): number[] => Array.from({ length: pageCount }, (_, index) => index);

/**
 * Whether every page but the given one is done, as `isDone` sees it. Reads a few pages at a time and stops at the first that isn't, so
 * that asking it each time a page fills stays at a few reads per page on average, not one per page and page.
 */
export async function othersDone(
  table: Table,
  { kind, id }: RosterId,
  page: { readonly index: number; readonly pageCount: number },
  isDone: (item: Item) => boolean,
): Promise<boolean> {
  const others = allIndices(page.pageCount - 1).map((step) => (page.index + 1 + step) % page.pageCount);
  for (let start = 0, size = 1; start < others.length; start += size, size = Math.min(size * 2, 100)) {
    const keys = others.slice(start, start + size).map((index) => pageKey(kind, id, index));
    const items = await batchGet(table, keys, { consistent: true });
    if (!items.every(isDone)) return false;
  }
  return true;
}

/** For the pages of a sync point. */
export const othersFilled = (table: Table, roster: RosterId, page: Page): Promise<boolean> =>
  othersDone(table, roster, page, (item) => isFilled(pageFromItem(item)));
