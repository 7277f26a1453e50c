import { describe, expect, test } from '@jest/globals';
import { inPieces, merged } from '../src/live/merge';

// eslint-disable-next-line @typescript-eslint/require-await
async function* listOf<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}

const all = async <T>(list: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
};

describe('two lists as one', () => {
  test.each([
    [
      [9, 5, 1],
      [8, 7, 2],
      [9, 8, 7, 5, 2, 1],
    ],
    [[], [3, 2], [3, 2]],
    [[3, 2], [], [3, 2]],
    [[4], [4, 3], [4, 4, 3]],
    [[], [], []],
  ])('%j and %j', async (one, other, expected) => {
    expect(await all(merged(listOf(...one), listOf(...other), (a, b) => a > b))).toEqual(expected);
  });
});

describe('a list in pieces', () => {
  test.each([
    [[], [[[], true]]],
    [[1, 2], [[[1, 2], true]]],
    [
      [1, 2, 3],
      [
        [[1, 2], false],
        [[3], true],
      ],
    ],
    [
      [1, 2, 3, 4],
      [
        [[1, 2], false],
        [[3, 4], true],
      ],
    ],
  ])('%j in twos, the last of which is known as such', async (items, expected) => {
    const pieces = await all(inPieces(listOf<number>(...items), 2));
    expect(pieces.map((piece) => [piece.items, piece.isLast])).toEqual(expected);
  });
});
