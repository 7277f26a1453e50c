import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { MusterError } from '../errors/muster-error';
import type { Table } from '../table/table';
import { OPERATOR } from './agent';
import { tokenItem } from './agent-repository';
import { hashToken } from './token';

export const MIN_ADMIN_TOKEN_LENGTH = 32;

/**
 * Makes a token an admin's, straight in the table: how the first admin comes to be, and the laptop's. Writing the
 * same one again changes nothing. Only the hash is stored. 1 write unit.
 */
export async function writeAdminToken(table: Table, token: string): Promise<{ tokenId: string }> {
  if (token.length < MIN_ADMIN_TOKEN_LENGTH) {
    throw new MusterError(
      'request.invalid',
      `An admin token has ${MIN_ADMIN_TOKEN_LENGTH} or more characters; this one has ${token.length}.`,
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
