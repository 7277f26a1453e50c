import { createHash } from 'node:crypto';
import { invalid, type MusterError } from '../common/errors';

/**
 * Cursors are opaque to callers. They contain only a position within a list. The owner of the list comes from the token
 * of the caller and the path, so a forged cursor can only move within data of the caller. The scope is there to refuse
 * a cursor of another list with a clear error.
 */
export function encodeCursor(scope: string, position: string): string {
  return Buffer.from(JSON.stringify([scopeHash(scope), position])).toString('base64url');
}

/**
 * @throws MusterError 422 with a pointer at the cursor, for anything that `encodeCursor` did not make for this list.
 */
export function decodeCursor(scope: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(parsed) &&
      parsed.length === 2 &&
      parsed[0] === scopeHash(scope) &&
      typeof parsed[1] === 'string'
    ) {
      return parsed[1];
    }
  } catch {
    // Not a valid cursor; refused below.
  }
  throw invalidCursor();
}

/** 422 with a pointer at the cursor. */
export const invalidCursor = (): MusterError =>
  invalid('#/cursor', 'is not a cursor of this list; use nextCursor of the previous page');

const scopeHash = (scope: string): string => createHash('sha256').update(scope).digest('base64url').slice(0, 12);
