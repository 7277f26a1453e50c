import { describe, expect, test } from '@jest/globals';
import { Pages, type ReadPage } from '../src/live/pages';

const { signal } = new AbortController();

/** A list that grows, as the service pages it: a cursor is the place behind an item. */
class Growing {
  readonly asked: (string | undefined)[] = [];
  readonly items: number[];

  constructor(...items: number[]) {
    this.items = items;
  }

  readonly read: ReadPage<number> = ({ limit, cursor }) => {
    this.asked.push(cursor);
    const start = cursor === undefined ? 0 : this.items.filter((item) => item <= Number(cursor)).length;
    const items = this.items.slice(start, start + limit);
    const isLast = start + limit >= this.items.length;
    return Promise.resolve({ items, nextCursor: isLast ? null : String(items.at(-1)) });
  };
}

describe('a list read page by page', () => {
  test('goes on page by page, and says whether there is more', async () => {
    const list = new Growing(1, 2, 3);
    const pages = new Pages(list.read, 2);
    expect(pages.isRead.value).toBe(false);
    await pages.more(signal);
    expect([pages.items.value, pages.hasMore.value, pages.isRead.value]).toEqual([[1, 2], true, true]);
    await pages.more(signal);
    expect([pages.items.value, pages.hasMore.value]).toEqual([[1, 2, 3], false]);
    await pages.more(signal);
    expect(list.asked).toEqual([undefined, '2']);
  });

  test('what is shown is read again, and no more than that', async () => {
    const list = new Growing(1, 2, 3, 4, 5);
    const pages = new Pages(list.read, 2);
    await pages.more(signal);
    await pages.more(signal);
    list.items.splice(0, 1);
    await pages.again(signal);
    expect([pages.items.value, pages.hasMore.value]).toEqual([[2, 3, 4, 5], false]);
  });

  test('follows a list that grows, also where an entry lands a little late', async () => {
    const list = new Growing(10, 20, 30, 40, 50);
    const pages = new Pages(list.read, 2);
    await pages.follow(100, signal);
    expect(pages.items.value).toEqual([10, 20, 30, 40, 50]);
    list.items.splice(3, 0, 35);
    list.items.push(60, 70);
    list.asked.length = 0;
    await pages.follow(100, signal);
    expect(pages.items.value).toEqual([10, 20, 30, 35, 40, 50, 60, 70]);
    expect(list.asked[0]).toBe('20');
  });

  test('stops following at the limit, and says that there is more', async () => {
    const pages = new Pages(new Growing(1, 2, 3, 4, 5, 6, 7).read, 2);
    await pages.follow(4, signal);
    await pages.follow(4, signal);
    expect([pages.items.value, pages.hasMore.value]).toEqual([[1, 2, 3, 4], true]);
  });

  test('a button pressed while the list is read again gets the next page, not one twice', async () => {
    const pages = new Pages(new Growing(1, 2, 3, 4, 5).read, 2);
    await pages.more(signal);
    await Promise.all([pages.again(signal), pages.more(signal), pages.again(signal)]);
    expect(pages.items.value).toEqual([1, 2, 3, 4]);
  });

  test('what was shown stays when reading it again fails, and the next reading goes on', async () => {
    const list = new Growing(1, 2, 3);
    let isDown = false;
    const pages = new Pages<number>((query, options) => {
      if (isDown) return Promise.reject(new Error('no connection'));
      return list.read(query, options);
    }, 2);
    await pages.more(signal);
    isDown = true;
    await expect(pages.again(signal)).rejects.toThrow('no connection');
    expect(pages.items.value).toEqual([1, 2]);
    isDown = false;
    await pages.more(signal);
    expect(pages.items.value).toEqual([1, 2, 3]);
  });
});
