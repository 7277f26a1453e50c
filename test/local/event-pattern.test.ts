import { describe, expect, test } from '@jest/globals';
import { parsePattern } from '../../local/lambda/event-pattern';

describe('event patterns', () => {
  const stream = parsePattern({ dynamodb: { Keys: { sk: { S: [{ prefix: 'HEADER' }, { prefix: 'PAGE#' }] } } } });

  test.each([
    ['HEADER', true],
    ['PAGE#07', true],
    ['ROSTER#0', false],
    ['', false],
  ])('the filter of sort keys takes %s: %s', (sk, expected) => {
    expect(stream({ dynamodb: { Keys: { sk: { S: sk } } } })).toBe(expected);
  });

  test('a field that is missing matches nothing but exists: false', () => {
    expect(stream({ dynamodb: {} })).toBe(false);
    expect(parsePattern({ a: [{ exists: false }] })({})).toBe(true);
    expect(parsePattern({ a: [{ exists: true }] })({ a: null })).toBe(true);
    expect(parsePattern({ a: [{ 'anything-but': 'x' }] })({})).toBe(false);
  });

  test('exact values compare with their type', () => {
    const matches = parsePattern({ a: ['1', true, null] });
    expect([matches({ a: '1' }), matches({ a: 1 }), matches({ a: true }), matches({ a: null })]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test('every field named must match, and one element of a list is enough', () => {
    const matches = parsePattern({ type: ['A'], recipients: [{ suffix: '-7' }] });
    expect(matches({ type: 'A', recipients: ['agent-1', 'agent-7'] })).toBe(true);
    expect(matches({ type: 'A', recipients: ['agent-1'] })).toBe(false);
    expect(matches({ type: 'B', recipients: ['agent-7'] })).toBe(false);
  });

  test('anything-but, numeric, $or and equals-ignore-case', () => {
    expect(parsePattern({ a: [{ 'anything-but': [{ prefix: 'x' }, 'y'] }] })({ a: 'z' })).toBe(true);
    expect(parsePattern({ a: [{ 'anything-but': [{ prefix: 'x' }, 'y'] }] })({ a: 'xy' })).toBe(false);
    expect(parsePattern({ a: [{ numeric: ['>', 1, '<=', 3] }] })({ a: 3 })).toBe(true);
    expect(parsePattern({ a: [{ numeric: ['>', 1, '<=', 3] }] })({ a: 1 })).toBe(false);
    expect(parsePattern({ $or: [{ a: [1] }, { b: [2] }] })({ b: 2 })).toBe(true);
    expect(parsePattern({ a: [{ 'equals-ignore-case': 'AbC' }] })({ a: 'aBc' })).toBe(true);
  });

  test.each([[{ a: [{ wildcard: 'x*' }] }], [{ a: [{ prefix: 1 }] }], [{ a: [{ numeric: ['~', 1] }] }]])(
    'an operator that is not known is an error: %j',
    (pattern) => {
      expect(() => parsePattern(pattern)).toThrow("doesn't know");
    },
  );
});
