import { describe, expect, test } from '@jest/globals';
import { durationText, relativeText } from '../src/text';

describe('times in words', () => {
  test.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [252_000, '4 min 12 s'],
    [3_600_000, '1 h'],
    [3_605_000, '1 h'],
    [90_000_000, '1 d 1 h'],
    [-5_000, '0 s'],
  ])('%d ms last %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    [-1_999, 'just now'],
    [-12_000, '12 s ago'],
    [-240_000, '4 min ago'],
    [-7_300_000, '2 h ago'],
    [180_000, 'in 3 min'],
  ])('%d ms from now is "%s"', (ms, text) => {
    expect(relativeText(1_000_000_000 + ms, 1_000_000_000)).toBe(text);
  });
});
