import { TOKEN_PREFIX, withoutTokens } from '../../lib/http/bearer-token';
import { describe, expect, test } from '@jest/globals';
import { isReservedAgentId } from '../../lib/agents/agent';
import { hashToken, newToken, repeatableToken, sameHash } from '../../lib/agents/token';

describe('tokens', () => {
  test('are recognisable, long and never the same', () => {
    const tokens = Array.from({ length: 100 }, newToken);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(new RegExp(`^${TOKEN_PREFIX}[A-Za-z0-9_-]{43}$`));
  });

  test('of a repeatable request are the same for the same caller and purpose alone', () => {
    const token = repeatableToken('callers-token', 'register', 'a', 'key');
    expect(token).toMatch(new RegExp(`^${TOKEN_PREFIX}[A-Za-z0-9_-]{43}$`));
    expect(repeatableToken('callers-token', 'register', 'a', 'key')).toBe(token);
    const others = [
      repeatableToken('another-token', 'register', 'a', 'key'),
      repeatableToken('callers-token', 'token', 'a', 'key'),
      repeatableToken('callers-token', 'register', 'ak', 'ey'),
      repeatableToken('callers-token', 'register', 'a', 'key', ''),
    ];
    expect(new Set([token, ...others]).size).toBe(5);
  });

  test('are stored as SHA-256', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('compare by the whole hash', () => {
    const hash = hashToken('abc');
    expect(sameHash(hash, hash)).toBe(true);
    for (const other of [hashToken('abd'), hash.slice(2), '', `${hash.slice(0, -1)}e`])
      expect(sameHash(hash, other)).toBe(false);
  });
});

test('ids of the service itself are no agent’s', () => {
  expect(['system', 'muster:operator', 'muster:'].every(isReservedAgentId)).toBe(true);
  expect(['systems', 'muster', 'a'].some(isReservedAgentId)).toBe(false);
});

describe('a path in a log', () => {
  test.each([
    'a|b^c{d}e-of-32-characters-or-more',
    'ab,cd,ef,gh,ij,kl,mn,op,qr,st',
    'A+/b64A+/b64A+/b64A+/b64==',
    newToken(),
  ])('has no token, however it is encoded: %s', (token) => {
    for (const written of [token, encodeURI(token), encodeURIComponent(token)]) {
      expect(withoutTokens(`/v1/agents/a/tokens/${written}`, `Bearer ${token}`)).toBe('/v1/agents/a/tokens/***');
    }
  });

  test('is as it was sent when there is none in it', () => {
    for (const path of ['/v1/agents/a%0Ab', '/v1/agents/%', '/v1/me']) {
      expect(withoutTokens(path, 'Bearer some-token-of-somebody')).toBe(path);
    }
  });
});
