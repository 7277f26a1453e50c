import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { MusterError } from '../common/errors';
import type { Table } from '../table/table';
import { OPERATOR } from './agent';
import { tokenItem } from './store';
import { hashToken } from './token';

export const MIN_ADMIN_TOKEN_LENGTH = 32;

/**
 * Writes an admin token directly to the table: for the first admin of a stage and for the laptop. Writing the same
 * token again changes nothing. Only its hash is stored. 1 write unit.
 */
export async function writeAdminToken(table: Table, token: string): Promise<{ tokenId: string }> {
  if (token.length < MIN_ADMIN_TOKEN_LENGTH) {
    throw new MusterError(
      'request.invalid',
      `The admin token has ${token.length} characters; at least ${MIN_ADMIN_TOKEN_LENGTH} are required.`,
    );
  }
  const hash = hashToken(token);
  const tokenId = `admin-${hash.slice(0, 12)}`;
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: tokenItem(hash, { agentId: OPERATOR, role: 'admin', tokenId }),
    }),
  );
  return { tokenId };
}
