import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../common/hash';
import { TOKEN_PREFIX } from '../http/bearer-token';

/** 256 bits: too many to guess, or to find the token of a stored hash. */
const TOKEN_BYTES = 32;

export const newToken = (): string => TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');

/** The parts of a request from which its repeat derives the same token. */
export interface Repeatable {
  /** The idempotency key. */
  readonly key: string | undefined;
  /** The bearer token of the request. */
  readonly callersToken: string;
}

/**
 * A token that a repeat of the same request derives again, so that the repeated response can include it although only
 * its hash is stored. The token of the caller is the key of the HMAC, so nobody else can derive it.
 */
export function repeatableToken(callersToken: string, ...purpose: readonly string[]): string {
  return TOKEN_PREFIX + createHmac('sha256', callersToken).update(JSON.stringify(purpose)).digest('base64url');
}

export const hashToken = (token: string): string => sha256(token);

/**
 * Compares in constant time, so that response times reveal nothing about the stored hash. Both are hex of equal length.
 */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === b.length && timingSafeEqual(a, b);
}
