import stringify from 'safe-stable-stringify';
import { createHash } from 'node:crypto';

/** SHA-256 (hex) of a JSON value; the same for values that differ only in the order of keys. */
export function requestHash(body: unknown): string {
  return sha256(stringify(body) ?? '');
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
