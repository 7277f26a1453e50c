import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../request-hash';

/**
 * Bearer tokens. Made tokens start with a prefix that secret scanners can recognise; any other string works as well,
 * because a token is only ever looked up by its SHA-256.
 */
export const TOKEN_PREFIX = 'muster_';

/** 256 bits: not to be guessed, and too many to search for the preimage of a stored hash. */
const TOKEN_BYTES = 32;

export const newToken = (): string => TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');

/**
 * A token that a repeat of the same request makes again, so that "the first answer again" can hold a token although
 * only its hash is stored. Only who has the caller's own token can make it: it is the key of the HMAC.
 */
export function repeatableToken(callersToken: string, ...purpose: readonly string[]): string {
  return TOKEN_PREFIX + createHmac('sha256', callersToken).update(JSON.stringify(purpose)).digest('base64url');
}

/** The token of an Authorization header (RFC 6750); null when there is none in it. */
export const bearerTokenOf = (authorization: string | undefined): string | null =>
  /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;

/** What is shorter is no token that anybody could rely on, and may stand in a text by chance. */
const MIN_HIDDEN_LENGTH = 16;

/**
 * A text that a caller has made, fit for a log: without tokens, which some put into a path by mistake. Those that Muster
 * makes are known by their prefix, others by the Authorization header that came along.
 */
export function withoutTokens(text: string, authorization = ''): string {
  const words = [bearerTokenOf(authorization) ?? '', ...authorization.split(/[ ,]+/)];
  // In a path a token may be encoded, and not always in the same way.
  const plain = decoded(text);
  const hidden = words
    .flatMap((word) => [word, word.replace(TOKEN_PREFIX, '')])
    .filter((word) => word.length >= MIN_HIDDEN_LENGTH)
    .reduce((cleared, word) => cleared.replaceAll(word, '***'), plain)
    .replace(/muster_[\w-]{16,}/g, '***');
  return hidden === plain ? text : encodeURI(hidden);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const hashToken = (token: string): string => sha256(token);

/** Constant time, so that the answer's timing tells nothing about the stored hash. Both are hex of equal length. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === b.length && timingSafeEqual(a, b);
}
