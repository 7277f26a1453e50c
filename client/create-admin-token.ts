import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { writeAdminToken } from '../lib/agents/admin-token';
import { newToken } from '../lib/agents/token';
import { openTable } from '../lib/table/table';
import { CommandError } from './explain-error';

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
  const tableName = 'table' in target ? target.table : await tableOfStage(target.stage);
  const token = newToken();
  const { tokenId } = await writeAdminToken(openTable(tableName), token);
  return { token, tokenId, tableName };
}

/** The stack says its table's name, which CloudFormation made. */
async function tableOfStage(stage: string): Promise<string> {
  // The CDK takes a second to load, so only when the stack's name is needed.
  const { stackNameOf } = await import('../infra/muster-stack');
  const stackName = stackNameOf(stage);
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stackName }));
  const tableName = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'TableName')?.OutputValue;
  if (tableName === undefined) throw new CommandError(`The stack ${stackName} has no output TableName.`);
  return tableName;
}
