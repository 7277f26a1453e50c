import { writeAdminToken } from '../../lib/agents/admin-token';
import { newToken } from '../../lib/agents/token';
import { openTable } from '../../lib/table/table';
import { describeStage } from './stage-stack';

/** Where to make the token: in the table itself, or in that of a deployed stage. */
export type TokenTarget = { readonly table: string } | { readonly stage: string };

export interface CreatedAdminToken {
  /** Not kept anywhere; only its hash is. */
  readonly token: string;
  readonly tokenId: string;
  readonly tableName: string;
}

/** Makes a random admin token with the caller's AWS credentials. 1 write unit. */
export async function createAdminToken(target: TokenTarget): Promise<CreatedAdminToken> {
  const tableName = 'table' in target ? target.table : (await describeStage(target.stage)).output('TableName');
  const token = newToken();
  const { tokenId } = await writeAdminToken(openTable(tableName), token);
  return { token, tokenId, tableName };
}
