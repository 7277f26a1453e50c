import { pageKey, type RosterKind } from '../table/keys';
import { updateIf } from '../table/conditional-write';
import { batchGet, type Item, type Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { isFilled, type Page } from './page';
import { indexOfPage, pageFromItem, type UpdateParams } from './page-expressions';

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
 * A page other than the given one that is not done, as `isDone` sees it; null: all are. Looks at 1, 2, 4 … pages at a time and stops at
 * the first such page, so that asking it each time a page fills stays at a few reads per page on average, not one per page and page.
 *
 * @param lookFirst where to begin; one that was not done when it was last seen answers with the first look while it isn't
 */
export async function otherPageNotDone(
  table: Table,
  { kind, id }: RosterId,
  page: { readonly index: number; readonly pageCount: number },
  isDone: (item: Item) => boolean,
  lookFirst = page.index + 1,
): Promise<number | null> {
  const others = allIndices(page.pageCount)
    .map((step) => (lookFirst + step) % page.pageCount)
    .filter((index) => index !== page.index);
  for (let start = 0, size = 1; start < others.length; start += size, size = Math.min(size * 2, 100)) {
    const keys = others.slice(start, start + size).map((index) => pageKey(kind, id, index));
    const notDone = (await batchGet(table, keys, { consistent: true })).find((item) => !isDone(item));
    if (notDone) return indexOfPage(notDone);
  }
  return null;
}

/** For the pages of a sync point. */
export const otherUnfilledPage = (
  table: Table,
  roster: RosterId,
  page: Page,
  lookFirst?: number,
): Promise<number | null> => otherPageNotDone(table, roster, page, (item) => isFilled(pageFromItem(item)), lookFirst);
