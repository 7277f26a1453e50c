import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { renderInto } from '../../bench/render';
import type { Results } from '../../bench/results';
import { percentile, spreadOf } from '../../bench/statistics';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/performance.md shows what bench/results.json holds', async () => {
  const document = read('docs/performance.md');
  expect(await renderInto(document, JSON.parse(read('bench/results.json')) as Results)).toBe(document);
});

test('results without a place in the document are refused by name', async () => {
  const results = JSON.parse(read('bench/results.json')) as Results;
  await expect(renderInto('# Nothing', results)).rejects.toThrow('The document has no block "bench:');
});

describe('statistics', () => {
  test.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[5], 0.99, 5],
    [[0, 100], 0.99, 99],
  ])('of %j the percentile at %d is %d', (values, fraction, expected) => {
    expect(percentile(values, fraction)).toBe(expected);
  });

  test('a spread has median, lowest and highest', () => {
    expect(spreadOf([3, 1, 2.126])).toEqual({ median: 2.13, lowest: 1, highest: 3, runs: 3 });
  });

  test('there is no percentile of no values', () => {
    expect(() => percentile([], 0.5)).toThrow('no values');
  });
});
