import { pageKey, type RosterKind } from '../table/keys';
import { updateIf } from '../table/conditional-write';
import { batchGet, type Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { isAwaited, type Page } from './page';
import { pageFromItem, type UpdateParams } from './page-writes';

/** The roster of the pages. */
export interface RosterId {
  readonly kind: RosterKind;
  readonly id: string;
}

export interface PageWrite {
  readonly applied: boolean;
  /** The page as it is now, or as it was when the condition failed; null if it does not exist. */
  readonly page: Page | null;
}

/** One conditional write of one page. 1 write unit per KB of the page, also if the condition fails. */
export async function writePage(
  table: Table,
  roster: RosterId,
  index: number,
  params: UpdateParams,
): Promise<PageWrite> {
  const { applied, item } = await updateIf(table, pageKey(roster.kind, roster.id, index), traced(params));
  return { applied, page: item && pageFromItem(item) };
}

/** Strong reads, in order of the indices; removed pages are omitted. 1 read unit per 4 KB of each. */
export async function readPages(table: Table, roster: RosterId, indices: readonly number[]): Promise<Page[]> {
  if (indices.length === 0) return [];
  const keys = indices.map((index) => pageKey(roster.kind, roster.id, index));
  const items = await batchGet(table, keys, { consistent: true });
  return items.map(pageFromItem).sort((one, other) => one.index - other.index);
}

export const allIndices = (pageCount: number): number[] => Array.from({ length: pageCount }, (_, index) => index);

/**
 * Another page on which somebody is pending; null if there is none, and then all have been read. It reads 1, 2, 4 …
 * pages at a time and stops at the first such page. So calling it for each filled page costs a few reads per page on
 * average, not one for each pair of pages.
 *
 * @param lookFirst the page to read first; a page that was open before usually ends the search with one read
 */
export async function otherOpenPage(
  table: Table,
  roster: RosterId,
  page: { readonly index: number; readonly pageCount: number },
  lookFirst = page.index + 1,
): Promise<{ readonly open: Page | null; readonly read: readonly Page[] }> {
  const others = allIndices(page.pageCount)
    .map((step) => (lookFirst + step) % page.pageCount)
    .filter((index) => index !== page.index);
  const read: Page[] = [];
  for (let start = 0, size = 1; start < others.length; start += size, size = Math.min(size * 2, 100)) {
    const pages = await readPages(table, roster, others.slice(start, start + size));
    read.push(...pages);
    const open = pages.find(isAwaited);
    if (open) return { open, read };
  }
  return { open: null, read };
}
