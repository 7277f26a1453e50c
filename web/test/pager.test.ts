import { expect, test } from '@jest/globals';
import { Pager, type Piece } from '../src/live/pager';

// eslint-disable-next-line @typescript-eslint/require-await
async function* piecesOf(...sizes: number[]): AsyncGenerator<Piece<string>> {
  for (const [index, size] of sizes.entries()) {
    yield { items: Array<string>(size).fill('x'), isLast: index === sizes.length - 1 };
  }
}

test.each([
  { sizes: [3, 4, 5], enough: 1, read: [3, 7, 12] },
  { sizes: [0, 0, 4, 5], enough: 1, read: [4, 9] },
  { sizes: [1, 2, 0, 5, 1], enough: 4, read: [8, 9] },
  { sizes: [0, 0, 0, 0, 0, 1, 2], enough: 2, read: [0, 3] },
  { sizes: [1], enough: 4, read: [1] },
])('of pages of $sizes, with $enough as enough, has $read after each reading', async ({ sizes, enough, read }) => {
  const pager = new Pager(() => piecesOf(...sizes), enough);
  for (const count of read) {
    expect(pager.state.value).toBe('more');
    await pager.more();
    expect(pager.items.value).toHaveLength(count);
  }
  expect(pager.state.value).toBe('done');
});
