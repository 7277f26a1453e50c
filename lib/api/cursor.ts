import { createHash } from 'node:crypto';
import { invalid } from '../errors/muster-error';

/**
 * Cursors are opaque to callers. Inside they hold only a position within a list; whose list it is comes from the
 * caller's token and the path each time, so a forged cursor can at most move about in the caller's own data. The
 * scope is there to refuse a cursor of another list with a clear error.
 */
export function encodeCursor(scope: string, position: string): string {
  return Buffer.from(JSON.stringify([scopeHash(scope), position])).toString('base64url');
}

/** @throws MusterError 422 with a pointer at the cursor, for anything that `encodeCursor` did not make for this list. */
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
    // Not one of ours; refused below.
  }
  throw invalid('#/cursor', 'is not a cursor of this list; take it from nextCursor of the page before');
}

const scopeHash = (scope: string): string => createHash('sha256').update(scope).digest('base64url').slice(0, 12);
