import { expect, test } from '@jest/globals';
import { visibleRows } from '../src/live/visible-rows';

test.each([
  ['at the top', 0, 5_000, { first: 0, end: 30 }],
  ['in the middle', 36_000, 5_000, { first: 990, end: 1_030 }],
  ['at the bottom', 4_980 * 36, 5_000, { first: 4_970, end: 5_000 }],
  ['of a list that has become short', 36_000, 15, { first: 5, end: 15 }],
  ['of none', 0, 0, { first: 0, end: 0 }],
])('the rows in sight %s, and ten beyond', (_where, scrollTop, count, rows) => {
  expect(visibleRows(scrollTop, 720, 36, count)).toEqual(rows);
});
