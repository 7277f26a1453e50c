import { describe, expect, test } from '@jest/globals';
import { parsePattern } from '../lambda/event-pattern';

describe('event patterns', () => {
  const stream = parsePattern({ dynamodb: { Keys: { sk: { S: [{ prefix: 'HEADER' }, { prefix: 'PAGE#' }] } } } });

  test.each([
    ['HEADER', true],
    ['PAGE#07', true],
    ['ROSTER#0', false],
    ['', false],
  ])('the sort key filter accepts %s: %s', (sk, expected) => {
    expect(stream({ dynamodb: { Keys: { sk: { S: sk } } } })).toBe(expected);
  });

  test('a field that is missing matches nothing', () => {
    expect(stream({ dynamodb: {} })).toBe(false);
  });

  test('an item can be let through by its key and by a text of its new image', () => {
    const matches = parsePattern({
      dynamodb: { Keys: { sk: { S: ['PRESENCE'] } }, NewImage: { state: { S: ['started', 'lost'] } } },
    });
    const change = (sk: string, NewImage?: object) => ({ dynamodb: { Keys: { sk: { S: sk } }, NewImage } });
    expect(matches(change('PRESENCE', { state: { S: 'lost' } }))).toBe(true);
    expect(matches(change('PRESENCE', { state: { S: 'renewed' } }))).toBe(false);
    expect(matches(change('HEADER', { state: { S: 'lost' } }))).toBe(false);
    expect(matches(change('PRESENCE'))).toBe(false);
  });

  test('exact values are compared including their type', () => {
    const matches = parsePattern({ a: ['1', true, null] });
    expect([matches({ a: '1' }), matches({ a: 1 }), matches({ a: true }), matches({ a: null })]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test('every field in the pattern must match, and one matching list element is enough', () => {
    const matches = parsePattern({ type: ['A'], recipients: ['agent-7'] });
    expect(matches({ type: 'A', recipients: ['agent-1', 'agent-7'] })).toBe(true);
    expect(matches({ type: 'A', recipients: ['agent-1'] })).toBe(false);
    expect(matches({ type: 'B', recipients: ['agent-7'] })).toBe(false);
  });

  test.each([[{ a: [{ wildcard: 'x*' }] }], [{ a: [{ prefix: 1 }] }], [{ a: [{ prefix: 'x', suffix: 'y' }] }]])(
    'an unknown operator is an error: %j',
    (pattern) => {
      expect(() => parsePattern(pattern)).toThrow('not supported on a laptop');
    },
  );
});
