import { describe, expect, test } from '@jest/globals';
import { mustBeSetAside, PATIENCE_MS, reasonOf } from '../../lib/dispatcher/set-aside';
import { MusterError } from '../../lib/common/errors';

const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name });

describe('a change that cannot be dispatched', () => {
  test.each([
    ['an item without an attribute', new TypeError('Cannot convert undefined or null to object')],
    ['text that is not JSON', new SyntaxError('Unexpected token')],
    ['a time that is none', new RangeError('Invalid time value')],
    ['an item that is too large', named('ValidationException', 'Item size has exceeded the maximum allowed size')],
    ['a message that is too long', named('InvalidParameterException', 'Invalid parameter: Message too long')],
    ['what our own rules refuse', new MusterError('request.invalid', 'x')],
  ])('for %s is set aside at once', (_case, error) => {
    expect(mustBeSetAside(error, 0)).toBe(true);
  });

  test.each([
    ['throttling', named('ThrottlingException')],
    ['a table over its capacity', named('ProvisionedThroughputExceededException')],
    ['an outage', named('InternalErrorException')],
    ['a network that is gone', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['a time-out', named('TimeoutError')],
    ['a missing permission', named('AccessDeniedException')],
    ['a busy store', new MusterError('store.busy', 'x')],
    ['something unknown', new Error('x')],
    ['no error at all', 'x'],
  ])('for %s is tried again for 6 hours', (_case, error) => {
    expect(mustBeSetAside(error, 0)).toBe(false);
    expect(mustBeSetAside(error, PATIENCE_MS)).toBe(false);
    expect(mustBeSetAside(error, PATIENCE_MS + 1)).toBe(true);
  });

  test('says why in one line', () => {
    expect(reasonOf(new TypeError('a\n  b'))).toBe('TypeError: a b');
    expect(reasonOf('x')).toBe('x');
  });
});
