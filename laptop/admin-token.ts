/** The token that registers a laptop's first agents. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type DataDirectory, writeFileAtomically } from './data-directory';
import { checkAdminToken } from './settings';

/** A given token isn't kept in a file: the table holds its hash, and the user knows it. */
export function adminTokenOf(
  given: string | undefined,
  data: DataDirectory,
): { readonly token: string; readonly file?: string; readonly isNew: boolean } {
  if (given !== undefined) return { token: checkAdminToken(given), isNew: false };
  const file = data.file('admin-token');
  if (existsSync(file)) return { token: checkAdminToken(readFileSync(file, 'utf8').trim()), file, isNew: false };
  const token = `muster_${randomBytes(ADMIN_TOKEN_BYTES).toString('base64url')}`;
  writeFileAtomically(file, `${token}\n`, 0o600);
  return { token, file, isNew: true };
}

/** 256 bits. */
const ADMIN_TOKEN_BYTES = 32;
